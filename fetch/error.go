package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"code.dny.dev/ssrf"
	"github.com/klauspost/compress/zstd"
)

// Reason says in one word why a request failed. The list is closed: log, record, table and metric use the same word.
type Reason string

const (
	BadURL      Reason = "bad-url"      // not an absolute http or https address
	Blocked     Reason = "blocked"      // an address that is not public, or a port that is not the web's
	DNS         Reason = "dns"          // the host's name has no address
	Connect     Reason = "connect"      // nobody answers at the address
	TLS         Reason = "tls"          // certificate or handshake
	Timeout     Reason = "timeout"      // too slow, at any stage
	Redirects   Reason = "redirects"    // too many, a loop, or one that leads nowhere
	TooLarge    Reason = "too-large"    // the body, its headers, or what it inflates to
	Broken      Reason = "broken"       // the answer ended early or can't be decoded
	Gone        Reason = "gone"         // 410
	NotFound    Reason = "not-found"    // 404
	Denied      Reason = "denied"       // 401, 402, 403, 451
	RateLimited Reason = "rate-limited" // 429
	ServerError Reason = "server-error" // 5xx
	Status      Reason = "status"       // any other status that is no success
	Robots      Reason = "robots"       // robots.txt forbids it
	RobotsDown  Reason = "robots-down"  // robots.txt can't be read, so nothing is allowed for now
	Challenge   Reason = "challenge"    // a page that asks for a browser in place of the article
	NotFeed     Reason = "not-a-feed"   // the body is no RSS, Atom, RDF or JSON feed
	NotHTML     Reason = "not-html"     // the page is a PDF, an image, …
	Empty       Reason = "empty"        // no body at all
)

// Error is why a feed or a page did not come.
type Error struct {
	Reason Reason
	URL    string // what was asked for
	Status int    // the HTTP status, 0 if none came

	// RetryAfter is how long the server asked to be left alone; 0 if it did not say.
	RetryAfter time.Duration

	// Host is the host that could not be reached, that said nothing at all, or that limits its visitors (429), so that its other
	// addresses will fail too.
	// It is empty where this address alone has failed.
	Host string

	Err error // the cause, may be nil
}

// Error names the URL once, quoted, then what went wrong. What was read from a file has no URL.
func (e *Error) Error() string {
	s := string(e.Reason)
	if e.URL != "" {
		s = fmt.Sprintf("%q: %s", e.URL, e.Reason)
	}
	if e.Status != 0 {
		s += fmt.Sprintf(" (HTTP %d)", e.Status)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// fail makes an Error about an address, whose user name and password stay out of logs and records.
func fail(addr string, why Reason, err error) *Error {
	return &Error{Reason: why, URL: Redact(addr), Err: err}
}

// challenged names the vendor in an Error. Waiting does not help against a challenge, but many come and go.
func challenged(addr, vendor string) *Error {
	return fail(addr, Challenge, fmt.Errorf("by %s", vendor))
}

// explain turns whatever stopped a request into an Error about the address that was asked for. A caller who gave
// up is no failure of the server: that comes back as the context's own error, and never as an Error.
func explain(ctx context.Context, addr string, err error) error {
	if cancelled := ctx.Err(); cancelled != nil {
		return fmt.Errorf("%q: %w", Redact(addr), cancelled)
	}
	if errors.As(err, new(notReplayed)) {
		return err // nobody was asked, so nobody failed
	}
	var known *Error
	if errors.As(err, &known) {
		named := *known
		named.URL = Redact(addr)
		return &named
	}
	e := fail(addr, reason(err), err)
	var silent unreached
	if errors.As(err, &silent) && (e.Reason == DNS || e.Reason == Connect || e.Reason == TLS || e.Reason == Timeout) {
		e.Host = silent.host
	}
	if errors.Is(err, context.DeadlineExceeded) {
		e.Err = errors.New(err.Error()) // a limit of ours ran out: nobody may take it for the caller's own deadline
	}
	return e
}

// unreached is a failure before any answer of a host.
type unreached struct {
	host string
	err  error
}

func (u unreached) Error() string { return u.err.Error() }
func (u unreached) Unwrap() error { return u.err }

// reason sorts what net, crypto/tls and net/http report into the closed list. The order matters: a refused address and a
// failed look-up are also dial errors, and each may also be a timeout.
func reason(err error) Reason {
	var lookup *net.DNSError
	var op *net.OpError
	var again replayedError
	switch {
	case errors.As(err, &again):
		return again.reason
	case errors.Is(err, errBlocked), errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedPort),
		errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrInvalidHostPort):
		return Blocked
	case errors.Is(err, errTooLarge), errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded),
		strings.Contains(err.Error(), "response headers exceeded"),
		strings.Contains(err.Error(), "header list too large"): // net/http has no type for these two
		return TooLarge
	case isTimeout(err):
		return Timeout
	case errors.As(err, &lookup):
		return DNS
	case isTLS(err):
		return TLS
	case errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect"):
		return Connect
	}
	return Broken
}

// isTimeout covers our own deadlines and those inside net and net/http.
func isTimeout(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}

// isTLS tells a failed handshake from other broken answers.
func isTLS(err error) bool {
	var record tls.RecordHeaderError
	var verify *tls.CertificateVerificationError
	var alert tls.AlertError
	return errors.As(err, &record) || errors.As(err, &verify) || errors.As(err, &alert) ||
		strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "HTTP response to HTTPS client")
}

// statusReason names a status that is no success.
func statusReason(status int) Reason {
	switch status {
	case http.StatusNoContent:
		return Empty
	case http.StatusGone:
		return Gone
	case http.StatusNotFound:
		return NotFound
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusUnavailableForLegalReasons:
		return Denied
	case http.StatusTooManyRequests:
		return RateLimited
	}
	if status >= 500 {
		return ServerError
	}
	return Status
}
