package fetch

import (
	"bytes"
	"net/url"

	"github.com/mmcdole/gofeed/atom"
)

// readAtom reads Atom of any version.
func readAtom(doc []byte, w *rewriter, document *url.URL) (Feed, error) {
	g, err := (&atom.Parser{}).Parse(bytes.NewReader(doc))
	if err != nil {
		return Feed{}, err
	}
	x := g.Extensions
	base := baseWithin(document, w.base)
	f := Feed{
		Title: texts(x, "title"), Description: texts(x, "subtitle", "tagline"), Rights: texts(x, "rights", "copyright"),
		Home: pageLink(g.Links, base), License: license(x), Published: firstDate(x, publishedNames), Updated: firstDate(x, updatedNames),
		Language: firstOf(language(w.lang), language(extension(x, "dc", "language")), language(w.textLang)),
	}
	f.addOwnLinks(g.Links, base)
	f.addForeign(x)
	f.Hints = schedule(x, nil, nil)
	h := heritage{base: base, authors: people(g.Authors)}
	if len(h.authors) == 0 {
		h.authors = borrowedAuthors(x)
	}
	for _, o := range g.Entries {
		f.Entries = append(f.Entries, newAtomEntry(o, h))
	}
	return f, nil
}

// newAtomEntry puts an entry into dateline's words. An entry without authors has its source's, or else the feed's (RFC
// 4287, section 4.2.1).
func newAtomEntry(o *atom.Entry, h heritage) Entry {
	x := o.Extensions
	base, lang, _ := h.scope(x)
	id := firstOf(extension(x, ours, "id"), extension(x, "dc", "identifier"))
	e := Entry{
		ID: cleanLine(id), URL: pageLink(o.Links, base), Title: texts(x, "title"), Summary: texts(x, "summary"), Language: lang,
		License: linkWithRel(o.Links, base, "license"),
	}
	e.URL = firstOf(e.URL, permalink(id))
	e.URL = direct(e.URL, extension(x, "feedburner", "origLink"), id)
	e.addAuthors(people(o.Authors))
	if len(e.Authors) == 0 {
		e.addAuthors(borrowedAuthors(x))
	}
	if s := o.Source; s != nil {
		e.Source = firstOf(texts(s.Extensions, "title"), plain(s.Title))
		if len(e.Authors) == 0 {
			e.addAuthors(people(s.Authors))
		}
		e.Rights = texts(s.Extensions, "rights", "copyright")
	}
	e.Rights = firstOf(texts(x, "rights", "copyright"), e.Rights)
	if len(e.Authors) == 0 {
		e.addAuthors(h.authors)
	}
	for _, c := range o.Categories {
		e.addCategory(c.Term, c.Label)
	}
	e.addTags(x)
	e.addLinks(o.Links, base)
	e.addMedia(x["media"], base)
	e.addForeign(x)
	e.addBodies(base, x)
	e.lastResort()
	return e
}

// people are the names of persons, or their addresses where they have no names.
func people(all []*atom.Person) (names []string) {
	for _, p := range all {
		names = append(names, firstOf(p.Name, p.Email))
	}
	return names
}
