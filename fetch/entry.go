package fetch

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"
)

// maxList bounds the authors, tags and enclosures of one entry. No reader has a use for more.
const maxList = 100

// newEntry takes what gofeed gives for every format.
func newEntry(item *gofeed.Item, base *url.URL) Entry {
	e := Entry{
		ID:        cleanLine(item.GUID),
		URL:       absolute(base, item.Link),
		Title:     plain(item.Title),
		Summary:   plain(item.Description),
		Content:   cleanHTML(item.Content),
		Published: moment(item.Published),
		Updated:   moment(item.Updated),
		Language:  plain(extension(item.Extensions, "dc", "language")),
		License:   license(item.Extensions),
	}
	for _, c := range item.Categories {
		e.Tags = appendNew(e.Tags, plain(c))
	}
	for _, x := range item.Enclosures {
		e.enclose(base, Enclosure{URL: x.URL, Type: x.Type, Length: length(x.Length)})
	}
	e.addMedia(item.Extensions["media"], base)
	if e.Content == "" && strings.Contains(item.Description, "<") {
		e.Content = cleanHTML(item.Description) // its paragraphs are all the structure there is
	}
	if original := permalink(extension(item.Extensions, "feedburner", "origLink")); original != "" {
		e.URL = original // the link itself leads through FeedBurner's counter
	}
	e.addForeign(item.Extensions)
	return e
}

// addForeign fills what the format's own elements left empty from Atom's and Dublin Core's, which feeds of every format
// borrow.
func (e *Entry) addForeign(x ext.Extensions) {
	e.ID = firstOf(e.ID, cleanLine(foreign(x, "id", "identifier")))
	e.Title = firstOf(e.Title, plain(foreign(x, "title", "title")))
	e.Summary = firstOf(e.Summary, plain(foreign(x, "summary", "description")))
	e.Rights = firstOf(e.Rights, plain(foreign(x, "rights", "rights")))
	e.addDates(x)
}

// foreign is the text of an element of Atom by the one name, or of Dublin Core by the other.
func foreign(x ext.Extensions, inAtom, inDC string) string {
	return firstOf(extension(x, "atom", inAtom), extension(x, "atom03", inAtom), extension(x, "dc", inDC))
}

// addRSS takes what is said of an RSS or RDF item beyond gofeed's common words.
func (e *Entry) addRSS(o *rss.Item, base *url.URL) {
	if e.URL == "" {
		e.URL = atomLink(o.Extensions, base)
	}
	if e.URL == "" && o.GUID != nil && !strings.EqualFold(o.GUID.IsPermalink, "false") {
		e.URL = permalink(o.GUID.Value)
	}
	if o.Source != nil {
		e.Source = plain(o.Source.Title)
	}
	e.addAuthor(o.Author)
	if dc := o.DublinCoreExt; dc != nil {
		for _, name := range slices.Concat(dc.Author, dc.Creator) {
			e.addAuthor(name)
		}
	}
	if len(e.Authors) == 0 && o.ITunesExt != nil {
		e.addAuthor(o.ITunesExt.Author)
	}
	for _, prefix := range []string{"atom", "atom03"} {
		for _, a := range o.Extensions[prefix]["author"] {
			e.addAuthor(child(a, "name"))
		}
	}
}

// addAtom takes what is said of an Atom entry beyond gofeed's common words. An entry without authors has its source's,
// or else the feed's (RFC 4287, section 4.2.1).
func (e *Entry) addAtom(o *atom.Entry, f *atom.Feed, base *url.URL) {
	if e.URL == "" {
		e.URL = permalink(o.ID)
	}
	people := o.Authors
	if o.Source != nil {
		e.Source = plain(o.Source.Title)
		if len(people) == 0 {
			people = o.Source.Authors
		}
	}
	if len(people) == 0 {
		people = f.Authors
	}
	for _, p := range people {
		e.addAuthor(firstOf(p.Name, p.Email))
	}
	for _, name := range e.dcCreators(o.Extensions) {
		e.addAuthor(name)
	}
	if o.Rights != "" {
		e.Rights = plain(o.Rights)
	}
	if l := linkWithRel(o.Links, "license"); l != "" {
		e.License = l
	}
}

// dcCreators are Dublin Core's authors, which some Atom feeds use in place of Atom's own.
func (e *Entry) dcCreators(x ext.Extensions) (names []string) {
	if len(e.Authors) > 0 {
		return nil
	}
	for _, c := range x["dc"]["creator"] {
		names = append(names, c.Value)
	}
	return names
}

// addJSON takes what is said of a JSON Feed item beyond gofeed's common words. Items without authors have the feed's
// (JSON Feed 1.1, "authors").
func (e *Entry) addJSON(o *json.Item, f *json.Feed, base *url.URL) {
	if o == nil {
		return
	}
	if e.URL == "" {
		e.URL = absolute(base, o.ExternalURL)
	}
	e.Language = plain(o.Language)
	people := o.Authors
	for _, others := range [][]*json.Author{{o.Author}, f.Authors, {f.Author}} {
		if len(people) == 0 && others != nil && (len(others) == 0 || others[0] != nil) {
			people = others
		}
	}
	for _, p := range people {
		if p != nil {
			e.addAuthor(p.Name)
		}
	}
}

// addAuthor takes one person as a feed writes it: a name, an address, or both.
func (e *Entry) addAuthor(s string) {
	e.Authors = appendNew(e.Authors, personName(plain(s)))
}

