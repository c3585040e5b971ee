package extract

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// charSort is what becomes of a character in a text.
type charSort byte

const (
	written charSort = iota
	space
	nothing // takes no part in writing
	joiner  // ZWNJ, ZWJ: spelling in some scripts, noise in the others
	mark    // of direction: invisible, though it moves the punctuation beside it
	lost    // U+FFFD: something stood here
	tag     // spells the regions of flags
)

// sortOf judges a character. Embeddings, overrides and isolates go, unlike marks: one that is never closed would reorder
// whatever is printed behind the text. Private use goes too: such a character means something in one site's icon font.
func sortOf(r rune) charSort {
	switch {
	case r < 0x80:
		return sortOfASCII(r)
	case unicode.IsSpace(r):
		return space
	case r < 0xa0, r == 0xad, r == 0x34f, r == 0x3164, r == 0xfeff, r == 0x200b:
		return nothing
	case r == 0x200c || r == 0x200d:
		return joiner
	case r == 0x200e || r == 0x200f || r == 0x61c:
		return mark
	case r == utf8.RuneError:
		return lost
	case r >= 0xe0020 && r <= 0xe007f:
		return tag
	case r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r >= 0xfff9 && r <= 0xfffb, r >= 0xfdd0 && r <= 0xfdef,
		r&0xfffe == 0xfffe, r >= 0xe000 && r <= 0xf8ff, r >= 0xf0000, r == 0xe0001:
		return nothing
	}
	return written
}

func sortOfASCII(r rune) charSort {
	switch {
	case r == ' ' || r >= '\t' && r <= '\r':
		return space
	case r < ' ' || r == 0x7f:
		return nothing
	}
	return written
}

// tidy makes running text of a string: one space for white space of any kind and none at the ends, NFC (Unicode Standard
// Annex 15), no invisible characters but the joiners that a script needs and the marks of direction that stand inside.
// What is tidy already is given back as it is, without a copy. The result is valid UTF-8.
func tidy(s string) string {
	if tidied(s) {
		return s
	}
	if s = squeeze(s); !strings.ContainsFunc(s, composes) {
		return s
	}
	return norm.NFC.String(s)
}

// composes says whether a character can take part in composition or has another normal form: false for the blocks that
// most texts consist of, which is far quicker than asking the tables, and true where only these know.
func composes(r rune) bool {
	switch {
	case r < 0x300, r >= 0x4e00 && r <= 0x9fff, r >= 0xac00 && r <= 0xd7a3: // Latin, Han, Hangul
		return false
	case r >= 0x621 && r <= 0x64a, r >= 0x66e && r <= 0x6d5 && r != 0x670, r >= 0x6f0 && r <= 0x6ff, r == 0x60c: // Arabic
		return false
	case r >= 0x400 && r <= 0x481, r >= 0x48a && r <= 0x52f, r >= 0x391 && r <= 0x3ce: // Cyrillic, Greek
		return false
	case r == 0x200c || r == 0x200d, r >= 0x2010 && r <= 0x2027, r >= 0x3001 && r <= 0x3020, r >= 0x3041 && r <= 0x3096,
		r >= 0x30a1 && r <= 0x30fe, r >= 0xff01 && r <= 0xff5e, r >= 0x1f300 && r <= 0x1faff: // punctuation, kana, emoji
		return false
	case r >= 0x904 && r <= 0x939, r >= 0x93e && r <= 0x94c: // Devanagari
		return false
	}
	return true
}

// tidied says quickly whether tidy has nothing to do. The normal form is asked for only where a character composes.
func tidied(s string) bool {
	spaced, asks := true, false
	for _, r := range s {
		if r > ' ' && r < 0x7f { // most of most pages
			spaced = false
			continue
		}
		if r == ' ' {
			if spaced {
				return false
			}
			spaced = true
			continue
		}
		if sortOf(r) != written {
			return false
		}
		spaced = false
		asks = asks || composes(r)
	}
	return (!spaced || s == "") && (!asks || norm.NFC.IsNormalString(s))
}

// squeezer writes a text without what tidy drops.
type squeezer struct {
	b     strings.Builder
	last  rune // the last character that was written, ' ' before the first
	join  rune // a joiner that waits for the character behind it
	gap   bool // white space that waits for a character behind it
	blank bool // nothing to be seen since the last space
}

