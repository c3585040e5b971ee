package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Kind says in one word what part of a site a feed is about.
type Kind string

const (
	MainFeed    Kind = "main"     // all that the site publishes, as far as can be told
	SectionFeed Kind = "section"  // a category, a tag, an author
	SitemapFeed Kind = "sitemap"  // a news sitemap: titles and dates, no text
	PodcastFeed Kind = "podcast"  // most entries bring sound or video
	CommentFeed Kind = "comments" // what readers say
)

// FoundItself is where the feed of [Candidate.Found] is the address that was asked for.
const FoundItself = "itself"

// Where else a feed is found.
const (
	inHeader = "header"
	inLink   = "link"
	inAnchor = "anchor"
	inRobots = "robots.txt"
	atUsual  = "usual path"
)

// Candidate is a feed that an address may have meant.
type Candidate struct {
	URL   string
	Title string // the feed's own, or else its link's
	Site  string // what the page that named it calls its site; empty if it does not say
	Kind  Kind
	Found string   // where: [FoundItself], header, link, anchor, robots.txt, usual path
	Same  []string // other addresses of this site that give the same entries

	Foreign bool // it is on another site than the page

	Asked bool  // false: there were more feeds than are asked
	Err   error // why the feed could not be read
	Feed  Feed  // what it answered

	Newest time.Time // the latest date of an entry
	Full   bool      // most entries bring the article's whole text, as far as its length tells

	language string // by the page's word; the feed's own goes before it
	list     bool   // no feed but a page that lists feeds
	stale    bool   // abandoned, by what the site's other feeds bring
	order    int    // in which it was found
}

// Bounds on one discovery: publishers complain of clients that try addresses which were never published.
const (
	maxCandidates = 50 // kept
	maxAsked      = 10 // asked, best guesses first
	maxSitemaps   = 3  // asked of the news sitemaps that robots.txt names
	maxOther      = 2  // asked of its other sitemaps
)

// usualPaths is where feeds are when nothing names them, the most common first.
var usualPaths = []string{
	"/rss", "/feed", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/feed.json", "/news-sitemap.xml", "/sitemap-news.xml",
}

// siteTypes is what a discovery accepts: feeds before pages, for a feed may have been meant.
const siteTypes = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, " +
	"application/xml;q=0.9, text/xml;q=0.8, text/html;q=0.7, application/xhtml+xml;q=0.7, */*;q=0.1"

// Discover finds the feeds of a site from one of its pages and asks the best ten of them, one after the other. The best comes
// first: [MainFeed] before the other kinds, feeds of the site before those of others, living ones before dead ones. Those that
// failed and those that were not asked come last.
//
// A feed is found by what the page declares (Link headers and link elements, alternate with a feed's type), else by links that
// look like feeds, and by the news sitemaps of robots.txt. Where none of them can be read, the home page is looked at, and
// then a few usual paths are tried until one is a feed; robots.txt binds these guesses, and the pages. An address that is a
// feed is its own only candidate.
//
// It fails with an [*Error], whose reason is [NotFeed] if the site has no feed that can be found, or with the context's
// error if that was cancelled.
func (c *Client) Discover(ctx context.Context, url string) ([]Candidate, error) {
	feed, page, err := c.look(ctx, url, siteTypes)
	if err != nil {
		return nil, err
	}
	if page == nil {
		self := Candidate{URL: url, Found: FoundItself}
		self.answered(feed)
		return []Candidate{self}, nil
	}
	d, err := c.newDiscovery(ctx, *page)
	if err != nil {
		return nil, explain(ctx, url, err)
	}
	d.add(d.named.links, d.named.anchors)
	if err := d.run(ctx); err != nil {
		return nil, stopped(ctx, url, err)
	}
	all := rank(slices.DeleteFunc(d.all, func(n Candidate) bool { return n.list }), d.named.language)
	if len(all) == 0 || !all[0].read() {
		return nil, fail(url, NotFeed, d.failure(all))
	}
	return all, nil
}

// stopped is the error of a search that a server's answer has ended: it names the address that was asked for too.
func stopped(ctx context.Context, url string, err error) error {
	var cause *Error
	if ctx.Err() != nil || !errors.As(err, &cause) {
		return explain(ctx, url, err)
	}
	e := fail(url, cause.Reason, cause)
	e.RetryAfter = cause.RetryAfter
	return e
}

