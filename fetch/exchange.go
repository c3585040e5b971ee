package fetch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"
)

// Recorder is shown each exchange with a server as it went over the wire, but for those with hubs, which are about secrets. Its
// methods may be called from many goroutines, with the context of the request's caller.
type Recorder interface {
	// Wants says whether the body of such an exchange is to be kept for Record.
	Wants(ctx context.Context, kind string) bool

	// Record is called when the exchange is over, before anything is made of it. It does not keep the body.
	Record(ctx context.Context, x Exchange)
}

// Replayer answers in place of the network, with exchanges that were recorded.
type Replayer interface {
	// Replay gives the exchange for a request to an address of [Public] form. An error is the caller's, and no answer of a
	// server: it is given back as it is.
	Replay(ctx context.Context, url string) (Exchange, error)
}

// Exchange is one request and what came of it, without credentials: no user names, no cookies, no secrets of a query.
type Exchange struct {
	Kind   string    // as in [Request]
	URL    string    // in [Public] form
	Start  time.Time // to the microsecond
	Status int       // HTTP; 0 if no answer came
	Header map[string][]string
	Body   []byte // as the server coded it; nil if it wasn't wanted
	Cut    string // why the body is not whole: length, time or disconnect; empty if it is
	Reason string // why no answer came: a [Reason]
	Detail string // the error's text
}

// Why a body is not whole. WARC has the same words.
const (
	cutLength     = "length"     // past a limit of ours
	cutTime       = "time"       // too slow
	cutDisconnect = "disconnect" // the server ended it
)

// private are header fields that are keys to something, or stand for a visitor.
var private = []string{"Set-Cookie", "Set-Cookie2", "Authorization", "Proxy-Authorization", "Authentication-Info", "Proxy-Authentication-Info"}

// Public is an address as it may be kept where others read it: without user name and password, and with the values of
// parameters that are named for a secret replaced.
func Public(address string) string {
	shown := Redact(address)
	if shown == address {
		return address
	}
	shown = strings.Replace(shown, "…@", "", 1)
	return strings.ReplaceAll(shown, "…", "%E2%80%A6")
}

// publicTarget hides the same in a redirect's target. That there were a user and a password is still seen: such a target is refused.
func publicTarget(location string) string {
	shown := Redact(location)
	if before, query, ok := strings.Cut(shown, "?"); ok {
		shown = before + "?" + redactQuery(query)
	}
	if shown == location {
		return location
	}
	return strings.ReplaceAll(strings.Replace(shown, "…@", "-@", 1), "…", "%E2%80%A6")
}

// recorded is an exchange while its body is read.
type recorded struct {
	Exchange
	io.ReadCloser
	coded  bool         // else what is read is the body itself
	body   bytes.Buffer // as coded
	n      int64
	length int64 // by the header; -1 if it says nothing
	ended  bool
	failed error
}

func (r *recorded) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if r.coded {
		r.body.Write(p[:n])
	}
	r.n += int64(n)
	switch {
	case err == io.EOF:
		r.ended = true
	case err != nil:
		r.failed = err
	}
	return n, err
}

// follow has the body of an answer kept as it is read, if somebody wants it.
func (r *recorded) follow(res *http.Response) {
	r.length, r.ReadCloser = res.ContentLength, res.Body
	if r.coded = res.Header.Get("Content-Encoding") != ""; r.coded {
		r.body.Grow(int(min(max(res.ContentLength, 0), 1<<20)) + bytes.MinRead)
	}
	res.Body = r
}

// finish says how the body ended; err is what its reader made of it, and got what it gave.
func (r *recorded) finish(got *answer, err error) {
	if r.ReadCloser == nil {
		return
	}
	r.Body = r.body.Bytes()
	if !r.coded && got != nil {
		r.Body = got.body
	}
	switch {
	case r.ended || r.n == r.length:
	case r.failed != nil && isTimeout(r.failed), errors.Is(err, context.DeadlineExceeded):
		r.Cut = cutTime
	case r.failed != nil:
		r.Cut = cutDisconnect
	case err != nil, r.Status >= 300, r.Kind == "robots":
		r.Cut = cutLength
	}
}

// record shows an exchange to the recorder. What was given up by the caller is none, and neither is one that was replayed
// from elsewhere but for its time.
func (c *Client) record(ctx context.Context, x *recorded, got *answer, err error) {
	if c.options.Record == nil || x.Kind == "hub" || ctx.Err() != nil || errors.Is(err, errShared) {
		return
	}
	x.finish(got, err)
	if x.Status == 0 {
		x.Reason, x.Detail = string(reason(err)), err.Error()
	}
	c.options.Record.Record(ctx, x.Exchange)
}

// begin starts the record of a request.
func (j *journey) begin() *recorded {
	return &recorded{Exchange: Exchange{Kind: j.kind, URL: Public(j.at.String()), Start: time.Now().UTC().Truncate(time.Microsecond)}}
}

// keepable is a header without what must not be kept.
func keepable(h http.Header) map[string][]string {
	kept := maps.Clone(h)
	for _, name := range private {
		delete(kept, name)
	}
	if to := h.Get("Location"); to != "" {
		kept["Location"] = []string{publicTarget(to)}
	}
	return kept
}

// replayed makes the answer that was recorded; the error is the one that the request ended with then, or the replayer's.
func (c *Client) replayed(ctx context.Context, x *recorded) (*http.Response, error) {
	was, err := c.options.Replay.Replay(ctx, x.URL)
	if err != nil {
		return nil, notReplayed{err}
	}
	x.Start = was.Start
	if was.Status == 0 {
		return nil, replayedError{Reason(was.Reason), was.Detail}
	}
	return &http.Response{
		StatusCode: was.Status, Header: http.Header(was.Header), ContentLength: -1,
		Body: io.NopCloser(io.MultiReader(bytes.NewReader(was.Body), cutEnd(was.Cut))),
	}, nil
}

// cutEnd ends a body as it ended then.
func cutEnd(cut string) io.Reader {
	switch cut {
	case cutTime:
		return failing{context.DeadlineExceeded}
	case cutDisconnect:
		return failing{io.ErrUnexpectedEOF}
	}
	return failing{io.EOF}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// replayedError is a failure that was recorded.
type replayedError struct {
	reason Reason
	detail string
}

func (e replayedError) Error() string { return e.detail }

// notReplayed is a request that no record answers.
type notReplayed struct{ err error }

func (e notReplayed) Error() string { return e.err.Error() }
func (e notReplayed) Unwrap() error { return e.err }
