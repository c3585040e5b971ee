package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"
)

// feedTypes is what a poll accepts, feeds before anything else: some servers answer by it.
const feedTypes = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, " +
	"application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"

// Poll asks for a feed once. It sends the validators byte for byte as they are, and only to the address that issued
// them. The validators of the [Feed] that comes back replace those that were sent once the entries are safe.
//
// It fails with an [*Error], or with the context's error if that was cancelled. robots.txt is asked only if the options say
// so: the operator chose this address, and a feed is published to be polled.
func (c *Client) Poll(ctx context.Context, url string, known Validators) (Feed, error) {
	a := ask{kind: "feed", url: url, accept: feedTypes, known: known, limit: c.options.feedLimit()}
	if c.options.RobotsFeeds {
		a.permit = c.robots.permit
	}
	got, err := c.get(ctx, a)
	if err != nil {
		return Feed{}, err
	}
	if got.status == http.StatusNotModified && got.conditional {
		return Feed{URL: got.url, NotModified: true, Validators: known.renew(got.header), Hints: hints(got, time.Now())}, nil
	}
	if !got.ok() {
		e := got.refused(url)
		if got.status == http.StatusNotModified {
			e.Err = errors.New("not modified, though nothing was said to be known")
		}
		return Feed{}, e
	}
	fresh := got.validators(url)
	if known.Digest != "" && fresh.Digest == known.Digest {
		return Feed{URL: got.url, NotModified: true, Validators: fresh, Hints: hints(got, time.Now())}, nil
	}
	return got.feed(url, fresh)
}

// feed parses a success. Validators are given only now: a body that could not be read to its end must be sent again, or the
// server would answer 304 to a broken copy from now on.
func (got *answer) feed(asked string, fresh Validators) (Feed, error) {
	f, ended, err := parseFeed(got.body, got.header.Get("Content-Type"), got.url)
	if vendor := challenger(got); err != nil && vendor != "" {
		return Feed{}, challenged(asked, vendor)
	}
	if err != nil {
		return Feed{}, explain(context.Background(), asked, err)
	}
	said := f.Hints // by the document; the rest is by the headers
	f.Hints = hints(got, time.Now())
	f.Hints.TTL, f.Hints.Update, f.Hints.SkipHours, f.Hints.SkipDays = said.TTL, said.Update, said.SkipHours, said.SkipDays
	f.addLinks(got)
	if ended {
		f.Validators = fresh
	}
	return f, nil
}

// validators are the answer's, with the address that issued them if that is not the one that was asked.
func (got *answer) validators(asked string) Validators {
	v := validators(got.header)
	if u, err := parseURL(asked); v != (Validators{}) && (err != nil || u.String() != got.url) {
		v.URL = got.url
	}
	v.Digest = digest(got.body)
	return v
}

// ParseFeed reads a feed from its bytes: RSS 0.9x to 2.0, RDF, Atom or JSON Feed. The content type, which may be empty,
// is consulted for a charset; the URL, which may be empty too, is what relative links are relative to. At most 1,000
// entries are kept, in the document's order. It fails with an [*Error].
func ParseFeed(body []byte, contentType, url string) (Feed, error) {
	f, _, err := parseFeed(body, contentType, url)
	return f, err
}

// parseFeed also tells whether the document was there to its end.
func parseFeed(body []byte, contentType, url string) (f Feed, ended bool, err error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return Feed{}, false, fail(url, Empty, nil)
	}
	mended, err := mend(body, contentType)
	if err != nil {
		return Feed{}, false, notFeed(url, err)
	}
	if isJSON(mended) {
		g, err := parseOnce(mended)
		if err != nil {
			return Feed{}, false, notFeed(url, err)
		}
		return newFeed(g, url), true, nil
	}
	o := survey(mended)
	g, err := o.parse(mended)
	if err != nil {
		return Feed{}, false, notFeed(url, err)
	}
	return newFeed(g, url), o.ended, nil
}

// notFeed says why a body could not be read. A body that inflates too far is not to be mistaken for another kind of file.
func notFeed(url string, err error) *Error {
	if errors.Is(err, errTooLarge) {
		return fail(url, TooLarge, err)
	}
	return fail(url, NotFeed, err)
}

