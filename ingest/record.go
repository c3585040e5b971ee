package ingest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/config"
	"dateline/extract"
	"dateline/fetch"
	"dateline/storage"
)

// maxContent bounds the feed's own body that waits with a pending entry, in bytes.
const maxContent = 256 << 10

// maxGUID bounds an entry's identifier, in bytes.
const maxGUID = 2 << 10

// draftAll drafts the entries of a feed, each identity once: some feeds list an item twice.
func draftAll(a config.Agency, feedURL string, f fetch.Feed, now time.Time) []storage.Draft {
	seen := map[string]bool{}
	var drafts []storage.Draft
	for i := range f.Entries {
		d := draft(a, feedURL, &f, &f.Entries[i], now)
		if !seen[d.Record.ID] {
			seen[d.Record.ID] = true
			drafts = append(drafts, d)
		}
	}
	return drafts
}

// draft makes a pending entry of what a feed says: a record without its article, valid by itself if the page never
// comes. Its id depends on the agency and the entry alone.
func draft(a config.Agency, feedURL string, f *fetch.Feed, e *fetch.Entry, now time.Time) storage.Draft {
	canonical, err := storage.CanonicalURL(e.URL, feedURL, a.Home)
	page := withoutUser(e.URL) // else as published: some servers know no other form
	if err != nil {
		canonical, page = "", ""
	}
	r := storage.Record{
		ID:        storage.ID(a.ID, storage.Identity(canonical, guid(e.ID), e.Title)),
		URL:       canonical,
		Agency:    storage.Agency{ID: a.ID, Name: a.Name, Home: a.Home},
		Feed:      feedURL,
		GUID:      guid(e.ID),
		Title:     e.Title,
		Summary:   e.Summary,
		Authors:   e.Authors,
		Tags:      e.Tags,
		Published: sane(e.Published, now),
		Updated:   sane(e.Updated, now),
		Language:  cmp.Or(e.Language, a.Language, f.Language),
		Images:    images(e.Enclosures),
		License:   feedLicense(a, f, e),
	}
	if right, ok := extract.ThirdParty(e.Source, "feed source", a.Name, a.Holder); ok {
		r.Rights = append(r.Rights, storage.Right(right))
		r.License = own(r.License)
	}
	return storage.Draft{Record: r, Page: page, Content: clipContent(e.Content), Mark: mark(e)}
}

// guid is an entry's own identifier as it is kept: without credentials, and by its hash where it is longer than any address.
func guid(id string) string {
	if len(id) > maxGUID {
		sum := sha256.Sum256([]byte(id))
		return "sha256:" + hex.EncodeToString(sum[:])
	}
	return withoutUser(id)
}

// withoutUser takes user name and password out of an address: they are a key to somebody's door, not a part of what is
// published. What is no address is left as it is.
func withoutUser(address string) string {
	if !strings.Contains(address, "@") {
		return address
	}
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return fetch.Redact(address)
	}
	u.User = nil
	return u.String()
}

