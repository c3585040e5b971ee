package fetchtest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Publisher is a host that minds every request as the strictest publishers do. It answers as a good server would, 304
// included, and notes what a visitor does that it should not, each with the number that the assertion has among the 65
// that dateline holds itself to. What is allowed is a closed list: a header or an address that it does not know is
// a violation.
type Publisher struct {
	web  *Web
	host string

	mu         sync.Mutex
	documents  map[string]*document // by request URI
	interval   time.Duration        // between two requests for one feed
	pause      time.Duration        // from the end of an answer to the next request
	agent      string               // what the first visitor called itself
	busy       int
	ended      time.Time // the last answer
	held       time.Time // no request to the host before
	conns      map[*pipe]bool
	robots     time.Time // when robots.txt was asked for
	violations []Violation
}

// Violation is something that a publisher would complain of.
type Violation struct {
	Assertion int // its number
	Detail    string
}

func (v Violation) String() string { return fmt.Sprintf("assertion %d: %s", v.Assertion, v.Detail) }

// Answer is what a document of a Publisher says.
type Answer struct {
	Status  int // 0 means 200
	Header  map[string]string
	Body    string
	Spoiled bool          // the body can't be read, so the validators that come with it must not come back
	Takes   time.Duration // before the answer
}

// document is a feed, a page or robots.txt, and what its last visitor was told.
type document struct {
	answer    Answer
	feed      bool
	page      bool
	etag      string // issued last, with what could be read
	modified  string
	poison    [2]string // issued since, with what could not
	asked     time.Time
	whole     time.Time // when it was given to one who sent no validators
	notBefore time.Time // by Retry-After and max-age
	gone      bool
	moved     bool // the last answer was a redirect: which validators are known now depends on where it led
}

// NewPublisher puts a publisher behind a host's name. It fails the test for each violation when the test ends.
func NewPublisher(t testing.TB, web *Web, host string) *Publisher {
	p := &Publisher{web: web, host: host, documents: map[string]*document{}, conns: map[*pipe]bool{}}
	web.Handle(host, p)
	t.Cleanup(func() {
		for _, v := range p.Violations() {
			t.Errorf("%s: %s", host, v)
		}
	})
	return p
}

// Feed says what a feed answers from now on.
func (p *Publisher) Feed(uri string, a Answer) { p.set(uri, a).feed = true }

// Page says what a page answers from now on.
func (p *Publisher) Page(uri string, a Answer) { p.set(uri, a).page = true }

// File is anything else, such as robots.txt.
func (p *Publisher) File(uri string, a Answer) { p.set(uri, a) }

func (p *Publisher) set(uri string, a Answer) *document {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.documents[uri]
	if d == nil {
		d = &document{}
		p.documents[uri] = d
	}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	d.answer = a
	return d
}

// Pace makes the publisher look at the clock: no feed may be asked again within the interval, or before what it has
// answered allows, and no request may come within the pause. Without it, any pace is right.
func (p *Publisher) Pace(interval, pause time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.interval, p.pause = interval, pause
}

// Violations are those so far, in order. They are not reported at the end of the test any more.
func (p *Publisher) Violations() []Violation {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.violations
	p.violations = nil
	return all
}

func (p *Publisher) blame(assertion int, format string, args ...any) {
	p.violations = append(p.violations, Violation{assertion, fmt.Sprintf(format, args...)})
}

func (p *Publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, conditional := p.receive(r)
	time.Sleep(a.Takes)
	for name, value := range a.Header {
		w.Header()[name] = []string{value} // as it is written, not as Go would
	}
	p.leave()
	w.WriteHeader(a.Status)
	if !conditional {
		fmt.Fprint(w, a.Body)
	}
}

// receive judges a request and decides its answer, and whether that is without a body.
func (p *Publisher) receive(r *http.Request) (Answer, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.checkShape(r)
	p.checkPace(r)
	d := p.documents[r.RequestURI]
	if r.RequestURI == "/robots.txt" {
		p.checkRobots()
	}
	if d == nil {
		if r.RequestURI != "/robots.txt" && r.RequestURI != "/.well-known/tdmrep.json" {
			p.blame(35, "%s is no address of mine", r.RequestURI)
		}
		return Answer{Status: http.StatusNotFound}, false
	}
	p.checkKind(r, d)
	p.checkTime(r, d)
	known := p.checkValidators(r, d)
	if r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since") == "" && d.answer.Status == http.StatusOK && !d.answer.Spoiled {
		d.whole = time.Now()
	}
	return p.decide(d, known)
}