// failure says why no feed was found.
func (d *discovery) failure(all []Candidate) error {
	for _, n := range all {
		if n.Err != nil {
			return fmt.Errorf("a page whose feeds can't be read: %w", n.Err)
		}
	}
	return fmt.Errorf("a page that names no feed, and no usual address has one (%d were tried)", d.guesses)
}

// look asks for an address that is a feed or a page: one request tells. The page is nil if it is a feed. An answer that
// is neither fails as a feed would.
func (c *Client) look(ctx context.Context, addr, accept string) (Feed, *Page, error) {
	a := ask{kind: "feed", url: addr, accept: accept, limit: c.options.feedLimit()}
	if c.options.RobotsFeeds {
		a.permit = c.robots.permit
	}
	got, err := c.get(ctx, a)
	if err != nil {
		return Feed{}, nil, err
	}
	if !got.ok() {
		return Feed{}, nil, got.refused(addr)
	}
	feed, err := got.feed(addr, got.validators(addr), c.options.Limits)
	var failed *Error
	if !errors.As(err, &failed) || failed.Reason != NotFeed {
		return feed, nil, err
	}
	page, notPage := got.page(addr, c.options.pageLimit())
	if notPage != nil {
		return Feed{}, nil, err
	}
	return Feed{}, &page, nil
}

// discovery is one search, from one page.
type discovery struct {
	client   *Client
	at       *url.URL
	named    alternates
	sitemaps []string
	all      []Candidate
	asked    int
	listed   bool // a page that lists feeds was read
	guesses  int
}

// newDiscovery reads what the page names. robots.txt is asked only now: whether the address is a feed, which it does not
// bind, could not be known before.
func (c *Client) newDiscovery(ctx context.Context, p Page) (*discovery, error) {
	at, err := parseURL(p.URL)
	if err != nil {
		return nil, err
	}
	if err := c.robots.permit(ctx, at); err != nil {
		return nil, err
	}
	return &discovery{client: c, at: at, named: findAlternates(p), sitemaps: c.robots.sitemaps(at)}, nil
}

// add keeps what a page names: links for readers count only where it declares nothing.
func (d *discovery) add(links, anchors []alternate) {
	if len(links) == 0 {
		links = anchors
	}
	for _, l := range links {
		d.keep(l)
	}
}

// keep makes a candidate of an address that is not one yet.
func (d *discovery) keep(l alternate) {
	u, err := parseURL(l.url)
	if err != nil || len(d.all) >= maxCandidates || slices.ContainsFunc(d.all, func(c Candidate) bool { return c.URL == u.String() }) {
		return
	}
	n := Candidate{URL: u.String(), Title: l.title, Found: l.found, Kind: kindOf(u, l.title), language: l.language,
		Site: d.named.site, Foreign: !isNear(u, d.at), order: len(d.all)}
	switch {
	case l.found == inRobots:
		n.Kind = SitemapFeed
	case n.Kind == MainFeed && isBelow(u, d.at):
		n.Kind = SectionFeed
	}
	d.all = append(d.all, n)
}

