package extract

import (
	"bytes"
	"slices"

	"golang.org/x/net/html/atom"
)

// stripped is a page without what no reader sees and no finder reads: the contents of scripts, styles and noscript
// elements, drawings, comments, and the white space that indents blocks. The parser then has half as much to do. Where a
// page is odd enough for this to cut in the wrong place, it is left as it is from there on.
func stripped(htm []byte) []byte {
	s := &stripper{in: htm}
	for s.at < len(htm) {
		i := bytes.IndexByte(htm[s.at:], '<')
		if i < 0 || s.at+i+1 >= len(htm) {
			break
		}
		s.blank = s.tagged && i > 0 && blank(htm[s.at:s.at+i])
		s.before = i
		s.at += i
		if !s.markup(htm[s.at:]) {
			break
		}
	}
	if s.done == 0 {
		return htm
	}
	return append(s.out, htm[s.done:]...)
}

type stripper struct {
	in     []byte
	out    []byte
	at     int  // where the scan stands: at a '<', or behind markup
	done   int  // what is before it was copied or left out
	before int  // bytes of text before the '<'
	blank  bool // they are nothing but white space
	tagged bool // the last markup was a tag
	block  bool // of a block
	open   [len(apart)]int
}

// leave drops what lies between two places, counted from where the scan stands, and goes on behind it.
func (s *stripper) leave(from, to int) {
	if s.out == nil {
		s.out = make([]byte, 0, len(s.in))
	}
	s.out = append(s.out, s.in[s.done:s.at+from]...)
	s.done = s.at + to
	s.at = s.done
}

// markup steps over what a '<' begins; false where it can't be told what follows.
func (s *stripper) markup(rest []byte) bool {
	tagged := s.tagged
	s.tagged = false
	switch c := rest[1]; {
	case c == '!' || c == '?':
		return s.declaration(rest)
	case c == '/' && len(rest) > 2 && isLetter(rest[2]):
		return s.tag(rest, tagAtom(rest[2:]), tagged)
	case isLetter(c):
		return s.tag(rest, tagAtom(rest[1:]), tagged)
	case c == '/':
		return s.skip(bytes.IndexByte(rest, '>') + 1)
	}
	s.at++
	return true
}

// skip goes on n bytes further; 0 means that there is no end.
func (s *stripper) skip(n int) bool {
	s.at += n
	return n > 0
}

// declaration steps over a doctype and leaves out a comment (HTML, section 13.2.5.43 and after).
func (s *stripper) declaration(rest []byte) bool {
	if !bytes.HasPrefix(rest, []byte("<!--")) {
		if bytes.HasPrefix(rest, []byte("<![CDATA[")) {
			return false // text or comment, by what it stands in
		}
		return s.skip(bytes.IndexByte(rest, '>') + 1)
	}
	body := rest[4:]
	if bytes.HasPrefix(body, []byte(">")) || bytes.HasPrefix(body, []byte("->")) {
		return s.skip(4) // ended as soon as it began
	}
	end := bytes.Index(body, []byte("-->"))
	if end < 0 || bytes.Contains(body[:end], []byte("--!>")) {
		return false
	}
	s.leave(0, 4+end+3)
	return true
}

// tag steps over a tag, and over what it holds if that is no markup or no text.
func (s *stripper) tag(rest []byte, name atom.Atom, tagged bool) bool {
	end := tagEnd(rest)
	if end == 0 {
		return false
	}
	block := s.edge(name, rest[1] == '/')
	if s.blank && tagged && (block || s.block) {
		s.leave(-s.before, 0)
	}
	s.tagged, s.block = true, block
	if rest[1] == '/' {
		s.at += end
		return true
	}
	switch name {
	case atom.Script, atom.Style, atom.Noscript:
		s.tagged = false
		return s.raw(rest, end, name, name != atom.Script || !speaks(rest[:end]))
	case atom.Title, atom.Textarea, atom.Iframe, atom.Noembed, atom.Noframes, atom.Xmp:
		s.tagged = false
		return s.raw(rest, end, name, false)
	case atom.Svg:
		s.tagged = false
		return s.drawing(rest, end)
	case atom.Template:
		if bytes.HasPrefix(rest[end:], []byte("</template>")) {
			return s.skip(end) // keeps a place, see assemble
		}
		return false
	case atom.Math, atom.Plaintext, atom.Select, atom.Frameset, atom.Pre, atom.Listing:
		return false // other rules hold inside
	}
	s.at += end
	return true
}

// edge says whether a tag begins or ends a block. The parser ignores the end of what was never begun.
func (s *stripper) edge(name atom.Atom, end bool) bool {
	i := slices.Index(apart[:], name)
	switch {
	case i < 0:
		return false
	case !end:
		s.open[i]++
	case s.open[i] == 0:
		return false
	default:
		s.open[i]--
	}
	return true
}

// apart elements stand on lines of their own wherever they are begun, the most frequent first.
var apart = [...]atom.Atom{atom.Div, atom.Li, atom.P, atom.Ul, atom.Section, atom.Article, atom.H3, atom.H2, atom.H4, atom.H1, atom.Header, atom.Footer, atom.Nav, atom.Aside, atom.Main,
	atom.Figure, atom.Figcaption, atom.Ol, atom.Blockquote, atom.H5, atom.H6, atom.Dl, atom.Dt, atom.Dd, atom.Table}

