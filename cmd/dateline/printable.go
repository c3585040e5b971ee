package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/fetch"
	"dateline/storage"
)

// printable makes a stranger's text safe for a terminal: no control characters, no reordering of what stands beside it.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case commands(r):
			return -1
		}
		return r
	}, s)
}

// commands says whether a character does something to a terminal instead of standing on it.
func commands(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
}

// printJSON writes a result for a person and a machine alike: indented, with <, > and & as they are.
func (a *app) printJSON(v any) error { return writeJSON(a.stdout, v, "  ") }

// writeJSON escapes what JSON lets stand and a terminal obeys: control characters beyond ASCII, and what reorders a line.
func writeJSON(w io.Writer, v any, indent string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return err
	}
	var safe bytes.Buffer
	for _, r := range b.String() {
		if r != '\n' && commands(r) {
			fmt.Fprintf(&safe, `\u%04x`, r)
			continue
		}
		safe.WriteRune(r)
	}
	_, err := w.Write(safe.Bytes())
	return err
}

// public is a record as strangers may read it: the addresses of its feeds without the tokens that open them.
func public(r storage.Record) storage.Record {
	r.Feed = fetch.Redact(r.Feed)
	if len(r.AlsoIn) > 0 {
		carriers := make([]storage.Carrier, len(r.AlsoIn))
		for i, c := range r.AlsoIn {
			c.Feed = fetch.Redact(c.Feed)
			carriers[i] = c
		}
		r.AlsoIn = carriers
	}
	return r
}

// redactor makes lines public. Nearly all are as they are, so only those that name a feed with a secret are decoded.
type redactor struct {
	safe map[string]bool // addresses of feeds as they stand in JSON, for the next line of the same feed
}

// maxSafe bounds what a redactor remembers.
const maxSafe = 10_000

// line is a line as strangers may read it.
func (r *redactor) line(l storage.Line) (storage.Line, error) {
	const key = `"feed":"` // within a string, a quote has a backslash before it
	for rest := l.JSON; ; {
		at := bytes.Index(rest, []byte(key))
		if at < 0 {
			return l, nil
		}
		rest = rest[at+len(key):]
		if end := bytes.IndexByte(rest, '"'); end < 0 || !r.isSafe(rest[:end]) {
			break
		}
	}
	record, err := l.Record()
	if err != nil {
		return l, err
	}
	record = public(record)
	l.JSON, err = record.Line()
	return l, err
}

// isSafe says whether an address keeps nothing from strangers. One that JSON writes with escapes is decoded to be sure.
func (r *redactor) isSafe(feed []byte) bool {
	if safe, ok := r.safe[string(feed)]; ok {
		return safe
	}
	if r.safe == nil || len(r.safe) == maxSafe {
		r.safe = map[string]bool{}
	}
	safe := !bytes.Contains(feed, []byte(`\`)) && fetch.Redact(string(feed)) == string(feed)
	r.safe[string(feed)] = safe
	return safe
}

// addresses are what a message may name that opens a door.
var addresses = regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://[^\s"'<>]+`)

// redacted hides the secrets of the addresses in a message.
func redacted(s string) string {
	if !strings.Contains(s, "://") {
		return s
	}
	return addresses.ReplaceAllStringFunc(s, fetch.Redact)
}

// maxLogged bounds a value of a log line, in bytes: a title or an error may be as long as a stranger likes.
const maxLogged = 512

// logged is an attribute as the log prints it. That quotes what would break the line.
func logged(_ []string, a slog.Attr) slog.Attr {
	s := a.Value.String()
	if err, ok := a.Value.Any().(error); ok {
		s = err.Error()
	} else if a.Value.Kind() != slog.KindString {
		return a
	}
	s = redacted(s)
	if len(s) > maxLogged {
		end := maxLogged - len("…")
		for !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end] + "…"
	}
	return slog.String(a.Key, s)
}