// personName prefers the name in "desk@news.example (A. Writer)", RSS 2.0's form, and in "A. Writer <desk@…>", the
// mail's form.
func personName(s string) string {
	before, inside, ok := strings.Cut(strings.TrimSuffix(s, ")"), " (")
	if !ok || !strings.HasSuffix(s, ")") {
		return s
	}
	if strings.Contains(before, "@") {
		return strings.TrimSpace(inside)
	}
	if strings.Contains(inside, "@") {
		return strings.TrimSpace(before)
	}
	return s
}

// addMedia takes the files of Media RSS: media:content and media:thumbnail, alone or in a media:group. A caption or
// credit of the entry is that of each file without its own.
func (e *Entry) addMedia(media map[string][]ext.Extension, base *url.URL) {
	entry := ext.Extension{Children: media}
	for _, in := range append([]ext.Extension{entry}, media["group"]...) {
		for _, name := range []string{"content", "thumbnail"} {
			for _, m := range in.Children[name] {
				e.enclose(base, mediaFile(m, name, in, entry))
				for _, t := range m.Children["thumbnail"] {
					e.enclose(base, mediaFile(t, "thumbnail", m, in, entry))
				}
			}
		}
	}
}

// mediaFile reads one file; what it does not say itself, those around it say.
func mediaFile(m ext.Extension, name string, around ...ext.Extension) Enclosure {
	f := Enclosure{URL: m.Attrs["url"], Type: m.Attrs["type"], Length: length(m.Attrs["fileSize"])}
	if f.Type == "" && (name == "thumbnail" || m.Attrs["medium"] == "image") {
		f.Type = "image"
	}
	for _, in := range append([]ext.Extension{m}, around...) {
		f.Caption = firstOf(f.Caption, plain(firstOf(child(in, "description"), child(in, "title"))))
		f.Credit = firstOf(f.Credit, plain(firstOf(child(in, "credit"), child(in, "copyright"))))
	}
	return f
}

// enclose adds a file once. What Media RSS says of a file that is there already completes it.
func (e *Entry) enclose(base *url.URL, f Enclosure) {
	f.URL, f.Type = absolute(base, f.URL), cleanLine(f.Type)
	if f.URL == "" {
		return
	}
	i := slices.IndexFunc(e.Enclosures, func(x Enclosure) bool { return x.URL == f.URL })
	if i < 0 {
		if len(e.Enclosures) < maxList {
			e.Enclosures = append(e.Enclosures, f)
		}
		return
	}
	known := &e.Enclosures[i]
	known.Type = firstOf(known.Type, f.Type)
	known.Caption = firstOf(known.Caption, f.Caption)
	known.Credit = firstOf(known.Credit, f.Credit)
	known.Length = max(known.Length, f.Length)
}

// license is what a feed's extensions say of the licence, most often its URL.
func license(x ext.Extensions) string {
	for _, l := range slices.Concat(x["creativeCommons"]["license"], x["cc"]["license"], x["dcterms"]["license"], x["media"]["license"]) {
		if s := firstOf(l.Attrs["resource"], l.Attrs["href"], l.Value); strings.TrimSpace(s) != "" {
			return plain(s)
		}
	}
	for _, l := range slices.Concat(x["atom"]["link"], x["atom03"]["link"]) {
		if l.Attrs["rel"] == "license" {
			return plain(l.Attrs["href"])
		}
	}
	return ""
}

// atomLink is the address that an atom:link inside an RSS item gives to its page.
func atomLink(x ext.Extensions, base *url.URL) string {
	for _, l := range slices.Concat(x["atom"]["link"], x["atom03"]["link"]) {
		if rel := l.Attrs["rel"]; rel == "" || rel == "alternate" {
			if u := absolute(base, l.Attrs["href"]); u != "" {
				return u
			}
		}
	}
	return ""
}

// linkWithRel finds the first Atom link of a kind.
func linkWithRel(links []*atom.Link, rel string) string {
	for _, l := range links {
		if strings.EqualFold(l.Rel, rel) {
			return plain(l.Href)
		}
	}
	return ""
}

// extension is the text of the first element of that name.
func extension(x ext.Extensions, prefix, name string) string {
	if found := x[prefix][name]; len(found) > 0 {
		return found[0].Value
	}
	return ""
}

func child(e ext.Extension, name string) string {
	if found := e.Children[name]; len(found) > 0 {
		return found[0].Value
	}
	return ""
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func appendNew(list []string, s string) []string {
	if s == "" || len(list) >= maxList || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// length reads a file's size; what is no size is not stated.
func length(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// permalink takes an identifier for the page's address, if it is one by itself: a bare number is no relative link.
func permalink(id string) string {
	if u, err := url.Parse(cleanLine(id)); err != nil || !isWeb(u) {
		return ""
	}
	return absolute(nil, id)
}

// absolute resolves a link; without a base a relative one stays as it is. Of the others only web addresses survive:
// javascript:, data: and mailto: links are no page.
func absolute(base *url.URL, href string) string {
	href = cleanLine(href)
	if href == "" {
		return ""
	}
	u, err := url.Parse(strings.ReplaceAll(href, " ", "%20"))
	if err != nil {
		return ""
	}
	if base == nil && u.Scheme == "" && u.Opaque == "" {
		return u.String() // a document without an address: what it says is all there is
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if !isWeb(u) {
		return ""
	}
	return u.String()
}
