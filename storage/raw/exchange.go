package raw

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strings"
	"time"

	"dateline/storage"
	"dateline/storage/warc"
)

// Exchange is one request and what came of it. It holds no credentials.
type Exchange struct {
	Kind   string // what it was for: feed, archive, sitemap, page, robots, tdm; push for what a hub brought
	URL    string
	Start  time.Time // when it was asked for
	Status int       // HTTP; 0 if no answer came
	Header map[string][]string
	Body   []byte // as the server coded it
	Cut    string // why the body is not whole: length, time or disconnect; empty if it is
	Reason string // why no answer came, in one word
	Detail string // and in more
}

// Names of fields that WARC doesn't have; readers ignore those that they don't know (section 4).
const (
	fieldKind    = "Dateline-Kind"
	fieldSubject = "Dateline-Subject"
)

// kind is what the exchange's row says.
func (x *Exchange) kind() storage.CaptureKind {
	switch x.Kind {
	case "page":
		return storage.CapturedPage
	case "robots", "tdm":
		return storage.CapturedRobots
	}
	return storage.CapturedFeed
}

// Append writes an exchange that was made for a feed or for an entry of an id. The row is to be committed with what
// is made of the answer, see [storage.WithCaptures].
func (s *Store) Append(x Exchange, subject string) (storage.Capture, string, error) {
	r := x.record()
	r.Fields = append(r.Fields, warc.Field{Name: fieldKind, Value: x.Kind}, warc.Field{Name: fieldSubject, Value: subject})
	place, n, err := s.append(&r)
	c := storage.Capture{
		Place: place, Length: n, Kind: x.kind(), Time: x.Start,
		Address: storage.CaptureKey(x.URL), Subject: storage.CaptureKey(subject),
	}
	if c.Kind == storage.CapturedPage {
		c.Entry = subject
	}
	return c, r.ID, err
}

// record is the exchange as WARC has it: a response, a revisit where the server said that nothing has changed, and
// metadata where it said nothing.
func (x *Exchange) record() warc.Record {
	r := warc.Record{ID: warc.NewID(), Date: x.Start, Target: x.URL}
	if x.Kind == KindPush { // no answer to anything
		r.Type, r.ContentType, r.Payload = warc.Resource, oneLine(http.Header(x.Header).Get("Content-Type")), x.Body
		return r
	}
	if x.Status == 0 {
		r.Type, r.ContentType = warc.Metadata, "application/warc-fields"
		r.Payload = []byte("failure: " + x.Reason + "\r\ndetail: " + oneLine(x.Detail) + "\r\n")
		return r
	}
	r.Type, r.ContentType = warc.Response, "application/http; msgtype=response"
	if x.Status == http.StatusNotModified {
		r.Type = warc.Revisit
		r.Fields = append(r.Fields, warc.Field{Name: "WARC-Profile", Value: warc.NotModified},
			warc.Field{Name: "WARC-Refers-To-Target-URI", Value: x.URL})
	}
	r.Head, r.Payload = x.head(), x.Body
	r.Coded = isCoded(http.Header(x.Header))
	r.Fields = append(r.Fields, warc.Field{Name: "WARC-Truncated", Value: x.Cut})
	return r
}

// head is the status line and the header fields, sorted by name.
func (x *Exchange) head() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", x.Status, http.StatusText(x.Status))
	http.Header(x.Header).Write(&b) // never fails; line ends within values become blanks
	b.WriteString("\r\n")
	return b.Bytes()
}

// isCoded says whether compressing again would be in vain.
func isCoded(h http.Header) bool {
	switch strings.ToLower(strings.TrimSpace(h.Get("Content-Encoding"))) {
	case "", "identity":
		return false
	}
	return true
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// ReadExchange gives the exchange of a record; ok is false if the record is none.
func ReadExchange(h warc.Header, block []byte) (x Exchange, ok bool, err error) {
	x = Exchange{Kind: h.Get(fieldKind), URL: h.Target(), Start: h.Date(), Cut: h.Get("WARC-Truncated")}
	switch h.Get("WARC-Type") {
	case warc.Response, warc.Revisit:
		if !strings.HasPrefix(h.Get("Content-Type"), "application/http") {
			return x, false, nil
		}
		err := x.parse(block)
		return x, err == nil, err
	case warc.Resource:
		x.Status, x.Body, x.Header = http.StatusOK, block, map[string][]string{"Content-Type": {h.Get("Content-Type")}}
		return x, x.Kind == KindPush, nil
	case warc.Metadata:
		if h.Get("Content-Type") != "application/warc-fields" || x.Kind == "" {
			return x, false, nil
		}
		fields, err := textproto.NewReader(bufio.NewReader(io.MultiReader(bytes.NewReader(block), strings.NewReader("\r\n")))).ReadMIMEHeader()
		if err != nil {
			return x, false, fmt.Errorf("record about %q: %w: %w", x.URL, warc.ErrDamaged, err)
		}
		x.Reason, x.Detail = fields.Get("failure"), fields.Get("detail")
		return x, x.Reason != "", nil
	}
	return x, false, nil
}

// parse reads the head of an answer. Others' files have the body as it went over the wire, chunks and all.
func (x *Exchange) parse(block []byte) error {
	res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(block)), nil)
	if err != nil {
		return fmt.Errorf("record about %q: %w: %w", x.URL, warc.ErrDamaged, err)
	}
	if res.StatusCode < 100 {
		return fmt.Errorf("record about %q: %w: its status is %d", x.URL, warc.ErrDamaged, res.StatusCode)
	}
	x.Status, x.Header = res.StatusCode, res.Header
	body, err := io.ReadAll(res.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("record about %q: %w: %w", x.URL, warc.ErrDamaged, err)
	}
	if err != nil && x.Cut == "" {
		x.Cut = warc.TruncatedDisconnect
	}
	x.Body = body
	return nil
}