// run asks what is named, then looks at the home page if this was another one, then at all sitemaps, then guesses, until there
// is a feed. The error is one that ends the search: the context's, or a server's that is not to be asked for more.
func (d *discovery) run(ctx context.Context) error {
	d.keepSitemaps(d.sitemaps, maxSitemaps, "news")
	for _, step := range []func(context.Context) error{d.askAll, d.goHome, d.askAll, d.askSitemaps, d.guess} {
		err := step(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case slices.ContainsFunc(d.all, Candidate.read):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// askAll asks the best of what was found, up to the bound. A server in trouble is not asked for more.
func (d *discovery) askAll(ctx context.Context) error {
	for d.asked < maxAsked {
		next := d.next()
		if next < 0 {
			return nil
		}
		d.asked++
		if err := d.ask(ctx, next); err != nil {
			return err
		}
		if n := &d.all[next]; n.Err != nil && !isMiss(n.Err) && !n.Foreign {
			return n.Err
		}
	}
	return nil
}

// goHome reads the site's home page: it is there, which of a usual path nobody knows.
func (d *discovery) goHome(ctx context.Context) error {
	home := d.at.ResolveReference(&url.URL{Path: "/"})
	if d.at.RequestURI() == "/" || d.client.robots.permit(ctx, home) != nil {
		return ctx.Err()
	}
	_, page, err := d.client.look(ctx, home.String(), siteTypes)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case page != nil:
		found := findAlternates(*page)
		d.add(found.links, found.anchors)
	case err != nil && !isMiss(err):
		return err
	}
	return nil
}

// next is the best of the candidates that were not asked; -1 if there is none.
func (d *discovery) next() int {
	best := -1
	for i := range d.all {
		if !d.all[i].Asked && (best < 0 || better(&d.all[i], &d.all[best], d.named.language) < 0) {
			best = i
		}
	}
	return best
}

// ask polls a candidate. One that is a page is looked through for feeds, the first time: many sites link to a list of
// their feeds under the name of RSS.
func (d *discovery) ask(ctx context.Context, i int) error {
	n := &d.all[i]
	feed, page, err := d.client.look(ctx, n.URL, feedTypes)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	n.Asked = true
	switch {
	case err != nil:
		n.Err = err
	case page != nil:
		n.Err, n.list = fail(n.URL, NotFeed, errors.New("a page")), n.Found == inAnchor
		return d.list(ctx, *page)
	case len(feed.Sitemaps) > 0:
		n.Err, n.list = fail(n.URL, NotFeed, errors.New("a sitemap index")), true
		d.follow(feed.Sitemaps)
	default:
		n.answered(feed)
	}
	return nil
}

// follow makes candidates of the sitemaps that an index lists: those about news, or else the one that changed last.
func (d *discovery) follow(maps []string) {
	before := len(d.all)
	d.keepSitemaps(maps, maxSitemaps, "news")
	if len(d.all) == before {
		d.keepSitemaps(maps, 1, "")
	}
}

// list takes the feeds of a page that lists them.
func (d *discovery) list(ctx context.Context, p Page) error {
	at, err := parseURL(p.URL)
	if err != nil || d.listed {
		return nil
	}
	d.listed = true
	if err := d.client.robots.permit(ctx, at); err != nil {
		return ctx.Err()
	}
	found := findAlternates(p)
	d.add(found.links, found.anchors)
	return nil
}

// keepSitemaps makes candidates of the first few sitemaps that have a word in their address.
func (d *discovery) keepSitemaps(maps []string, most int, word string) {
	for u := range addressesWith(word, maps, d.at) {
		if most == 0 {
			return
		}
		d.keep(alternate{url: u.String(), found: inRobots})
		most--
	}
}

// askSitemaps asks those that don't say that they are about news, where nothing else is there: most list all pages that a
// site ever had.
func (d *discovery) askSitemaps(ctx context.Context) error {
	d.keepSitemaps(d.sitemaps, maxOther, "")
	return d.askAll(ctx)
}

// guess tries the usual paths until one is a feed. A server that is in trouble, or wants no more requests, is left alone.
func (d *discovery) guess(ctx context.Context) error {
	for _, path := range usualPaths {
		u := d.at.ResolveReference(&url.URL{Path: path})
		if d.client.robots.permit(ctx, u) != nil || slices.ContainsFunc(d.all, func(c Candidate) bool { return c.URL == u.String() }) {
			continue
		}
		d.guesses++
		feed, page, err := d.client.look(ctx, u.String(), feedTypes)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil && len(feed.Sitemaps) > 0:
			d.follow(feed.Sitemaps)
			return d.askAll(ctx)
		case err == nil && page == nil:
			n := Candidate{URL: u.String(), Found: atUsual, Kind: kindOf(u, ""), Site: d.named.site, order: len(d.all)}
			n.answered(feed)
			d.all = append(d.all, n)
			return nil
		case err != nil && !isMiss(err):
			return err
		}
	}
	return nil
}

// isMiss tells a failure that says only that there is no feed at this address.
func isMiss(err error) bool {
	var failed *Error
	if !errors.As(err, &failed) {
		return false
	}
	switch failed.Reason {
	case NotFound, Gone, NotFeed, Empty, Redirects, Denied, Status, TooLarge, Blocked:
		return true
	}
	return false
}

// isNear tells an address of the same site as another: the same host, one of them below the other, or a host for feeds
// alone.
func isNear(u, at *url.URL) bool {
	a, b := siteHost(u), siteHost(at)
	return a == b || strings.HasSuffix(a, "."+b) || strings.HasSuffix(b, "."+a)
}

// isBelow tells an address below a page that is not the home page: such a feed is of that page's own affairs.
func isBelow(u, page *url.URL) bool {
	folder := strings.TrimSuffix(page.Path, "/")
	return folder != "" && strings.HasPrefix(u.Path, folder+"/")
}

func siteHost(u *url.URL) string {
	return strings.TrimPrefix(strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), "www.")
}