func squeeze(s string) string {
	q := &squeezer{last: ' ', blank: true}
	q.b.Grow(len(s))
	for _, r := range s {
		if r > ' ' && r < 0x7f && q.join == 0 && !q.gap { // most of most pages
			q.b.WriteByte(byte(r))
			q.last, q.blank = r, false
			continue
		}
		q.add(r, sortOf(r))
	}
	q.joined(' ')
	return strings.TrimFunc(q.b.String(), func(r rune) bool { return r == ' ' || sortOf(r) == mark })
}

func (q *squeezer) add(r rune, is charSort) {
	switch {
	case is == nothing, is == lost && q.last == r && !q.gap, is == tag && q.last != blackFlag && sortOf(q.last) != tag:
		return
	case is == space:
		if q.join != 0 {
			q.joined(' ')
		}
		q.gap = !q.blank
	case is == joiner:
		if q.join == 0 {
			q.join = r
		}
	default:
		q.write(r, is)
	}
}

// blackFlag begins the flags of England, Scotland and Wales; tags spell which (Unicode Technical Standard 51).
const blackFlag = 0x1f3f4

func (q *squeezer) write(r rune, is charSort) {
	if q.join != 0 {
		q.joined(r)
	}
	if q.gap {
		q.b.WriteByte(' ')
		q.gap, q.blank = false, true
	}
	if is != mark {
		q.blank = false
	}
	q.b.WriteRune(r)
	q.last = r
}

// joined decides about the joiner that waits, now that the character behind it is known.
func (q *squeezer) joined(next rune) {
	join, last := q.join, q.last
	q.join = 0
	if join == 0 || q.gap || !joins(last, join, next) {
		return
	}
	q.b.WriteRune(join)
	q.last = join
}

// joins says whether a joiner means something between two characters. At the end of a word only ZWJ does in Arabic
// script (an abbreviation that keeps its initial form), and either in Indic scripts behind a virama.
func joins(last, join, next rune) bool {
	if pictograph(last) && pictograph(next) {
		return join == 0x200d
	}
	if next == ' ' || last == ' ' {
		return last >= 0x900 && joining(last) || join == 0x200d && joining(last)
	}
	return joining(last) || joining(next)
}

// joining scripts are those in which the joiners are spelling: Hebrew to Arabic, Indic, Myanmar, Khmer, Mongolian and the
// presentation forms.
func joining(r rune) bool {
	return r >= 0x590 && r <= 0xdff || r >= 0xf00 && r <= 0x109f || r >= 0x1780 && r <= 0x18af || r >= 0xfb1d && r <= 0xfdff ||
		r >= 0xfe70 && r <= 0xfefc || r >= 0x10d00 && r <= 0x10d3f || r >= 0x11000 && r <= 0x11fff || r >= 0x1e900 && r <= 0x1e95f
}

// pictograph is an emoji or what varies one.
func pictograph(r rune) bool {
	return r >= 0x1f000 && r <= 0x1faff || r >= 0x2190 && r <= 0x2bff || r == 0xfe0f
}

// maxEntity is the longest entity that is looked for, in bytes: names of more letters are those of mathematics.
const maxEntity = 12

// entities decodes what was escaped twice: the parser has read the page, so an entity that is still there was meant for a
// reader. &lt; and &gt; stay, since a text about markup shows them.
func entities(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 || strings.IndexByte(s[i:], ';') < 0 {
		return s
	}
	var b strings.Builder
	for i >= 0 {
		b.WriteString(s[:i])
		value, n := entity(s[i:])
		b.WriteString(value)
		s = s[i+n:]
		i = strings.IndexByte(s, '&')
	}
	b.WriteString(s)
	return b.String()
}

// entity decodes the entity that s opens with, and gives its length; without one, the ampersand stands for itself.
func entity(s string) (value string, n int) {
	end := strings.IndexByte(s[:min(len(s), maxEntity)], ';')
	if end < 0 {
		return "&", 1
	}
	value = html.UnescapeString(s[:end+1])
	if value == "<" || value == ">" || strings.HasSuffix(value, ";") && value != ";" {
		return "&", 1
	}
	return value, end + 1
}