func blank(s []byte) bool {
	for _, c := range s {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

// speaks says whether a script holds data that is read.
func speaks(tag []byte) bool {
	low := bytes.ToLower(tag)
	return bytes.Contains(low, []byte("ld+json")) || bytes.Contains(low, []byte("rsl+xml"))
}

// raw steps over an element whose content is text up to its end tag, and leaves the content out if that is wanted.
func (s *stripper) raw(rest []byte, end int, name atom.Atom, drop bool) bool {
	length, ok := untilEnd(rest[end:], name)
	if !ok {
		return false
	}
	if name == atom.Script {
		if at := bytes.Index(rest[end:end+length], []byte("<!--")); at >= 0 && bytes.Contains(bytes.ToLower(rest[end+at:end+length]), []byte("<script")) {
			return false // an end tag in there may not be the script's (HTML, section 13.2.5.26)
		}
	}
	if !drop {
		return s.skip(end + length)
	}
	s.leave(end, end+length)
	return true
}

// untilEnd is the length of what stands before an element's end tag.
func untilEnd(rest []byte, name atom.Atom) (n int, ok bool) {
	for n < len(rest) {
		i := bytes.Index(rest[n:], []byte("</"))
		if i < 0 {
			return 0, false
		}
		n += i
		if tagAtom(rest[n+2:]) == name {
			return n, true
		}
		n += 2
	}
	return 0, false
}

// drawing leaves out what an svg element holds if that is nothing but shapes.
func (s *stripper) drawing(rest []byte, end int) bool {
	if rest[end-2] == '/' {
		return s.skip(end)
	}
	at := end
	for at < len(rest) {
		i := bytes.IndexByte(rest[at:], '<')
		if i < 0 || at+i+2 >= len(rest) {
			return false
		}
		at += i
		if rest[at+1] == '/' {
			if tagAtom(rest[at+2:]) == atom.Svg {
				s.leave(end, at)
				return true
			}
			if !drawn(rest[at+2:]) {
				return false
			}
		} else if !drawn(rest[at+1:]) {
			return false
		}
		n := tagEnd(rest[at:])
		if n == 0 {
			return false
		}
		at += n
	}
	return false
}

// drawn says whether a tag is that of a shape.
func drawn(tag []byte) bool {
	var name [16]byte
	switch string(lowName(tag, &name)) {
	case "path", "g", "circle", "rect", "line", "polyline", "polygon", "ellipse", "defs", "use", "stop", "mask", "symbol", "clippath", "lineargradient", "radialgradient":
		return true
	}
	return false
}

// tagEnd is the length of the tag that rest begins with, 0 if it doesn't end. A '>' inside a quoted value is none.
func tagEnd(rest []byte) int {
	end := bytes.IndexByte(rest, '>')
	if end < 0 {
		return 0
	}
	quotes := bytes.Count(rest[:end], []byte(`"`))
	if quotes == 2*bytes.Count(rest[:end], []byte(`="`)) && bytes.IndexByte(rest[:end], '\'') < 0 {
		return end + 1
	}
	return slowTagEnd(rest)
}

// slowTagEnd reads a tag's attributes as the tokenizer does.
func slowTagEnd(rest []byte) int {
	i := 1
	for i < len(rest) && !isSpace(rest[i]) && rest[i] != '>' && (rest[i] != '/' || i == 1) {
		i++
	}
	for i < len(rest) {
		switch c := rest[i]; {
		case c == '>':
			return i + 1
		case isSpace(c) || c == '/':
			i++
			continue
		}
		i++ // a key may begin with '='
		for i < len(rest) && !isSpace(rest[i]) && rest[i] != '>' && rest[i] != '/' && rest[i] != '=' {
			i++
		}
		for i < len(rest) && isSpace(rest[i]) {
			i++
		}
		if i < len(rest) && rest[i] == '=' {
			i = valueEnd(rest, i+1)
		}
	}
	return 0
}

// valueEnd is where an attribute's value ends that begins at i, or in the white space there.
func valueEnd(rest []byte, i int) int {
	for i < len(rest) && isSpace(rest[i]) {
		i++
	}
	if i < len(rest) && (rest[i] == '"' || rest[i] == '\'') {
		n := bytes.IndexByte(rest[i+1:], rest[i])
		if n < 0 {
			return len(rest)
		}
		return i + n + 2
	}
	for i < len(rest) && !isSpace(rest[i]) && rest[i] != '>' {
		i++
	}
	return i
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f'
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// tagAtom is the name of a tag.
func tagAtom(tag []byte) atom.Atom {
	var name [16]byte
	return atom.Lookup(lowName(tag, &name))
}

// lowName writes the name of a tag in lower case; empty for one that is longer than any that matters.
func lowName(tag []byte, name *[16]byte) []byte {
	for i, c := range tag {
		switch {
		case isSpace(c) || c == '>' || c == '/':
			return name[:i]
		case i == len(name):
			return nil
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		name[i] = c
	}
	return nil // it doesn't end
}
