package fetch

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// errTooLarge marks a body that goes past the limit; its rest is neither read nor kept.
var errTooLarge = errors.New("body too large")

// failedBody bounds, in bytes, what is read of an answer that is no success: enough to know a challenge page.
const failedBody = 64 << 10

// codingSlack is what a compressed body may be longer than the limit on the plain one, in bytes.
const codingSlack = 64 << 10

// ask is one thing to be fetched, and how.
type ask struct {
	url    string
	accept string
	known  Validators // sent to the address that issued them alone
	limit  int64      // bytes of the decoded body
	cut    bool       // keep the first limit bytes of a larger body instead of refusing it

	// permit is asked before each hop; an error ends the journey. It must not hold a host's turn.
	permit func(ctx context.Context, u *url.URL) error
}

// answer is what the last hop said.
type answer struct {
	url         string
	status      int
	header      http.Header
	body        []byte
	movedTo     string // where a chain of permanent redirects led, "" if the first hop was none
	conditional bool   // the request carried validators
}

// journey is the state of one ask on its way through redirects.
type journey struct {
	ask
	at        *url.URL
	visited   map[string]bool
	left      time.Duration // of the whole time; waiting for a host's turn is not counted
	permanent bool          // every redirect so far was one
	movedTo   string
}

// get asks once and follows redirects by itself: net/http's own way would tell each next server where we came
// from (Referer) and hand it validators that another one issued.
func (c *Client) get(ctx context.Context, a ask) (*answer, error) {
	u, err := parseURL(a.url)
	if err != nil {
		return nil, fail(a.url, BadURL, err)
	}
	j := &journey{ask: a, at: u, visited: map[string]bool{}, left: c.options.Timeout, permanent: true}
	for {
		got, err := c.hop(ctx, j)
		if err != nil {
			return nil, explain(ctx, a.url, err)
		}
		if !isRedirect(got.status) {
			return got, nil
		}
		if err := j.follow(got); err != nil {
			return nil, explain(ctx, a.url, err)
		}
	}
}

// hop sends one request when its host's turn has come.
func (c *Client) hop(ctx context.Context, j *journey) (*answer, error) {
	if j.permit != nil {
		if err := j.permit(ctx, j.at); err != nil {
			return nil, err
		}
	}
	done, err := c.queue.take(ctx, j.at.Hostname())
	if err != nil {
		return nil, err
	}
	defer done()
	start := time.Now()
	defer func() { j.left -= time.Since(start) }()
	timed, cancel := context.WithTimeout(ctx, j.left)
	defer cancel()
	got, err := c.exchange(timed, j)
	if err != nil && timed.Err() != nil {
		err = fmt.Errorf("no whole answer within %s: %w", c.options.Timeout, context.DeadlineExceeded)
	}
	return got, err
}

// exchange is one request and its answer, without a redirect. It calls the transport and not an http.Client, which
// would add a Referer, cookies and the URL's password.
func (c *Client) exchange(ctx context.Context, j *journey) (*answer, error) {
	way, err := c.routes.pick(j.at)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, j.at.String(), nil)
	if err != nil {
		return nil, err
	}
	req.URL = j.at
	conditional := c.setHeader(req.Header, j)
	res, err := way.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := readAnswer(res, j.ask)
	if err != nil {
		return nil, err
	}
	return &answer{url: j.at.String(), status: res.StatusCode, header: res.Header, body: body,
		movedTo: j.movedTo, conditional: conditional}, nil
}

// setHeader writes the few headers that dateline sends, and tells whether validators are among them.
func (c *Client) setHeader(h http.Header, j *journey) (conditional bool) {
	h.Set("User-Agent", c.agent)
	h.Set("Accept", j.accept)
	h.Set("Accept-Encoding", "gzip")
	if !j.issued() {
		return false
	}
	if v := j.known.ETag; usable(v) {
		h["If-None-Match"] = []string{v}
		conditional = true
	}
	if v := j.known.LastModified; usable(v) {
		h["If-Modified-Since"] = []string{v}
		conditional = true
	}
	return conditional
}

// issued tells whether the validators are this address's own.
func (j *journey) issued() bool {
	if j.known.URL == "" {
		return len(j.visited) == 0
	}
	return j.known.URL == j.at.String()
}