// parse gives a mended XML document to gofeed. Where gofeed refuses it, or returns fewer items than there are end tags of items,
// two more forms are tried: cut after the last complete item, for what was printed in full before the damage is worth
// having, and that with its tags made to fit.
func (o outline) parse(b []byte) (*gofeed.Feed, error) {
	if o.depth > maxDepth {
		return nil, errDepth
	}
	if o.items > maxEntries {
		b = o.whole(b)
	}
	best, err := parseOnce(b)
	forms := []func() []byte{
		func() []byte { return o.whole(b) },
		func() []byte { return repair(o.whole(b)) },
	}
	for _, form := range forms {
		if best != nil && len(best.Items) >= min(o.items, maxEntries) {
			break
		}
		if g, again := parseOnce(form()); again == nil && (best == nil || len(g.Items) > len(best.Items)) {
			best = g
		}
	}
	if best != nil {
		return best, nil
	}
	return nil, err
}

// parseOnce calls gofeed. A panic in there is an error of this one feed.
func parseOnce(b []byte) (g *gofeed.Feed, err error) {
	defer func() {
		if r := recover(); r != nil {
			g, err = nil, fmt.Errorf("the parser failed: %v", r)
		}
	}()
	p := gofeed.NewParser()
	p.KeepOriginalFeed = true
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	return p.Parse(bytes.NewReader(b))
}

// newFeed puts gofeed's reading into dateline's words.
func newFeed(g *gofeed.Feed, addr string) Feed {
	f := Feed{
		URL:         addr,
		Title:       plain(g.Title),
		Description: plain(g.Description),
		Language:    plain(g.Language),
		Rights:      plain(g.Copyright),
		License:     license(g.Extensions),
		Published:   moment(g.Published),
		Updated:     moment(g.Updated),
	}
	base, err := url.Parse(addr)
	if err != nil || !isWeb(base) {
		base = nil
	}
	f.Home = absolute(base, g.Link)
	f.addOriginal(g)
	f.addForeign(g.Extensions)
	f.addEntries(g, base)
	return f
}

// addOriginal takes what gofeed.Feed drops from the format's own type.
func (f *Feed) addOriginal(g *gofeed.Feed) {
	switch o := g.OriginalFeed().(type) {
	case *rss.Feed:
		f.TTL = minutes(o.TTL)
	case *atom.Feed:
		if l := linkWithRel(o.Links, "license"); l != "" {
			f.License = l
		}
	case *json.Feed:
		f.Language = plain(o.Language)
	}
	f.Hints.TTL, f.Hints.Update = f.TTL, syndication(g.Extensions)
}

// addForeign fills what the format's own elements left empty from Atom's and Dublin Core's.
func (f *Feed) addForeign(x ext.Extensions) {
	f.Title = firstOf(f.Title, plain(foreign(x, "title", "title")))
	f.Description = firstOf(f.Description, plain(firstOf(foreign(x, "subtitle", "description"), foreign(x, "tagline", ""))))
	f.Rights = firstOf(f.Rights, plain(firstOf(foreign(x, "rights", "rights"), foreign(x, "copyright", ""))))
	f.Language = firstOf(f.Language, plain(extension(x, "dc", "language")))
}

// addEntries translates the items. The original list runs parallel to gofeed's.
func (f *Feed) addEntries(g *gofeed.Feed, base *url.URL) {
	for i, item := range g.Items[:min(len(g.Items), maxEntries)] {
		e := newEntry(item, base)
		switch o := g.OriginalFeed().(type) {
		case *rss.Feed:
			e.addRSS(o.Items[i], base)
		case *atom.Feed:
			e.addAtom(o.Entries[i], o, base)
		case *json.Feed:
			e.addJSON(o.Items[i], o, base)
		}
		f.Entries = append(f.Entries, e)
	}
}

// minutes reads an RSS ttl (RSS 2.0: a number of minutes), cut to maxHint.
func minutes(s string) time.Duration {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n <= 0 {
		return 0
	}
	return time.Duration(min(n, int64(maxHint/time.Minute))) * time.Minute
}

// syndication reads sy:updatePeriod and sy:updateFrequency (the RSS 1.0 syndication module): a period, and how often in it
// the feed changes. Stated alone, either has the module's default for the other.
func syndication(x ext.Extensions) time.Duration {
	name, often := extension(x, "sy", "updatePeriod"), extension(x, "sy", "updateFrequency")
	if name == "" && often == "" {
		return 0
	}
	period, ok := map[string]time.Duration{
		"hourly": time.Hour, "": 24 * time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour,
		"monthly": maxHint, "yearly": maxHint,
	}[strings.ToLower(name)]
	if !ok {
		return 0
	}
	times, err := strconv.Atoi(often)
	if err != nil || times < 1 {
		times = 1
	}
	return period / time.Duration(times)
}
