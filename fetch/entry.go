package fetch

import (
	"net/url"
	"slices"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
)

// maxList bounds the authors, tags and enclosures of one entry. No reader has a use for more.
const maxList = 100

// heritage is what an entry has of its feed where it says nothing itself.
type heritage struct {
	base    *url.URL
	authors []string
}

// scope is what an item's own scope says (see [rewriter.scope]): the base of its links, its language where it is not the feed's,
// and the address by which RDF knows it.
func (h heritage) scope(x ext.Extensions) (base *url.URL, lang, about string) {
	base = h.base
	for _, s := range x[ours]["scope"] {
		base, lang, about = baseWithin(base, s.Attrs["base"]), language(s.Attrs["lang"]), s.Attrs["about"]
	}
	return base, lang, about
}

// addForeign fills what the format's own elements left empty from Atom's, Dublin Core's and the podcasts', which feeds of
// every format borrow.
func (e *Entry) addForeign(x ext.Extensions) {
	e.ID = firstOf(e.ID, cleanLine(foreignID(x)))
	e.Title = firstOf(e.Title, texts(x, "title"), plain(firstOf(extension(x, "dc", "title"), extension(x, "media", "title"), extension(x, "itunes", "title"))))
	e.Summary = firstOf(e.Summary, texts(x, "summary"), plain(extension(x, "dc", "description")), plain(podcast(x, "summary", "description", "subtitle")), plain(described(x["media"])))
	e.Rights = firstOf(e.Rights, texts(x, "rights", "copyright"), plain(firstOf(extension(x, "dc", "rights"), extension(x, "media", "copyright"))))
	e.License = firstOf(e.License, license(x))
	e.Source = firstOf(e.Source, plain(extension(x, "dc", "source")))
	e.Language = firstOf(language(extension(x, "dc", "language")), e.Language)
	e.addDates(x)
}

func foreignID(x ext.Extensions) string {
	for _, id := range inAtom(x, "id") {
		if strings.TrimSpace(id.Value) != "" {
			return id.Value
		}
	}
	return extension(x, "dc", "identifier")
}

// podcast is the text of an element of the podcasts' vocabularies, under the first of the names that is there.
func podcast(x ext.Extensions, names ...string) string {
	for _, name := range names {
		if s := firstOf(extension(x, "itunes", name), extension(x, "googleplay", name)); s != "" {
			return s
		}
	}
	return ""
}

// addBodies takes the first of several bodies, the best first. Without one, a summary with markup is all the body that the
// feed gives: its paragraphs are all the structure there is.
func (e *Entry) addBodies(base *url.URL, x ext.Extensions, bodies ...string) {
	for _, c := range x[ours]["content"] {
		c := newConstruct(c)
		bodies = append(bodies, resolveHTML(baseWithin(base, c.base), c.html()))
	}
	bodies = slices.Concat(bodies, values(x, "content", "encoded"))
	for _, b := range values(x, "xhtml", "body") {
		bodies = append(bodies, withoutPrefix(b))
	}
	for _, s := range x[ours]["summary"] {
		if c := newConstruct(s); looksLikeHTML(c.html()) {
			bodies = append(bodies, resolveHTML(baseWithin(base, c.base), c.html()))
		}
	}
	for _, b := range bodies {
		if e.Content == "" {
			e.Content = resolveHTML(base, cleanHTML(b))
		}
	}
}

// addTags takes the tags of every vocabulary.
func (e *Entry) addTags(x ext.Extensions) {
	for _, name := range values(x, "dc", "subject") {
		e.Tags = appendNew(e.Tags, plain(name))
	}
	for _, c := range inAtom(x, "category") {
		e.addCategory(c.Attrs["term"], c.Attrs["label"])
	}
	for _, c := range append(x["media"]["category"], groups(x["media"], "category")...) {
		e.Tags = appendNew(e.Tags, plain(firstOf(c.Attrs["label"], c.Value)))
		e.Tags = appendNew(e.Tags, plain(c.Value))
	}
	for _, c := range x["itunes"]["category"] {
		e.Tags = appendNew(e.Tags, plain(c.Attrs["text"]))
		for _, inner := range c.Children["category"] {
			e.Tags = appendNew(e.Tags, plain(inner.Attrs["text"]))
		}
	}
	for _, list := range slices.Concat(values(x, "itunes", "keywords"), values(x, "media", "keywords")) {
		e.addKeywords(list)
	}
}

// addCategory takes a category of Atom: its label, which is meant for readers, and its term where that is a word too.
func (e *Entry) addCategory(term, label string) {
	e.Tags = appendNew(e.Tags, plain(label))
	if label == "" || !strings.ContainsAny(term, ":/#") {
		e.Tags = appendNew(e.Tags, plain(term))
	}
}

// addKeywords takes a list with commas in between.
func (e *Entry) addKeywords(list string) {
	for word := range strings.SplitSeq(plain(list), ",") {
		e.Tags = appendNew(e.Tags, strings.TrimSpace(word))
	}
}

// license is what a feed's extensions say of the licence, most often its URL.
func license(x ext.Extensions) string {
	for _, l := range slices.Concat(x["creativeCommons"]["license"], x["cc"]["license"], x["dcterms"]["license"], x["media"]["license"]) {
		if s := firstOf(l.Attrs["resource"], l.Attrs["href"], l.Value); strings.TrimSpace(s) != "" {
			return plain(s)
		}
	}
	return ""
}

// language takes a language's tag as it is published, but for the underscore that programmers put in place of the hyphen
// (BCP 47). What can be no such tag is none.
func language(s string) string {
	s = strings.ReplaceAll(cleanLine(s), "_", "-")
	if len(s) > 35 || strings.Trim(s, "-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return ""
	}
	return s
}
