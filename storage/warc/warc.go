// Package warc writes and reads WARC 1.1 files (ISO 28500:2017): what was asked of the web and what came back, a record
// each, every record a gzip member of its own (annex D). A file can then be read from any record on, and cut after any.
//
// It knows the format and nothing of what dateline keeps in it.
package warc

import (
	"bytes"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base32"
	"fmt"
	"net/textproto"
	"strings"
	"time"
)

// Types of records that dateline writes (section 6). A file may hold others.
const (
	Info     = "warcinfo"
	Response = "response"
	Resource = "resource"
	Metadata = "metadata"
	Revisit  = "revisit"
)

// NotModified is the profile of a revisit that a server answered with 304 (section 6.7.3).
const NotModified = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

// Why a block is not whole (section 5.13).
const (
	TruncatedLength     = "length"
	TruncatedTime       = "time"
	TruncatedDisconnect = "disconnect"
)

// Field is a named field of a record's head.
type Field struct{ Name, Value string }

// Record is a record to be written. Fields are further named fields, in the order in which they are written; what the
// other fields of this struct say is not repeated there.
type Record struct {
	Type        string
	ID          string // see [NewID]
	Date        time.Time
	Target      string // WARC-Target-URI; empty if there is none
	ContentType string
	Fields      []Field
	Head        []byte // the block's first part, such as the head of an HTTP answer
	Payload     []byte // the rest of the block
	Coded       bool   // the payload is compressed already, and is not again
}

// NewID is a fresh WARC-Record-ID: a random UUID (RFC 9562, version 4) as a URN, in angle brackets.
func NewID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Digest is a labelled digest of the parts together, in the form that readers of WARC files compare: SHA-1 in base32
// (section 5.8).
func Digest(parts ...[]byte) string {
	h := sha1.New()
	for _, p := range parts {
		h.Write(p)
	}
	return "sha1:" + base32.StdEncoding.EncodeToString(h.Sum(nil))
}

// Sound says whether a block is what a record's digests were made of. A digest of another kind than [Digest] makes is not looked at.
func (h Header) Sound(block []byte) bool {
	_, payload, _ := bytes.Cut(block, []byte("\r\n\r\n"))
	for name, part := range map[string][]byte{"WARC-Block-Digest": block, "WARC-Payload-Digest": payload} {
		if want := h.Get(name); strings.HasPrefix(want, "sha1:") && want != Digest(part) {
			return false
		}
	}
	return true
}

// dateForm has as many digits of a second as a clock gives; 1.1 allows up to nine (section 5.4).
const dateForm = "2006-01-02T15:04:05.000000Z"

// Header holds the named fields of a record that was read, by canonical name ([textproto.CanonicalMIMEHeaderKey]).
type Header map[string][]string

// Get gives the first value of a field, in any spelling of its name; empty if there is none.
func (h Header) Get(name string) string { return textproto.MIMEHeader(h).Get(name) }

// Date is the WARC-Date; the zero time if it can't be read.
func (h Header) Date() time.Time {
	t, err := time.Parse(time.RFC3339Nano, h.Get("WARC-Date"))
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// Target is the WARC-Target-URI. Files of version 1.0 have it in angle brackets now and then.
func (h Header) Target() string {
	return strings.TrimSuffix(strings.TrimPrefix(h.Get("WARC-Target-URI"), "<"), ">")
}
