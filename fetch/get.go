package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// errDowngrade marks a redirect to where everybody on the way can read and change what comes.
var errDowngrade = errors.New("from https to http, which only fetch.downgrade allows")

// failedBody bounds, in bytes, what is read of an answer that is no success: enough to know a challenge page.
const failedBody = 64 << 10

// ask is one thing to be fetched, and how.
type ask struct {
	kind   string // as in [Request]
	url    string
	accept string
	known  Validators // sent to the address that issued them alone
	limit  int64      // bytes of the decoded body
	cut    bool       // keep the first limit bytes of a larger body instead of refusing it
	form   string     // to be posted, URL-encoded; empty: a GET

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
	visited   []string      // addresses that led on, in order
	left      time.Duration // of the whole time; waiting for a host's turn is not counted
	most      int           // redirects in a row
	downgrade bool          // they may lead from https to http
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
	j := &journey{ask: a, at: u, left: c.options.Timeout, permanent: true,
		most: c.options.Limits.Redirects, downgrade: c.options.Downgrade}
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
	t, err := c.queue.take(ctx, j.at.Hostname(), c.pause(ctx, j.at))
	if err != nil {
		return nil, err
	}
	defer t.end()
	for {
		got, err := c.timed(ctx, j, t)
		if err == nil {
			return got, nil
		}
		if !errors.Is(err, errShared) {
			t.hangUp()
			return nil, err
		}
		if err := t.share(ctx); err != nil {
			return nil, err
		}
	}
}

// pause is what an origin asks of its visitors between two requests.
func (c *Client) pause(ctx context.Context, u *url.URL) time.Duration {
	if c.options.Replay != nil {
		return 0
	}
	return c.robots.delay(ctx, u)
}

// timed makes an exchange within what is left of the journey's time, and tells of it.
func (c *Client) timed(ctx context.Context, j *journey, t *turn) (*answer, error) {
	start := time.Now()
	defer func() { j.left -= time.Since(start) }()
	timed, cancel := context.WithTimeout(ctx, j.left)
	defer cancel()
	x := j.begin()
	got, err := c.exchange(timed, j, t, x)
	if err != nil && timed.Err() != nil {
		late := fmt.Errorf("no whole answer within %s: %w", c.options.Timeout, context.DeadlineExceeded)
		if errors.As(err, new(unreached)) {
			late = unreached{j.at.Hostname(), late}
		}
		err = late
	}
	c.record(ctx, x, got, err)
	c.observe(Request{Kind: j.kind, URL: Redact(j.at.String()), Start: start, Gap: t.gap}, got, err)
	return got, err
}

// observe tells whoever keeps account of the requests how one went. What never left this machine is none.
func (c *Client) observe(r Request, got *answer, err error) {
	if c.options.Observe == nil || errors.Is(err, errShared) {
		return
	}
	if err != nil {
		if r.Reason = reason(err); r.Reason == Blocked {
			return
		}
	}
	if got != nil {
		r.Status, r.Conditional = got.status, got.conditional
	}
	c.options.Observe(r)
}

// exchange is one request and its answer, without a redirect. It calls the transport and not an http.Client, which
// would add a Referer, cookies and the URL's password.
func (c *Client) exchange(ctx context.Context, j *journey, t *turn, x *recorded) (*answer, error) {
	ctx, cancel := context.WithCancel(t.with(ctx))
	defer cancel()
	req := (&http.Request{Method: http.MethodGet, URL: j.at, Host: j.at.Host, Header: http.Header{},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
	j.post(req)
	conditional := c.setHeader(req.Header, j)
	res, err := c.send(req, x)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	x.Status, x.Header = res.StatusCode, keepable(res.Header)
	got := &answer{url: j.at.String(), status: res.StatusCode, header: res.Header, movedTo: j.movedTo, conditional: conditional}
	if res.Body != http.NoBody {
		p := newPace(res.Body, c.options.Limits.Rate, cancel)
		defer p.stop()
		res.Body = p
		if c.options.Record != nil && c.options.Record.Wants(ctx, j.kind) {
			x.follow(res)
		}
		got.body, err = c.readAnswer(res, j.ask)
	}
	return got, err
}

// send makes the request, or has it answered from what was recorded.
func (c *Client) send(req *http.Request, x *recorded) (*http.Response, error) {
	host := req.URL.Hostname()
	if c.options.Replay != nil {
		res, err := c.replayed(req.Context(), x)
		if err != nil && !errors.As(err, new(notReplayed)) {
			err = unreached{host, err}
		}
		return res, err
	}
	way, err := c.routes.pick(req.URL)
	if err != nil {
		return nil, err
	}
	res, err := way.RoundTrip(req)
	if err != nil {
		return nil, unreached{host, err}
	}
	return res, nil
}

// setHeader writes the few headers that dateline sends, and tells whether validators are among them.
func (c *Client) setHeader(h http.Header, j *journey) (conditional bool) {
	h.Set("User-Agent", c.agent)
	h.Set("Accept", j.accept)
	h.Set("Accept-Encoding", offered)
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
	j.visited = append(j.visited, j.at.String())
	next, err := j.target(got.header.Get("Location"))
	if err != nil {
		return &Error{Reason: Redirects, Status: got.status, Err: err}
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
	case len(j.visited) > j.most:
		return nil, fmt.Errorf("more than %d in a row: %s", j.most, j.chain())
	}
	next, err := j.at.Parse(location)
	if err != nil {
		return nil, errors.New("a redirect to what can't be read as an address")
	}
	if err := tidyURL(next); err != nil {
		return nil, fmt.Errorf("redirect to %q: %w", Redact(next.String()), err)
	}
	switch {
	case j.at.Scheme == "https" && next.Scheme == "http" && !j.downgrade:
		return nil, fmt.Errorf("to %q: %w", next, errDowngrade)
	case slices.Contains(j.visited, next.String()):
		return nil, fmt.Errorf("a loop through %q: %s", next, j.chain())
	}
	return next, nil
}

// chain shows the addresses so far, each cut to what fits on a line of a log.
func (j *journey) chain() string {
	var all []string
	for _, addr := range j.visited {
		all = append(all, fmt.Sprintf("%q", clipText(addr, 100)))
	}
	return strings.Join(all, ", ")
}

// readAnswer reads the body within its limit. Of an answer that is no success the body is read a little way, and its
// faults don't matter.
func (c *Client) readAnswer(res *http.Response, a ask) ([]byte, error) {
	ratio := c.options.Limits.Ratio
	if res.StatusCode >= 300 {
		body, _ := readBody(res, failedBody, ratio)
		return body[:min(len(body), failedBody)], nil
	}
	body, err := readBody(res, a.limit, ratio)
	if errors.Is(err, errTooLarge) && a.cut {
		return body[:a.limit], nil
	}
	return body, err
}

// ok tells a success that brings a body. 203 is a 200 that a proxy has changed; a part (206) or a difference (226) was
// not asked for.
func (got *answer) ok() bool {
	return got.status == http.StatusOK || got.status == http.StatusNonAuthoritativeInfo
}

// refused makes an Error of a status that brings nothing. A challenge comes with a 403 or 503 mostly, and is named for
// what it is: waiting does not help against it.
func (got *answer) refused(addr string) *Error {
	e := fail(addr, statusReason(got.status), nil)
	if vendor := challenger(got); vendor != "" {
		e = challenged(addr, vendor)
	}
	e.Status = got.status
	e.RetryAfter = holdFor(got.status, got.header, time.Now())
	if u, err := url.Parse(got.url); err == nil && got.status == http.StatusTooManyRequests {
		e.Host = u.Hostname()
	}
	return e
}
