package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// feedTypes is what a poll accepts, feeds before anything else: some servers answer by it.
const feedTypes = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, " +
	"application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"

// Poll asks for a feed once. It sends the validators byte for byte as they are, and only to the address that issued
// them. The validators of the [Feed] that comes back replace those that were sent once the entries are safe.
//
// Of a sitemap index the sitemaps with the latest change are asked for too, and their pages are its entries.
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
	f, err := got.feed(url, fresh, c.options.Limits)
	if err == nil && len(f.Sitemaps) > 0 {
		err = c.followIndex(ctx, &f)
	}
	return f, err
}

// feed parses a success. Validators are given only now: a body that could not be read to its end must be sent again, or the
// server would answer 304 to a broken copy from now on.
func (got *answer) feed(asked string, fresh Validators, l Limits) (Feed, error) {
	f, ended, err := l.parseFeed(got.body, got.header.Get("Content-Type"), got.url)
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

// ParseFeed reads a feed from its bytes: RSS 0.9x to 2.0, RDF, Atom, JSON Feed or a sitemap. The content type, which may be
// empty, is consulted for a charset; the URL, which may be empty too, is what relative links are relative to. Entries are in
// the document's order. It keeps within the default [Limits], and fails with an [*Error].
func ParseFeed(body []byte, contentType, url string) (Feed, error) {
	return Limits{}.ParseFeed(body, contentType, url)
}

// ParseFeed is like the function, within limits of one's own.
func (l Limits) ParseFeed(body []byte, contentType, url string) (Feed, error) {
	f, _, err := l.filled().parseFeed(body, contentType, url)
	return f, err
}

// parseFeed also tells whether the document was there to its end.
func (l Limits) parseFeed(body []byte, contentType, address string) (f Feed, ended bool, err error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return Feed{}, false, fail(address, Empty, nil)
	}
	f, ended, err = l.readDocument(body, contentType, webURL(address))
	if err != nil {
		return Feed{}, false, notFeed(address, err)
	}
	f.URL = address
	f.Hints.TTL = f.TTL
	return f, ended, nil
}

// readDocument reads a feed of any format. A panic, in a parser or in what is done before it, is this one feed's failure.
func (l Limits) readDocument(body []byte, contentType string, base *url.URL) (f Feed, ended bool, err error) {
	defer recovered(&err)
	doc, err := mend(body, contentType)
	if err != nil {
		return Feed{}, false, err
	}
	doc.limits = l
	switch doc.format {
	case jsonFeed:
		f, err = readJSON(&doc, base)
	case siteMap:
		f, err = readSitemap(&doc, base)
	default:
		f, err = readXML(&doc, base)
	}
	f.Mended = doc.mended
	return f, !doc.cut, err
}

// notFeed says why a body could not be read. A body that inflates too far is not to be mistaken for another kind of file.
func notFeed(url string, err error) *Error {
	if errors.Is(err, errTooLarge) {
		return fail(url, TooLarge, err)
	}
	return fail(url, NotFeed, err)
}

// readXML has RSS or Atom rewritten to what gofeed reads without a loss, and gives it to gofeed.
func readXML(doc *document, base *url.URL) (Feed, error) {
	w, err := rewrite(doc.body, doc.limits)
	if err != nil {
		return Feed{}, err
	}
	read := readRSS
	if w.isAtom {
		read = readAtom
	}
	f, err := read(w.apply(), w, base)
	f.Dropped = w.dropped
	doc.cut = w.cut
	doc.note(w.broken, mendedTags)
	doc.note(w.long, mendedLong)
	doc.note(w.cut, MendedCut)
	return f, err
}

// recovered makes a panic in a parser an error of this one feed.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the parser failed: %v", r)
	}
}
