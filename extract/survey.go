package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds on what one page may make us keep, so that a hostile one costs no more than its own size.
const (
	maxMetas = 1000
	maxNodes = 1000 // of links and times, which are looked at once
	maxFew   = 100  // of those whose insides are read
	maxLD    = 100
)

// survey is what one walk over the tree collects for all finders.
type survey struct {
	blocks  []*block
	layout  *layout
	metas   []meta
	links   []*html.Node // link elements
	terms   []*html.Node // link and a elements that lead to a licence, or say so
	ld      []string     // the texts of JSON-LD scripts
	times   []*html.Node // time elements and those marked as dates
	people  []*html.Node // elements marked as authors
	signed  []*html.Node // links to the author
	dated   []*html.Node // elements named as dates
	images  []*html.Node // img elements
	h1      []*html.Node
	rsl     bool // a script holds RSL terms
	classes map[string]marks
	title   string
	lang    string
	base    string
}

// marks are what a class is taken for.
type marks struct{ author, date bool }

// meta is a meta element: its name, property, itemprop or http-equiv in lower case, and its content.
type meta struct{ key, value string }

// look walks the tree once.
func look(root *html.Node) *survey {
	s := &segmenter{survey: &survey{classes: map[string]marks{}}}
	s.walk(root, 0, root)
	s.flush()
	s.survey.layout = lay(s.survey.blocks, learned())
	return s.survey
}

// notice keeps what an element tells the finders.
func (s *survey) notice(n *html.Node) {
	switch n.DataAtom {
	case atom.Html:
		s.lang = attr(n, "lang")
	case atom.Base:
		s.base = attr(n, "href")
	case atom.Title:
		if s.title == "" && n.FirstChild != nil && n.Namespace == "" {
			s.title = collapse(n.FirstChild.Data)
		}
	case atom.Meta:
		s.noticeMeta(n)
	case atom.Script:
		s.rsl = s.rsl || attr(n, "type") == rslType
		if isLD(n.Attr) && n.FirstChild != nil && len(s.ld) < maxLD {
			s.ld = append(s.ld, n.FirstChild.Data)
		}
	case atom.H1:
		keep(&s.h1, n, maxFew)
	case atom.Img:
		keep(&s.images, n, maxFew)
	case atom.Time:
		keep(&s.times, n, maxNodes)
	case atom.Link, atom.A:
		s.noticeLink(n)
	}
	s.noticeProp(n)
}

func (s *survey) noticeLink(n *html.Node) {
	if n.DataAtom == atom.Link {
		keep(&s.links, n, maxNodes)
	}
	if n.DataAtom == atom.A && strings.Contains(strings.ToLower(attr(n, "rel")), "author") {
		keep(&s.signed, n, maxFew)
	}
	if mayLicense(attr(n, "href")) || strings.Contains(attr(n, "rel"), "license") {
		keep(&s.terms, n, maxFew)
	}
}

func (s *survey) noticeMeta(n *html.Node) {
	content := strings.TrimSpace(attr(n, "content"))
	if content == "" || len(s.metas) >= maxMetas {
		return
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "name", "property", "itemprop", "http-equiv":
			s.metas = append(s.metas, meta{strings.ToLower(strings.TrimSpace(a.Val)), content})
		}
	}
}

// noticeProp reads microdata and the class words that mark an author.
func (s *survey) noticeProp(n *html.Node) {
	for _, a := range n.Attr {
		switch a.Key {
		case "itemprop":
			switch a.Val {
			case "datePublished", "dateModified":
				if n.DataAtom != atom.Time && n.DataAtom != atom.Meta {
					keep(&s.times, n, maxNodes)
				}
			case "author", "creator":
				keep(&s.people, n, maxFew)
			}
		case "class", "id":
			author, date := s.nameClass(a.Val)
			if author && a.Key == "class" {
				keep(&s.people, n, maxFew)
			}
			if date && n.DataAtom != atom.Body && n.DataAtom != atom.Html {
				keep(&s.dated, n, maxFew)
			}
		}
	}
}

// nameClass knows the names that themes give to the writer's name itself, and to the date. Most classes of a page are
// there many times.
func (s *survey) nameClass(class string) (author, date bool) {
	if c, known := s.classes[class]; known {
		return c.author, c.date
	}
	defer func() { s.classes[class] = marks{author, date} }()
	eachWord(class, func(w string) {
		switch w {
		case "byline", "author", "autor", "auteur", "autore":
			author = true
		}
		date = date || dateClass(w)
	})
	return author, date
}

func keep(list *[]*html.Node, n *html.Node, most int) {
	if len(*list) < most {
		*list = append(*list, n)
	}
}

// meta gives the first content of the first of the names that has one, and that name.
func (s *survey) meta(names ...string) (value, name string) {
	for _, name := range names {
		for _, m := range s.metas {
			if m.key == name {
				return m.value, name
			}
		}
	}
	return "", ""
}

// metaAll gives every content of a name.
func (s *survey) metaAll(name string) []string {
	var out []string
	for _, m := range s.metas {
		if m.key == name {
			out = append(out, m.value)
		}
	}
	return out
}

// attr gives an attribute's value, or nothing.
func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
