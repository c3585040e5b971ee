package fetch

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"
)

// readSitemap reads a sitemap (sitemaps.org, protocol 0.9) with the news and image extensions: each url is an entry. In one that
// has news, the pages without are none. A sitemap index has no entries but lists its sitemaps, those with the latest change
// first. gofeed knows no sitemaps.
func readSitemap(doc *document, base *url.URL) (Feed, error) {
	s := sitemap{base: base, depth: doc.limits.Depth}
	if err := s.walk(doc.body); err != nil {
		return Feed{}, err
	}
	doc.cut = len(s.open) > 0
	doc.note(doc.cut, MendedCut)
	slices.SortStableFunc(s.maps, func(a, b Entry) int { return b.Updated.Compare(a.Updated) })
	f := Feed{Title: s.name, Language: s.language}
	for _, m := range s.maps {
		f.Sitemaps = append(f.Sitemaps, m.URL)
	}
	f.Sitemaps = f.Sitemaps[:min(len(f.Sitemaps), maxList)]
	if s.news {
		s.pages = slices.DeleteFunc(s.pages, func(e page) bool { return !e.news })
	}
	f.Dropped = max(len(s.pages)-doc.limits.Entries, 0)
	if f.Dropped > 0 { // sitemaps come in any order
		slices.SortStableFunc(s.pages, func(a, b page) int { return (&b).date().Compare((&a).date()) })
		s.pages = s.pages[:doc.limits.Entries]
	}
	for _, p := range s.pages {
		f.Entries = append(f.Entries, p.Entry)
	}
	return f, nil
}

// sitemap is what was read of one so far.
type sitemap struct {
	base           *url.URL
	depth          int      // that open may reach
	open           []string // local names of what is open
	page           page     // the url or sitemap that is open
	image          Enclosure
	news           bool
	name, language string // of the publication, as the first news states it
	pages          []page
	maps           []Entry
}

// page is an entry, and whether it is news.
type page struct {
	Entry
	news bool
}

// date is the latest that is known of a page.
func (p *page) date() time.Time {
	if p.Updated.After(p.Published) {
		return p.Updated
	}
	return p.Published
}

// maxPages is how many pages of a sitemap are looked at; the protocol allows as many.
const maxPages = 50_000

func (s *sitemap) walk(b []byte) error {
	textAt := 0
	for t := range tags(b) {
		switch local := strings.ToLower(string(t.local())); {
		case t.kind == opening:
			if local == "url" || local == "sitemap" {
				s.close(local) // the one before it was left open
			}
			if s.open = append(s.open, local); len(s.open) > s.depth {
				return tooDeep(s.depth)
			}
			if len(s.open) == 2 {
				s.page, s.image = page{}, Enclosure{}
			}
			textAt = t.end
		case t.kind == closing:
			if len(s.open) > 0 && s.open[len(s.open)-1] == local {
				s.value(cleanLine(xmlText(string(b[textAt:max(textAt, t.start)]))))
			}
			s.close(local)
			textAt = t.end
		}
		if len(s.open) == 0 || len(s.pages)+len(s.maps) >= maxPages {
			s.open = nil
			return nil
		}
	}
	if len(s.pages)+len(s.maps) == 0 && len(s.open) > 1 {
		return errors.New("a sitemap without a whole page")
	}
	return nil
}

// value takes the text of the innermost element.
func (s *sitemap) value(text string) {
	if text == "" || len(s.open) < 3 {
		return
	}
	p := &s.page
	switch strings.Join(s.open[2:], " ") {
	case "loc":
		p.URL = absolute(s.base, text)
		p.ID = p.URL
	case "lastmod":
		p.Updated = moment(text)
	case "news title":
		p.Title = plain(text)
	case "news publication_date":
		p.Published = moment(text)
	case "news keywords":
		p.addKeywords(text)
	case "news publication name":
		s.name = firstOf(s.name, plain(text))
	case "news publication language":
		p.Language = language(text)
		s.language = firstOf(s.language, p.Language)
	case "image loc":
		s.image.URL, s.image.Type = text, "image"
	case "image caption":
		s.image.Caption = plain(text)
	case "image title":
		s.image.Caption = firstOf(s.image.Caption, plain(text))
	case "image license":
		p.License = firstOf(p.License, absolute(s.base, text))
	}
}

// close ends an element and all that was left open in it.
func (s *sitemap) close(local string) {
	i := len(s.open) - 1
	for i >= 0 && s.open[i] != local {
		i--
	}
	if i < 0 {
		return
	}
	switch {
	case i == 2 && local == "news":
		s.page.news, s.news = true, true
	case i == 2 && local == "image":
		s.page.enclose(s.base, s.image)
		s.image = Enclosure{}
	case i == 1 && local == "url" && s.page.URL != "":
		s.pages = append(s.pages, s.page)
	case i == 1 && local == "sitemap" && s.page.URL != "":
		s.maps = append(s.maps, s.page.Entry)
	}
	s.open = s.open[:i]
}

// maxFollowed is how many sitemaps of an index one poll asks for. News is in the latest.
const maxFollowed = 3

// followIndex adds the pages of an index's latest sitemaps. Only those on its own host count: no publisher sends his readers
// to another with his key. An index has no validators: its sitemaps change without it, and a 304 would hide that.
func (c *Client) followIndex(ctx context.Context, index *Feed) error {
	index.Validators = Validators{}
	home, most := webURL(index.URL), c.options.Limits.Entries
	var failure error
	followed := 0
	for _, address := range index.Sitemaps {
		u := webURL(address)
		if u == nil || home == nil || u.Host != home.Host {
			continue
		}
		if followed++; followed > maxFollowed || len(index.Entries) >= most {
			break
		}
		f, err := c.whole(ctx, "feed", address, c.options.RobotsFeeds) // an index in it is not followed
		if ctx.Err() != nil {
			return explain(ctx, index.URL, ctx.Err())
		}
		if err != nil {
			failure = err
			continue
		}
		index.Title, index.Language = firstOf(index.Title, f.Title), firstOf(index.Language, f.Language)
		index.Entries = append(index.Entries, f.Entries...)
	}
	if len(index.Entries) > 0 {
		failure = nil // what came is worth having
	}
	index.Dropped += max(len(index.Entries)-most, 0)
	index.Entries = index.Entries[:min(len(index.Entries), most)]
	return failure
}

// isSitemap tells the root elements of sitemaps.
func isSitemap(local []byte) bool {
	return bytes.EqualFold(local, []byte("urlset")) || bytes.EqualFold(local, []byte("sitemapindex"))
}
