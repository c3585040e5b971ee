// Package fetch meets the open network: it polls feeds and downloads pages with the manners that a
// publisher expects, and survives servers that are broken or hostile.
//
// It knows no agency and stores nothing. [Client.Poll] gives a [Feed] in dateline's own words (gofeed's types end
// here), [Client.Page] a page as UTF-8, [Client.Discover] the feeds of a site; all fail with an [Error] whose [Reason] is from
// a closed list.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Options configure a [Client]. The zero value of a field means its default.
type Options struct {
	// Version is the program's version in the User-Agent.
	Version string

	// Contact is where a publisher reaches the operator: a URL or mailto: address, part of the User-Agent.
	Contact string

	// HostInterval is the least pause between two requests to one host, from the end of one answer to the start of the
	// next request. Default 1 s; negative means none.
	HostInterval time.Duration

	// Timeout bounds one request with its redirects and its body. Default 30 s.
	Timeout time.Duration

	// MaxBody bounds a body after decompression, in bytes, whatever Limits allow. Default 10 MiB.
	MaxBody int64

	// Limits are the further bounds on one answer.
	Limits Limits

	// Downgrade lets a redirect lead from https to http. Without it, such a redirect fails.
	Downgrade bool

	// RobotsFeeds makes a poll ask robots.txt too. Pages always do.
	RobotsFeeds bool

	// Robots keeps what robots.txt files said from one run to the next. Without it each Client asks anew.
	Robots RobotsKeeper

	// Allow lists networks that are not public and may be dialled all the same, on any port.
	Allow []netip.Prefix

	// TDM makes the client read each site's /.well-known/tdmrep.json, once a day, before its first page. It costs a
	// request for a file that few sites have, so it is off unless somebody wants to be bound by it.
	TDM bool

	// Observe, if not nil, is told of each request when it has ended, one call per hop of a redirect. It returns soon and
	// may be called from many goroutines.
	Observe func(Request)

	// Record, if not nil, is shown every exchange as it went over the wire.
	Record Recorder

	// Replay, if not nil, answers in place of the network: nothing is dialled, and no pause is kept.
	Replay Replayer

	// Dial replaces the guarded dialer and the proxy of the environment. Tests and tunnels use it.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Validators are what a server gave to ask again with, byte for byte.
type Validators struct {
	ETag         string
	LastModified string

	// URL is the address that issued them, if a redirect led there; empty means the one that is asked. They are
	// sent to it and to no other.
	URL string

	// Digest is of the body that they came with. The same bytes are not parsed again: a 200 that brings them counts as
	// not modified.
	Digest string
}

// Feed is what a feed said in one poll.
type Feed struct {
	URL         string // the address that answered, after redirects
	NotModified bool   // a 304, or a 200 with the same bytes: nothing below is set but Validators and Hints
	Validators  Validators
	Hints       Hints

	Mended  []string // what was wrong with the document and was mended, a word each; empty for a sound one
	Dropped int      // entries past the limit, which were not kept
	Self    string   // the feed's own address by its word, WebSub's topic
	Hubs    []string // WebSub hubs that it names
	Archive string   // where older entries are (RFC 5005: prev-archive, or a paged feed's next)

	Title       string
	Description string
	Home        string // the site's home page
	Language    string
	Rights      string // as printed: the channel's copyright or rights
	License     string // a licence's URL, or its name, as the feed states it
	Published   time.Time
	Updated     time.Time
	TTL         time.Duration
	Entries     []Entry
	Sitemaps    []string // those that a sitemap index lists, the ones with the latest change first
}

// Hints are what the server asked of its next visitor. A zero field was not asked for.
type Hints struct {
	RetryAfter time.Duration
	MaxAge     time.Duration // Cache-Control max-age less Age, or Expires
	TTL        time.Duration // the feed's own ttl
	Update     time.Duration // sy:updatePeriod over sy:updateFrequency
	SkipHours  uint32        // bit h: not in hour h, UTC (RSS skipHours)
	SkipDays   uint8         // bit d: not on weekday d, Sunday is 0 (RSS skipDays)
	MovedTo    string        // the target of a permanent redirect
}

// Entry is an item of a feed, all plain text but Content.
type Entry struct {
	ID         string // guid, atom:id, rdf:about
	URL        string // the article's page, absolute
	Title      string
	Summary    string
	Content    string // HTML
	Authors    []string
	Published  time.Time
	Updated    time.Time
	Tags       []string
	Language   string
	Enclosures []Enclosure
	Source     string // the title of the feed that it was taken from
	Rights     string
	License    string
}

// Enclosure is a file that an entry brings along.
type Enclosure struct {
	URL     string
	Type    string // MIME type
	Length  int64  // bytes; 0 when not stated
	Caption string
	Credit  string
}

// Request is one exchange with a server, for those who keep account of them.
type Request struct {
	Kind        string // what it was for: feed, archive, sitemap, page, robots, tdm, hub
	URL         string // without user name and password
	Start       time.Time
	Gap         time.Duration // since the end of the request before it to the same host; 0 for the first
	Conditional bool          // validators were sent
	Status      int           // HTTP; 0 if no answer came
	Reason      Reason        // why no whole answer came; empty if one did
}

// Page is an article's page as it was served.
type Page struct {
	URL    string // the address that answered, after redirects
	HTML   []byte // UTF-8
	Header map[string][]string
	Usage  []Usage // what the site says about the use of this page

	NotModified bool       // the answer to [Client.PageAgain] is that nothing has changed: of the page, only URL and Validators are set
	Validators  Validators // to ask again with
}

// Client polls feeds and downloads pages. Many goroutines may share it; each host still sees one request at a time.
type Client struct {
	options Options // with every default filled in
	agent   string
	routes  routes
	queue   *queue
	robots  *robots
}

// Defaults of Options; those of Limits stand there.
const (
	defaultInterval = time.Second
	defaultTimeout  = 30 * time.Second
	defaultMaxBody  = 10 << 20 // bytes

	idleTimeout = 90 * time.Second // of a connection
)

// New returns a Client. It reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY now and not again. Options that
// [Options.Validate] refuses make requests fail, they are not checked here.
func New(o Options) *Client {
	o = o.filled()
	c := &Client{options: o, agent: o.UserAgent(), routes: newRoutes(o), queue: newQueue(o.HostInterval)}
	c.robots = newRobots(c.getRules, o)
	return c
}

// filled puts the defaults in place of zero values.
func (o Options) filled() Options {
	if o.HostInterval == 0 {
		o.HostInterval = defaultInterval
	}
	if o.Replay != nil {
		o.HostInterval = -1
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.MaxBody == 0 {
		o.MaxBody = defaultMaxBody
	}
	o.Limits = o.Limits.filled()
	return o
}

// Close drops the connections that are kept for the next request. The Client stays usable.
func (c *Client) Close() { c.routes.close() }

// UserAgent is how dateline introduces itself to feeds, pages and robots.txt alike: its name, its version, and
// where to reach the operator.
func (o Options) UserAgent() string {
	version := o.Version
	if version == "" {
		version = "dev"
	}
	if o.Contact == "" {
		return "dateline/" + version
	}
	return fmt.Sprintf("dateline/%s (+%s)", version, o.Contact)
}

// Validate says what is wrong with the options, all of it at once.
func (o Options) Validate() error {
	var errs []error
	if strings.ContainsFunc(o.Version, notToken) {
		errs = append(errs, fmt.Errorf("version %q: must be letters, digits and .-+_", o.Version))
	}
	if o.Contact != "" && !isContact(o.Contact) {
		errs = append(errs, fmt.Errorf("contact %q: must be an http, https or mailto: address", o.Contact))
	}
	if o.Timeout < 0 {
		errs = append(errs, fmt.Errorf("timeout %q: must be more than 0", o.Timeout))
	}
	if o.MaxBody < 0 {
		errs = append(errs, fmt.Errorf("max body \"%d\": must be more than 0 bytes", o.MaxBody))
	}
	if err := o.Limits.validate(); err != nil {
		errs = append(errs, err)
	}
	for _, p := range o.Allow {
		if !p.IsValid() {
			errs = append(errs, fmt.Errorf("allowed network %q: is no network such as 10.0.0.0/8", p))
		}
	}
	return errors.Join(errs...)
}

// notToken tells what may not stand in the version: it goes into a header.
func notToken(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".-+_", r))
}

// isContact tells whether a publisher could use s. Parentheses and spaces would end the comment that it
// stands in (RFC 9110, section 5.6.5).
func isContact(s string) bool {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '(' || r == ')' || r == '\\' }) {
		return false
	}
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	return u.Scheme == "mailto" && strings.Contains(u.Opaque, "@") || isWeb(u)
}