// mark changes when the publisher edits an entry.
func mark(e *fetch.Entry) string {
	h := sha256.New()
	for _, s := range []string{e.Title, e.Summary, e.Content, e.Updated.UTC().Format(time.RFC3339)} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// sane drops a date that can't be: before there were feeds' ancestors, or more than a day after it was read; or within the time
// zones' reach of 1970, where clocks and databases begin that know no date. Without one the record has `fetched`: a time that
// was made up would pass for the publisher's.
func sane(t, now time.Time) time.Time {
	const zones = 14 * 60 * 60 // seconds
	if t.Year() < 1900 || t.After(now.Add(24*time.Hour)) || t.Unix() >= -zones && t.Unix() <= zones {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}

func clipContent(s string) string {
	if len(s) <= maxContent {
		return s
	}
	return strings.ToValidUTF8(s[:maxContent], "")
}

func images(enclosures []fetch.Enclosure) []storage.Image {
	var out []storage.Image
	for _, e := range enclosures {
		known := slices.ContainsFunc(out, func(i storage.Image) bool { return i.URL == e.URL })
		isImage := e.Type == "image" || strings.HasPrefix(e.Type, "image/") // Media RSS has a medium where no type is stated
		if isImage && !known {
			out = append(out, storage.Image{URL: withoutUser(e.URL), Caption: e.Caption, Credit: e.Credit})
		}
	}
	return out
}

// contentSource is what the extractor is told of a feed's content.
func contentSource(a config.Agency, d storage.Draft, now time.Time) extract.Source {
	return extract.Source{URL: d.Page, Fetched: now, Zone: a.Zone, Language: d.Record.Language, Agency: a.Name, Holder: a.Holder}
}

// source is what the extractor is told of a page.
func source(a config.Agency, d storage.Draft, p fetch.Page, now time.Time) extract.Source {
	return extract.Source{
		URL: p.URL, Fetched: now, Header: p.Header,
		Rules: a.Rules, Zone: a.Zone, Language: a.Language, Agency: a.Name, Holder: a.Holder,
		Title: d.Record.Title, Summary: d.Record.Summary, Content: d.Content,
	}
}

// complete joins what the feed said with what the page says. The page is nearer to the article, so it wins where
// both speak.
func complete(a config.Agency, d storage.Draft, p fetch.Page, article extract.Article, now time.Time) storage.Record {
	r := overlay(d.Record, article)
	r.URL = pageURL(&r, p.URL, article.URL)
	r.Published = better(sane(article.Published, now), d.Record.Published)
	r.Updated = better(sane(article.Updated, now), d.Record.Updated)
	r.License = pageLicense(a, &d.Record, r.URL, article)
	r.Fetched = now
	if r.Notice != nil {
		r.Notice.At = now
	}
	r.Attribution = attribution(&r)
	return r
}

// asPrinted keeps the offset that a page states: a reader compares the time with the one on the page. Stored records have
// theirs in UTC.
func asPrinted(t time.Time) time.Time {
	if extract.Printed(t) {
		return t
	}
	return t.UTC()
}

// Extracted is the record as far as one page can fill it, for trying an extraction. The attribution names the agency given as
// the source, else the site by its own name.
func Extracted(pageURL, agency string, article extract.Article) storage.Record {
	r := overlay(storage.Record{}, article)
	if url, err := storage.CanonicalURL(cmp.Or(article.URL, pageURL)); err == nil {
		r.URL = url
	}
	r.Published, r.Updated = asPrinted(article.Published), asPrinted(article.Updated)
	if article.License != nil {
		l := storage.License(*article.License)
		r.License = &l
	}
	if r.Title != "" || r.URL != "" {
		named := r
		named.Agency.Name = cmp.Or(agency, article.Publisher)
		r.Attribution = attribution(&named)
	}
	r.Hash = storage.TextHash(&r)
	return r
}

// overlay takes from the article what it filled.
func overlay(r storage.Record, article extract.Article) storage.Record {
	r.Title = cmp.Or(article.Title, r.Title)
	r.Summary = cmp.Or(article.Summary, r.Summary)
	r.Text = article.Text
	r.BodyFrom = article.BodyFrom
	r.Confidence = math.Round(article.Confidence*100) / 100
	r.Section = cmp.Or(article.Section, r.Section)
	r.Dateline = article.Dateline
	r.Language = cmp.Or(article.Language, r.Language)
	if len(article.Authors) > 0 {
		r.Authors = article.Authors
	}
	if len(article.Tags) > 0 {
		r.Tags = article.Tags
	}
	if len(article.Images) > 0 {
		r.Images = nil
		for _, i := range article.Images {
			i.URL = withoutUser(i.URL)
			r.Images = append(r.Images, storage.Image(i))
		}
	}
	addRights(&r, article.Rights)
	r.Notice = noticeOf(article)
	return r
}

// noticeOf is what a page or a feed's content says became of its article.
func noticeOf(article extract.Article) *storage.Notice {
	if article.Notice == nil {
		return nil
	}
	return &storage.Notice{Kind: article.Notice.Kind, Evidence: article.Notice.Evidence}
}

// pageURL is the record's address: the canonical one that the page names, else the one that answered, else the
// feed's.
func pageURL(r *storage.Record, answered, canonical string) string {
	for _, u := range []string{canonical, answered} {
		if c, err := storage.CanonicalURL(u, r.Feed, r.Agency.Home); err == nil {
			return c
		}
	}
	return r.URL
}

// better prefers the page's date, unless it only says the day and the feed knows the time.
func better(page, feed time.Time) time.Time {
	if page.IsZero() || feed.IsZero() {
		return latest(page, feed)
	}
	dayOnly := page.Equal(page.Truncate(24 * time.Hour))
	if gap := feed.Sub(page); dayOnly && gap > -24*time.Hour && gap < 36*time.Hour {
		return feed
	}
	return page
}

// latest is the one that is known.
func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// fromFeed is the record of an entry whose page never came; body is what the extractor made of the feed's content.
func fromFeed(a config.Agency, d storage.Draft, body extract.Article, why string, now time.Time) storage.Record {
	r := d.Record
	r.Partial, r.Fetched = why, now
	r.Text = cmp.Or(body.Text, r.Summary)
	if r.Text != "" {
		r.BodyFrom = "feed"
	}
	r.Dateline = body.Dateline
	if r.Notice = noticeOf(body); r.Notice != nil {
		r.Notice.At = now
	}
	r.License = pageLicense(a, &d.Record, r.URL, body)
	addRights(&r, body.Rights)
	r.Attribution = attribution(&r)
	return r
}
