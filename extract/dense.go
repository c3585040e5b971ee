package extract

import "bytes"

// What reading costs in memory, in bytes: an element with some attributes, a text of nothing but white space, and one that
// becomes a paragraph. They were measured, and are meant to be too high rather than too low.
const (
	costElement   = 150
	costBlank     = 112
	costText      = 450
	costAttribute = 60
)

// A page is dense if its tree would cost more than denseRatio times its own size. The densest of some two thousand pages of
// the press has 13, and a page below denseFrom bytes may cost what one of that size may.
const (
	denseRatio = 15
	denseFrom  = 1 << 16
)

// dense says whether a page has so much markup for its size that building its tree would let a stranger spend our memory.
// Size is that of the page as it came. It hops from one '<' to the next, which is a fiftieth of the price of a parse.
func dense(htm []byte, size int) bool {
	most, cost := denseRatio*max(size, denseFrom), 0
	var open formats
	_, rest, more := bytes.Cut(htm, []byte("<"))
	for more && cost <= most {
		var tag []byte // and the text behind it
		tag, rest, more = bytes.Cut(rest, []byte("<"))
		cost += tagCost(tag, &open) + textCost(tag)
	}
	return cost > most
}

// textCost is the price of the text behind a tag.
func textCost(tag []byte) int {
	if len(tag) == 0 {
		return 0
	}
	switch c := tag[len(tag)-1]; {
	case c == '>':
		return 0
	case c <= ' ' && c != 0:
		return costBlank
	}
	return costText
}

// tagCost is the price of a tag.
func tagCost(tag []byte, open *formats) int {
	if len(tag) == 0 {
		return 0
	}
	if tag[0] == '/' {
		return open.end(tagName(tag[1:]))
	}
	cost := costElement + open.start(tagName(tag))
	if before, _, _ := bytes.Cut(tag, []byte(">")); len(before) > 256 {
		cost += costAttribute * gaps(before)
	}
	return cost
}

// gaps counts what can stand between attributes.
func gaps(s []byte) (n int) {
	for _, c := range s {
		if c <= ' ' || c == '/' {
			n++
		}
	}
	return n
}

// maxName is longer than the name of any element that formats.
const maxName = 6

// tagName is the name that s opens with, as far as it can be that of an element that formats.
func tagName(s []byte) []byte {
	for i, c := range s {
		if i > maxName || c <= ' ' || c == '>' || c == '/' {
			return s[:i]
		}
	}
	return s
}

// formats counts the elements that are open and format, by the numbers that [formatting] gives them. The parser opens all of them again in
// the next paragraph after one has ended (HTML, section 13.2.4.3, the list of active formatting elements), which makes
// a page of n bytes a tree of n² nodes.
type formats struct {
	of  [8]int
	all int
}

// start notes an element that opens, and prices the formats that it makes the parser repeat.
func (f *formats) start(name []byte) int {
	i := formatting(name)
	if i < 0 {
		return f.all * costBlank
	}
	f.of[i]++
	f.all++
	return 0
}

func (f *formats) end(name []byte) int {
	i := formatting(name)
	if i < 0 {
		return f.all * costBlank
	}
	if f.of[i] > 0 {
		f.of[i]--
		f.all--
	}
	return 0
}

// formatting numbers the elements that format; -1 is none. A link is left out: a second one ends the first.
func formatting(name []byte) int {
	var low [maxName]byte
	if len(name) > maxName {
		return -1
	}
	for i, c := range name {
		low[i] = c | 0x20
	}
	switch string(low[:len(name)]) {
	case "b", "u":
		return 0
	case "i", "s":
		return 1
	case "em", "tt":
		return 2
	case "big":
		return 3
	case "code", "nobr":
		return 4
	case "font":
		return 5
	case "small":
		return 6
	case "strong", "strike":
		return 7
	}
	return -1
}