// decide is what a good server does, and keeps what it has issued.
func (p *Publisher) decide(d *document, known bool) (Answer, bool) {
	a := d.answer
	d.asked, d.gone, d.moved = time.Now(), a.Status == http.StatusGone, a.Header["Location"] != ""
	d.notBefore = time.Now().Add(asksFor(a.Header))
	if a.Status == http.StatusTooManyRequests {
		p.held = d.notBefore
	}
	same := a.Header["ETag"] == d.etag && a.Header["Last-Modified"] == d.modified
	if a.Status == http.StatusOK && known && same {
		a.Status = http.StatusNotModified
		return a, true
	}
	switch a.Status {
	case http.StatusOK:
		if a.Spoiled {
			d.poison = [2]string{a.Header["ETag"], a.Header["Last-Modified"]}
			break
		}
		d.etag, d.modified, d.poison = a.Header["ETag"], a.Header["Last-Modified"], [2]string{}
	case http.StatusNotModified: // what it leaves out stays valid
		if v := a.Header["ETag"]; v != "" {
			d.etag = v
		}
		if v := a.Header["Last-Modified"]; v != "" {
			d.modified = v
		}
		return a, true
	}
	return a, false
}

// asksFor is the time that an answer wants to be left alone; the longer of Retry-After and max-age, in seconds.
func asksFor(h map[string]string) time.Duration {
	retry, _ := strconv.Atoi(h["Retry-After"])
	_, value, _ := strings.Cut(h["Cache-Control"], "max-age=")
	fresh, _ := strconv.Atoi(value)
	return time.Duration(max(retry, fresh)) * time.Second
}

// known headers are all that a visitor may send.
var knownHeaders = []string{"User-Agent", "Accept", "Accept-Encoding", "If-None-Match", "If-Modified-Since"}

// checkShape looks at what is the same for all documents.
func (p *Publisher) checkShape(r *http.Request) {
	if r.Method != http.MethodGet {
		p.blame(31, "method %s", r.Method)
	}
	agent := r.Header.Get("User-Agent")
	if p.agent == "" {
		p.agent = agent
	}
	if agent != p.agent || !strings.HasPrefix(agent, "dateline/") || !strings.Contains(agent, "(+") || strings.Contains(agent, "Mozilla") {
		p.blame(32, "User-Agent %q after %q", agent, p.agent)
	}
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		p.blame(37, "Accept-Encoding %q", r.Header.Get("Accept-Encoding"))
	}
	for name, values := range r.Header {
		switch {
		case name == "Cookie" || name == "Authorization":
			p.blame(33, "%s: %q", name, values)
		case name == "Referer":
			p.blame(34, "%s: %q", name, values)
		case !slices.Contains(knownHeaders, name) || len(values) > 1:
			p.blame(38, "%s: %q", name, values)
		}
	}
}

// checkPace looks at connections and at the time between two requests.
func (p *Publisher) checkPace(r *http.Request) {
	if p.busy++; p.busy > 1 {
		p.blame(29, "%d requests at once", p.busy)
	}
	if gap := time.Since(p.ended); !p.ended.IsZero() && gap < p.pause {
		p.blame(29, "%s came %s after the answer before", r.RequestURI, gap)
	}
	if c, ok := r.Context().Value(pipeKey{}).(*pipe); ok {
		p.conns[c] = true
	}
	open := 0
	for c := range p.conns {
		if c.isClosed() {
			delete(p.conns, c)
		} else {
			open++
		}
	}
	if open > 1 {
		p.blame(39, "%d connections", open)
	}
}

func (p *Publisher) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy--
	p.ended = time.Now()
}

// checkRobots wants robots.txt to be asked for once a day.
func (p *Publisher) checkRobots() {
	if since := time.Since(p.robots); p.interval > 0 && !p.robots.IsZero() && since < 24*time.Hour {
		p.blame(49, "robots.txt again after %s", since)
	}
	p.robots = time.Now()
}

