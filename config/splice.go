package config

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// splice is a text under way: what is inserted where, in the lines' own endings. Nothing is ever replaced, so all that a
// user wrote is still there.
type splice struct {
	text []byte
	eol  string
	puts []put
}

type put struct {
	at   int
	text string
}

// write makes the edited text. Its tree is known to be sound.
func (e *editor) write(data []byte) []byte {
	body, hasMark := bytes.CutPrefix(data, []byte("\ufeff"))
	s := &splice{text: body, eol: "\n"}
	if bytes.Contains(body, []byte("\r\n")) {
		s.eol = "\r\n"
	}
	ended := bytes.HasSuffix(body, []byte("\n"))
	if !ended {
		s.text = append(slices.Clone(body), s.eol...)
	}
	root, _ := parseTree(body)
	s.enable(root, e.enable)
	var blocks []string
	for _, a := range e.agencies {
		switch {
		case e.fresh[a.ID]:
			blocks = append(blocks, a.encode(false))
		case len(e.joined[a.ID]) > 0 && !s.join(root, a, e.joined[a.ID]):
			blocks = append(blocks, Agency{ID: a.ID, Feeds: a.Feeds}.override())
		}
	}
	for _, b := range blocks {
		s.put(len(s.text), s.eol+strings.ReplaceAll(b, "\n", s.eol))
	}
	out := s.done()
	if !ended {
		out = bytes.TrimSuffix(out, []byte(s.eol))
	}
	if hasMark {
		out = append([]byte("\ufeff"), out...)
	}
	return out
}

// override is a block that changes nothing of a catalogue's entry but its feeds.
func (a Agency) override() string {
	return "[[agency]]\nid = " + quoted(a.ID) + "\nfeeds = " + list(a.Feeds) + "\n"
}

func (s *splice) put(at int, text string) { s.puts = append(s.puts, put{at, text}) }

// done is the text with all that was put into it; what was put at one place stays in order.
func (s *splice) done() []byte {
	slices.SortStableFunc(s.puts, func(a, b put) int { return cmp.Compare(a.at, b.at) })
	var out []byte
	at := 0
	for _, p := range s.puts {
		out = append(append(out, s.text[at:p.at]...), p.text...)
		at = p.at
	}
	return append(out, s.text[at:]...)
}

// enable adds ids to the list; where there is none, it is written with those that are on by default.
func (s *splice) enable(root *value, ids []string) {
	if len(ids) == 0 {
		return
	}
	if f := root.get("enable"); f != nil {
		s.extend(f.at, ids)
		return
	}
	line := "enable = " + list(append(defaults("").Enable, ids...)) + s.eol
	at, found := s.firstHeader()
	if found {
		line += s.eol
	}
	s.put(at, line)
}

// firstHeader is where the first table begins, with the comment that stands right above it: the last place for a key of
// the file's own.
func (s *splice) firstHeader() (at int, found bool) {
	var p unstable.Parser
	p.Reset(s.text)
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.Table && e.Kind != unstable.ArrayTable {
			continue
		}
		key := e.Key()
		key.Next()
		at = s.lineStart(int(key.Node().Raw.Offset))
		for at > 0 {
			above := s.lineStart(at - 1)
			if !bytes.HasPrefix(bytes.TrimLeft(s.text[above:at], " \t"), []byte("#")) {
				break
			}
			at = above
		}
		return at, true
	}
	return len(s.text), false
}

// join adds feeds to the agency's block; false if the file has none.
func (s *splice) join(root *value, a Agency, feeds []string) bool {
	f := root.get("agency")
	if f == nil {
		return false
	}
	for _, block := range f.value.items {
		id := block.get("id")
		if id == nil || id.value.text != a.ID {
			continue
		}
		if f := block.get("feeds"); f != nil {
			s.extend(f.at, feeds)
		} else {
			s.put(s.lineEnd(id.value.at), "feeds = "+list(a.Feeds)+s.eol)
		}
		return true
	}
	return false
}

// extend adds texts to the list of a key, in the list's own layout: on its line, or a line for each.
func (s *splice) extend(key int, texts []string) {
	l := s.scan(key)
	var all []string
	for _, text := range texts {
		all = append(all, quoted(text))
	}
	if l.last < 0 {
		s.put(l.open, strings.Join(all, ", "))
		return
	}
	if first := s.lineStart(l.lastAt); first > l.open {
		s.extendLines(l, s.indent(first), all)
		return
	}
	if l.comma < 0 {
		s.put(l.last, ", "+strings.Join(all, ", "))
	} else {
		s.put(l.comma+1, " "+strings.Join(all, ", ")+",")
	}
}

// extendLines adds a line for each. A comment may follow the last value, and stays on its line; so may the bracket, which
// then ends the last of the new lines. Whether a comma stands behind the last value is kept, too.
func (s *splice) extendLines(l extent, indent string, all []string) {
	behind, comma := l.last, ""
	if l.comma >= 0 {
		behind, comma = l.comma+1, ","
	}
	if comma == "" {
		s.put(behind, ",")
	}
	lines := indent + strings.Join(all, ","+s.eol+indent) + comma
	if bytes.IndexByte(s.text[behind:l.end], '\n') < 0 {
		s.put(behind, s.eol+lines)
	} else {
		s.put(s.lineEnd(behind), lines+s.eol)
	}
}

// indent is the white space at a line's start.
func (s *splice) indent(at int) string {
	line := s.text[at:]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// extent is where the parts of a list are.
type extent struct {
	open   int // behind the bracket
	end    int // the closing bracket
	lastAt int // where the last value begins
	last   int // behind the last value; -1 if there is none
	comma  int // behind the last value; -1 if there is none
}

// scan finds the list of a key in a text that is known to be sound.
func (s *splice) scan(key int) extent {
	i := key + bytes.IndexByte(s.text[key:], '=')
	i += bytes.IndexByte(s.text[i:], '[') + 1
	l := extent{open: i, last: -1, comma: -1}
	for {
		switch c := s.text[i]; c {
		case ']':
			l.end = i
			return l
		case '#':
			i += bytes.IndexByte(s.text[i:], '\n')
		case '"', '\'':
			end := stringEnd(s.text, i)
			l.lastAt, l.last, l.comma = i, end, -1
			i = end
		case ',':
			l.comma = i
			i++
		default:
			i++
		}
	}
}

// stringEnd is behind the TOML string that begins at i, in any of its four forms.
func stringEnd(text []byte, i int) int {
	quote := text[i : i+1]
	if triple := bytes.Repeat(quote, 3); bytes.HasPrefix(text[i:], triple) {
		quote = triple
	}
	for i += len(quote); !bytes.HasPrefix(text[i:], quote); i++ {
		if text[i] == '\\' && quote[0] == '"' {
			i++
		}
	}
	for i += len(quote); len(quote) == 3 && i < len(text) && text[i] == quote[0]; i++ {
		// Up to two quotes may stand before the closing three.
	}
	return i
}

func (s *splice) lineStart(at int) int { return bytes.LastIndexByte(s.text[:at], '\n') + 1 }

// lineEnd is behind the line's own ending.
func (s *splice) lineEnd(at int) int { return at + bytes.IndexByte(s.text[at:], '\n') + 1 }
