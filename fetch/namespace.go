package fetch

import "strings"

// space is a namespace, as far as the rewriter has to tell one from another.
type space int

const (
	native  space = iota // RSS and RDF, or none at all
	atomNS               // any version of Atom
	textNS               // of elements that hold a body: content:encoded, xhtml:body
	foreign              // all others
)

// aliases are the names that feeds give to namespaces, by a part of them in lower case, and the ones by which gofeed knows
// them. The first match counts.
var aliases = []struct {
	part, canonical string
	space           space
}{
	{"purl.org/atom/ns#", "http://purl.org/atom/ns#", atomNS},
	{"w3.org/2005/atom", "http://www.w3.org/2005/Atom", atomNS},
	{"purl.org/pie/", "http://purl.org/atom/ns#", atomNS}, // drafts of Atom
	{"purl.org/echo/", "http://purl.org/atom/ns#", atomNS},
	{"example.com/newformat#", "http://purl.org/atom/ns#", atomNS},
	{"example.com/necho", "http://purl.org/atom/ns#", atomNS},
	{"purl.org/rss/1.0/modules/content/", "http://purl.org/rss/1.0/modules/content/", textNS},
	{"w3.org/1999/xhtml", "http://www.w3.org/1999/xhtml", textNS},
	{"purl.org/dc/elements/", "http://purl.org/dc/elements/1.1/", foreign},
	{"purl.org/dc/terms/", "http://purl.org/dc/terms/", foreign},
	{"purl.org/rss/1.0/modules/syndication/", "http://purl.org/rss/1.0/modules/syndication/", foreign},
	{"yahoo.com/mrss", "http://search.yahoo.com/mrss/", foreign},
	{"rssboard.org/media-rss", "http://search.yahoo.com/mrss/", foreign},
	{"itunes.com/dtds/podcast-1.0.dtd", "http://www.itunes.com/DTDs/PodCast-1.0.dtd", foreign},
	{"creativecommonsrssmodule", "http://backend.userland.com/creativeCommonsRssModule", foreign},
	{"creativecommons.org/ns#", "http://web.resource.org/cc/", foreign},
	{"web.resource.org/cc/", "http://web.resource.org/cc/", foreign},
	{"rssnamespace.org/feedburner/", "http://rssnamespace.org/feedburner/ext/1.0", foreign},
	{"w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", native},
	{"purl.org/rss/1.0/modules/", "", foreign},
	{"purl.org/rss/1.0/", "http://purl.org/rss/1.0/", native},
	{"netscape.com/rdf/simple/0.9/", "http://my.netscape.com/rdf/simple/0.9/", native},
}

// declare reads a declaration of a namespace, and writes it as gofeed knows it. What the root element declares for names
// without a prefix is taken for the feed's own, whatever it is: many versions of RSS have been given one, and some feeds give
// RSS that of Atom. root is the root's local name, nil for a declaration with a prefix or of another element.
func (w *rewriter) declare(a attribute, at int, root []byte) space {
	uri := strings.ToLower(strings.TrimSpace(string(a.value)))
	for _, known := range aliases {
		if !strings.Contains(uri, known.part) {
			continue
		}
		if root != nil && known.space != native && !(known.space == atomNS && isAtomRoot(root)) {
			w.setAttr(at, a, "")
			return native
		}
		if known.canonical != "" && known.canonical != string(a.value) {
			w.setAttr(at, a, known.canonical)
		}
		return known.space
	}
	if uri == "" || root != nil {
		return native
	}
	return foreign
}

// isAtomRoot tells the root elements of Atom.
func isAtomRoot(local []byte) bool {
	name := nameOf(local)
	return name == isFeed || name == isItem
}

// of is the namespace of an element. A prefix that is not declared stands for what it usually does.
func (w *rewriter) of(e *element) space {
	prefix := e.prefix()
	if len(prefix) == 0 {
		return e.space
	}
	if s, ok := w.spaces[string(prefix)]; ok {
		return s
	}
	switch strings.ToLower(string(prefix)) {
	case "atom", "atom03", "atom10", "a10":
		return atomNS
	case "content", "xhtml":
		return textNS
	case "rss", "rdf":
		return native
	}
	return foreign
}
