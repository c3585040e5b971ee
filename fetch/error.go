package fetch

import (
	"fmt"
	"time"
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

	Err error // the cause, may be nil
}

// Error names the URL once, quoted, then what went wrong.
func (e *Error) Error() string {
	s := fmt.Sprintf("%q: %s", e.URL, e.Reason)
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
