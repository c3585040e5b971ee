package fetch

import (
	"bytes"
	"net/url"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"
)

// readRSS reads RSS of any version, RDF among them.
func readRSS(doc []byte, w *rewriter, base *url.URL) (Feed, error) {
	g, err := (&rss.Parser{}).Parse(bytes.NewReader(doc))
	if err != nil {
		return Feed{}, err
	}
	x := g.Extensions
	links := atomLinks(x)
	base = baseWithin(base, w.base)
	f := Feed{
		Title: plain(g.Title), Description: plain(g.Description), Rights: plain(g.Copyright),
		Language: firstOf(language(g.Language), language(extension(x, "dc", "language")), language(w.lang), language(w.textLang)),
		License:  license(x), TTL: minutes(g.TTL), Published: firstDate(x, publishedNames), Updated: firstDate(x, updatedNames),
	}
	f.addOwnLinks(links, base)
	f.Home = firstOf(firstLink(g.Links, base), pageLink(links, base))
	f.addForeign(x)
	f.Hints = schedule(x, g.SkipHours, g.SkipDays)
	h := heritage{base: base, authors: borrowedAuthors(x)}
	if w.base == "" {
		h.base = firstBase(webURL(f.Home), base)
	}
	for _, o := range g.Items {
		f.Entries = append(f.Entries, newRSSEntry(o, h))
	}
	return f, nil
}

// firstBase is what an item's relative links are relative to. RSS does not say; the channel's link is the publisher's own
// word, and a feed is often served from somewhere else.
func firstBase(bases ...*url.URL) *url.URL {
	for _, b := range bases {
		if b != nil {
			return b
		}
	}
	return nil
}

// firstLink is the first of several links that is one.
func firstLink(links []string, base *url.URL) string {
	for _, l := range links {
		if u := absolute(base, l); u != "" {
			return u
		}
	}
	return ""
}

// addForeign fills what the format's own elements left empty from Atom's and Dublin Core's.
func (f *Feed) addForeign(x ext.Extensions) {
	f.Title = firstOf(f.Title, texts(x, "title"), plain(extension(x, "dc", "title")))
	f.Description = firstOf(f.Description, texts(x, "subtitle", "tagline"), plain(extension(x, "dc", "description")), plain(podcast(x, "summary", "subtitle", "description")))
	f.Rights = firstOf(f.Rights, texts(x, "rights", "copyright"), plain(firstOf(extension(x, "dc", "rights"), extension(x, "media", "copyright"))))
}

// newRSSEntry puts an item into dateline's words.
func newRSSEntry(o *rss.Item, h heritage) Entry {
	x := o.Extensions
	base, lang, about := h.scope(x)
	e := Entry{Title: plain(o.Title), Summary: plain(firstOf(o.Custom["summary"], o.Description)), Language: lang}
	links := atomLinks(x)
	guid, named := "", false // named: it is no link
	if o.GUID != nil {
		guid, named = o.GUID.Value, strings.EqualFold(o.GUID.IsPermalink, "false")
	}
	e.ID = firstOf(cleanLine(guid), cleanLine(foreignID(x)), cleanLine(about))
	e.URL = firstOf(firstLink(o.Links, base), pageLink(links, base))
	if !named {
		e.URL = firstOf(e.URL, permalink(guid))
		e.URL = direct(e.URL, extension(x, "feedburner", "origLink"), guid)
	} else {
		e.URL = direct(e.URL, extension(x, "feedburner", "origLink"), "")
	}
	e.URL = firstOf(e.URL, permalink(about))
	if o.Source != nil {
		e.Source = plain(o.Source.Title)
	}
	for _, s := range inAtom(x, "source") {
		e.Source = firstOf(e.Source, plain(child(s, "title")))
	}
	e.addAuthors(append(values(x, ours, "author"), o.Author))
	e.addAuthors(borrowedAuthors(x))
	if len(e.Authors) == 0 {
		e.addAuthors(h.authors)
	}
	for _, c := range o.Categories {
		e.Tags = appendNew(e.Tags, plain(c.Value))
	}
	e.addTags(x)
	e.addFiles(o, base)
	e.addLinks(links, base)
	e.addForeign(x)
	body := firstOf(o.Content, o.Custom["encoded"], o.Custom["fullitem"], o.Custom["body"], o.Custom["content"])
	if body == "" && o.Custom["summary"] != "" {
		body = o.Description // the one of the two that is no summary
	}
	e.addBodies(base, x, body, markup(o.Description), markup(podcast(x, "description")))
	e.lastResort()
	return e
}

// markup is a text that is HTML, or nothing.
func markup(s string) string {
	if strings.Contains(s, "<") && looksLikeHTML(s) {
		return s
	}
	return ""
}

// addFiles takes RSS's enclosures and those of Media RSS. FeedBurner counts the downloads of the first, and tells its own
// address beside it.
func (e *Entry) addFiles(o *rss.Item, base *url.URL) {
	original := values(o.Extensions, "feedburner", "origEnclosureLink")
	for i, f := range o.Enclosures {
		if i < len(original) && isAbsolute(original[i]) {
			f.URL = original[i]
		}
		e.enclose(base, Enclosure{URL: f.URL, Type: f.Type, Length: length(f.Length)})
	}
	e.addMedia(o.Extensions["media"], base)
}