// isRedirect tells the statuses that name another address. 300 offers a choice and 304 names nothing.
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// follow moves the journey to where an answer points.
func (j *journey) follow(got *answer) error {
	j.visited[j.at.String()] = true
	next, err := j.target(got.header.Get("Location"))
	if err != nil {
		return &Error{Reason: Redirects, Status: got.status, Err: err}
	}
	if err := tidyURL(next); err != nil {
		return &Error{Reason: Redirects, Status: got.status, Err: fmt.Errorf("redirect to %q: %w", redact(next.String()), err)}
	}
	if j.visited[next.String()] {
		return &Error{Reason: Redirects, Status: got.status, Err: fmt.Errorf("a loop through %q", next)}
	}
	j.permanent = j.permanent && (got.status == http.StatusMovedPermanently || got.status == http.StatusPermanentRedirect)
	if j.permanent {
		j.movedTo = next.String()
	}
	j.at = next
	return nil
}

// target reads a Location against the present address.
func (j *journey) target(location string) (*url.URL, error) {
	switch {
	case location == "":
		return nil, errors.New("a redirect without a target")
	case len(location) > maxURL:
		return nil, fmt.Errorf("a redirect target longer than %d bytes", maxURL)
	case len(j.visited) > maxRedirects:
		return nil, fmt.Errorf("more than %d in a row", maxRedirects)
	}
	next, err := j.at.Parse(location)
	if err != nil {
		return nil, errors.New("a redirect to what can't be read as an address")
	}
	return next, nil
}

// readAnswer reads the body within its limit. Of an answer that is no success the body is read a little way, and its
// faults don't matter.
func readAnswer(res *http.Response, a ask) ([]byte, error) {
	if res.StatusCode >= 300 {
		body, _ := readBody(res, failedBody)
		return body[:min(len(body), failedBody)], nil
	}
	body, err := readBody(res, a.limit)
	if errors.Is(err, errTooLarge) && a.cut {
		return body[:a.limit], nil
	}
	return body, err
}

// readBody reads and decodes up to one byte more than the limit, and then stops: a rest is not drained, the
// connection is closed instead.
func readBody(res *http.Response, limit int64) ([]byte, error) {
	raw := &io.LimitedReader{R: res.Body, N: limit + codingSlack}
	decoded, err := decode(raw, res.Header.Get("Content-Encoding"))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(decoded, limit+1))
	if int64(len(body)) > limit {
		return body, fmt.Errorf("%w: more than %d bytes", errTooLarge, limit)
	}
	if err != nil && raw.N <= 0 {
		return body, fmt.Errorf("%w: more than %d compressed bytes", errTooLarge, limit)
	}
	return body, err
}

// decode undoes the one coding that was offered. A server that says gzip and sends plain text is believed by its
// bytes; any coding that nobody asked for is refused.
func decode(r io.Reader, coding string) (io.Reader, error) {
	switch strings.ToLower(strings.TrimSpace(coding)) {
	case "", "identity":
		return r, nil
	case "gzip", "x-gzip":
		b := bufio.NewReader(r)
		magic, err := b.Peek(len(gzipMagic))
		if !bytes.Equal(magic, gzipMagic) {
			if err == io.EOF {
				err = nil
			}
			return b, err
		}
		return newMembers(b)
	}
	return nil, fmt.Errorf("content coding %q was not asked for", coding)
}

// members reads the gzip members that follow each other (RFC 1952, section 2.2) and ends where no further one
// begins: compress/gzip would refuse the whole body for the bytes that some servers append.
type members struct {
	src *bufio.Reader
	z   *gzip.Reader
}

func newMembers(src *bufio.Reader) (*members, error) {
	z, err := gzip.NewReader(src)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &members{src, z}, nil
}

func (m *members) Read(p []byte) (int, error) {
	n, err := m.z.Read(p)
	if err != io.EOF {
		return n, err
	}
	if magic, _ := m.src.Peek(len(gzipMagic)); !bytes.Equal(magic, gzipMagic) {
		return n, io.EOF
	}
	if err := m.z.Reset(m.src); err != nil {
		return n, err
	}
	m.z.Multistream(false)
	return n, nil
}

// gzipMagic is how a gzip stream begins (RFC 1952, section 2.3.1; 8 is deflate, the only method there is).
var gzipMagic = []byte{0x1f, 0x8b, 8}

// ok tells a success that brings a body. 203 is a 200 that a proxy has changed; a part (206) or a difference (226) was
// not asked for.
func (got *answer) ok() bool {
	return got.status == http.StatusOK || got.status == http.StatusNonAuthoritativeInfo
}

// refused makes an Error of a status that brings nothing. A challenge comes with a 403 or 503 mostly, and is named for
// what it is: waiting does not help against it.
func (got *answer) refused(addr string) *Error {
	e := fail(addr, statusReason(got.status), nil)
	if isChallenge(got) {
		e.Reason = Challenge
	}
	e.Status = got.status
	e.RetryAfter = holdFor(got.status, got.header, time.Now())
	return e
}