// feedTypes is what a visitor of a feed accepts.
const feedTypes = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, " +
	"application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"

// checkKind looks at what differs between feeds and pages.
func (p *Publisher) checkKind(r *http.Request, d *document) {
	if accept := r.Header.Get("Accept"); d.feed && accept != feedTypes {
		p.blame(36, "Accept %q for a feed", accept)
	}
	if d.page && p.robots.IsZero() {
		p.blame(49, "%s before robots.txt", r.RequestURI)
	}
}

// checkTime holds a visitor to what a document has answered before.
func (p *Publisher) checkTime(r *http.Request, d *document) {
	if d.gone {
		p.blame(44, "%s is gone", r.RequestURI)
	}
	if p.interval == 0 || d.asked.IsZero() && p.held.IsZero() {
		return
	}
	now := time.Now()
	switch since := now.Sub(d.asked); {
	case now.Before(p.held):
		p.blame(22, "%s, %s before the host is open again", r.RequestURI, p.held.Sub(now))
	case d.asked.IsZero():
	case d.feed && since < p.interval:
		p.blame(15, "%s again after %s", r.RequestURI, since)
	case now.Before(d.notBefore) && d.answer.Status == http.StatusOK:
		p.blame(17, "%s, %s too soon", r.RequestURI, d.notBefore.Sub(now))
	case now.Before(d.notBefore):
		p.blame(19, "%s, %s too soon", r.RequestURI, d.notBefore.Sub(now))
	case d.page && d.answer.Status == http.StatusOK:
		p.blame(48, "%s again", r.RequestURI)
	}
}

// refresh is after how long a visitor may ask without its validators all the same, lest a server that answers 304 for ever
// keeps the news from it.
const refresh = 8 * 24 * time.Hour

// checkValidators compares what was sent with what was issued, byte for byte, and tells whether it is the latest.
func (p *Publisher) checkValidators(r *http.Request, d *document) bool {
	etag, modified := r.Header.Get("If-None-Match"), r.Header.Get("If-Modified-Since")
	since := time.Since(d.whole)
	switch {
	case etag+modified == "" && d.etag+d.modified == "" && d.feed && p.interval > 0 && !d.whole.IsZero() && since < 24*time.Hour:
		p.blame(14, "%s: without validators again after %s", r.RequestURI, since)
	case etag+modified == "" && d.etag+d.modified != "" && since >= refresh:
	case etag+modified == "" && d.etag+d.modified == "", d.page, d.moved:
	case etag != "" && etag == d.poison[0], modified != "" && modified == d.poison[1]:
		p.blame(9, "%s: the validators of what can't be read", r.RequestURI)
	case d.poison != [2]string{} && etag+modified == "": // what was read in part is asked for again
	case d.etag+d.modified == "" && d.asked.IsZero():
		p.blame(1, "%s: validators in the first request: %q, %q", r.RequestURI, etag, modified)
	case d.etag+d.modified == "":
		p.blame(4, "%s: validators that were never issued: %q, %q", r.RequestURI, etag, modified)
	case etag != d.etag:
		p.blame(2, "%s: If-None-Match %q, issued was %q", r.RequestURI, etag, d.etag)
	case modified != d.modified:
		p.blame(3, "%s: If-Modified-Since %q, issued was %q", r.RequestURI, modified, d.modified)
	}
	return etag+modified != "" && etag == d.etag && modified == d.modified
}

// pipe is the server's end of a connection, which can be asked whether it is still open.
type pipe struct {
	net.Conn
	mu     sync.Mutex
	closed bool
}

type pipeKey struct{}

func withPipe(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, pipeKey{}, c)
}

func (c *pipe) Close() error {
	c.hangUp()
	return c.Conn.Close()
}

func (c *pipe) hangUp() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
}

// visitorsEnd tells the server's end when it is closed: the server itself may be busy and notice it late.
type visitorsEnd struct {
	net.Conn
	far *pipe
}

func (c visitorsEnd) Close() error {
	c.far.hangUp()
	return c.Conn.Close()
}

func (c *pipe) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}
