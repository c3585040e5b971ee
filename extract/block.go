package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// block is a run of text that a reader sees as one: a paragraph, a heading, a list item, a cell.
type block struct {
	node  *html.Node // the block element that holds it directly
	text  string     // white space collapsed
	chars int        // letters and digits; one of an unspaced script counts three, as it says as much
	links int        // those of them inside links
	bold  int        // those set in bold
	slant int        // those set in italics
	tag   atom.Atom  // the element that makes it a block
	at    *place     // where it stands
	words []uint64   // a hash of each word, in lower case
	odds  float64    // the probability that it is of the article
	taken bool       // for a part of the article
	bad   bool       // inside something that is named as furniture
}

// skipped elements hold no text that a reader sees as the page's.
func skipped(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Iframe, atom.Head, atom.Select, atom.Button,
		atom.Input, atom.Textarea, atom.Object, atom.Embed, atom.Canvas, atom.Audio, atom.Video, atom.Math, atom.Map,
		atom.Datalist, atom.Dialog, atom.Title:
		return true
	}
	return false
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Li, atom.Ul, atom.Ol, atom.Dl, atom.Dd,
		atom.Dt, atom.Blockquote, atom.Pre, atom.Table, atom.Tr, atom.Td, atom.Th, atom.Tbody, atom.Thead, atom.Section,
		atom.Article, atom.Main, atom.Aside, atom.Header, atom.Footer, atom.Nav, atom.Figure, atom.Figcaption, atom.Form,
		atom.Fieldset, atom.Address, atom.Hr, atom.Body, atom.Details, atom.Summary, atom.Center, atom.Caption, atom.Hgroup:
		return true
	}
	return false
}

func heading(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// style is how a run of text is set.
type style uint8

const (
	linked style = 1 << iota
	bold
	slanted
)

func styleOf(n *html.Node) style {
	switch n.DataAtom {
	case atom.A:
		if attr(n, "href") != "" {
			return linked
		}
	case atom.B, atom.Strong:
		return bold
	case atom.I, atom.Em:
		return slanted
	}
	return 0
}

// segmenter cuts a tree into blocks in reading order, and lets the survey notice every element on the way.
type segmenter struct {
	survey *survey
	buf    strings.Builder
	node   *html.Node
	chars  int
	links  int
	bold   int
	slant  int
	breaks int  // <br> since the last text
	glue   bool // after a letter that is set apart: what follows continues its word
	quiet  bool // inside a skipped element: noticed, not read
}

// flush ends the block under way.
func (s *segmenter) flush() {
	if text := collapse(s.buf.String()); s.chars > 0 {
		s.survey.blocks = append(s.survey.blocks, &block{node: s.node, text: text, tag: s.node.DataAtom,
			chars: s.chars, links: s.links, bold: s.bold, slant: s.slant})
	}
	s.buf.Reset()
	s.chars, s.links, s.bold, s.slant, s.breaks = 0, 0, 0, 0, 0
}

// walk descends into a node. The parser bounds the depth of the tree to some 512.
func (s *segmenter) walk(n *html.Node, in style, holder *html.Node) {
	switch n.Type {
	case html.TextNode:
		s.add(n.Data, in, holder)
	case html.DocumentNode:
		s.children(n, in, holder)
	case html.ElementNode:
		s.element(n, in, holder)
	}
}

func (s *segmenter) element(n *html.Node, in style, holder *html.Node) {
	s.survey.notice(n)
	switch {
	case n.DataAtom == atom.Br:
		s.lineBreak()
	case skipped(n.DataAtom) || hidden(n):
		was := s.quiet
		s.quiet = true
		s.children(n, in, holder)
		s.quiet = was
	case isBlock(n.DataAtom):
		s.flush()
		s.children(n, in, n)
		s.flush()
	default:
		s.children(n, in|styleOf(n), holder)
		s.glue = dropCap(n)
	}
}

func (s *segmenter) children(n *html.Node, in style, holder *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.walk(c, in, holder)
	}
}

// lineBreak ends the block at the second <br> in a row: that is how old templates write paragraphs.
func (s *segmenter) lineBreak() {
	if s.quiet {
		return
	}
	if s.breaks++; s.breaks > 1 {
		s.flush()
		return
	}
	s.buf.WriteByte(' ')
}

func (s *segmenter) add(t string, in style, holder *html.Node) {
	if s.quiet {
		return
	}
	if s.glue {
		if t = strings.TrimLeft(t, " \t\r\n"); t == "" {
			return
		}
		s.glue = false
	}
	if n := weigh(t); n > 0 {
		if s.chars == 0 {
			s.node = holder
		}
		s.breaks = 0
		s.chars += n
		if in&linked != 0 {
			s.links += n
		}
		if in&bold != 0 {
			s.bold += n
		}
		if in&slanted != 0 {
			s.slant += n
		}
	}
	s.buf.WriteString(t)
}

// weigh counts letters and digits.
func weigh(t string) (n int) {
	for _, r := range t {
		switch {
		case r < 0x80:
			if r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9' {
				n++
			}
		case unspaced(r):
			n += 3
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			n++
		}
	}
	return n
}

// unspaced scripts are written without spaces between words: kana, Han, Thai, Lao. Hangul counts with them, since
// a syllable says as much.
func unspaced(r rune) bool {
	return r >= 0x3040 && r <= 0x30ff || r >= 0x3400 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7af || r >= 0x0e00 && r <= 0x0eff
}

// collapse is what every text of a page goes through.
func collapse(s string) string { return tidy(s) }

// hidden elements are not shown. aria-hidden on a container is not believed: menus that open over a page leave it there.
func hidden(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return streamed(n) == ""
		case "aria-hidden":
			if a.Val == "true" && n.DataAtom != atom.Div && n.DataAtom != atom.Article && n.DataAtom != atom.Body && n.DataAtom != atom.Main {
				return true
			}
		case "class":
			if unseen(a.Val) {
				return true
			}
		case "style":
			if len(a.Val) < 4096 && strings.Contains(strings.ReplaceAll(strings.ToLower(a.Val), " ", ""), "display:none") {
				return true
			}
		}
	}
	return false
}

// unseen says whether a class hides its element from the eye: the names that style sheets give to what is only meant to
// be read aloud, such as "opens in a new window".
func unseen(class string) bool {
	if len(class) > 1000 || !strings.ContainsAny(class, "-h") {
		return false
	}
	for _, name := range []string{"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text"} {
		if strings.Contains(class, name) && !strings.Contains(class, "not-"+name) && !strings.Contains(class, "un"+name) {
			return true
		}
	}
	return false
}

// dropCap says whether an element is the large first letter of a story.
func dropCap(n *html.Node) bool {
	c := n.FirstChild
	if n.DataAtom != atom.Span || c == nil || c.NextSibling != nil {
		return false
	}
	class := attr(n, "class")
	if !strings.Contains(class, "drop") && !strings.Contains(class, "initial") && !strings.Contains(class, "first-letter") {
		return false
	}
	for c.Type == html.ElementNode && c.FirstChild != nil && c.FirstChild.NextSibling == nil {
		c = c.FirstChild
	}
	letter := strings.TrimSpace(c.Data)
	return c.Type == html.TextNode && len(letter) > 0 && utf8.RuneCountInString(letter) == 1
}
