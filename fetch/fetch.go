// Package fetch meets the open network: it polls feeds and downloads pages with the manners that a
// publisher expects, and survives servers that are broken or hostile.
//
// It knows no agency and stores nothing. [Client.Poll] gives a [Feed] in dateline's own words (gofeed's types end
// here), [Client.Page] a page as UTF-8; both fail with an [Error] whose [Reason] is from a closed list.
package fetch

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// Options configure a [Client]. The zero value of a field means its default.
type Options struct {
	// Version is the program's version in the User-Agent.
	Version string

	// Contact is where a publisher reaches the operator: a URL or mailto: address, part of the User-Agent.
	Contact string

	// HostInterval is the least pause between two requests to one host. Default 1 s; negative means none.
	HostInterval time.Duration

	// Timeout bounds one request with its redirects and its body. Default 30 s.
	Timeout time.Duration

	// MaxBody bounds a body after decompression, in bytes. Default 10 MiB.
	MaxBody int64

	// Allow lists networks that are not public and may be dialled all the same, on any port.
	Allow []netip.Prefix

	// Dial replaces the guarded dialer and the proxy of the environment. Tests and tunnels use it.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Validators are what a server gave to ask again with, byte for byte.
type Validators struct {
	ETag         string
	LastModified string
}

// Feed is what a feed said in one poll.
type Feed struct {
	URL         string // the address that answered, after redirects
	NotModified bool   // the server answered 304: nothing below is set but Validators and Hints
	Validators  Validators
	Hints       Hints

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
}

// Hints are what the server asked of its next visitor. A zero field was not asked for.
type Hints struct {
	RetryAfter time.Duration
	MaxAge     time.Duration // Cache-Control max-age less Age, or Expires
	TTL        time.Duration // the feed's own ttl
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

// Page is an article's page as it was served.
type Page struct {
	URL    string // the address that answered, after redirects
	HTML   []byte // UTF-8
	Header map[string][]string
}
