package calendar

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a number, a word or one sign of a field.
type token struct {
	kind  rune // number, word, or the sign itself
	text  string
	n     int  // of a number that has at most 16 digits
	glued bool // stands against the token before it
}

const (
	number rune = 'n'
	word   rune = 'w'
)

// maxTokens bounds what is a date: the longest that people print have some twenty.
const maxTokens = 48

// tokens cuts a field whose digits are ASCII. It is false for one with too many of them, or with a number that is none of a date.
func tokens(s string, out []token) ([]token, bool) {
	glued := false
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == ' ':
			s, glued = s[size:], false
			continue
		case r >= '0' && r <= '9':
			size = run(s, func(r rune) bool { return r >= '0' && r <= '9' })
		case wordRune(r):
			size = run(s, wordRune)
		}
		if size > 60 || len(out) == maxTokens {
			return nil, false
		}
		t := token{kind: r, text: s[:size], glued: glued}
		switch {
		case r >= '0' && r <= '9':
			if size > 16 {
				return nil, false
			}
			t.kind, t.n = number, num(t.text)
		case wordRune(r):
			t.kind = word
		}
		out, s, glued = append(out, t), s[size:], true
	}
	return out, true
}

// withoutRemarks drops what stands in brackets, which says nothing (RFC 5322, section 3.2.2): they may be nested, and one behind
// a backslash is none.
func withoutRemarks(toks []token) []token {
	kept, depth := toks[:0], 0
	for i, t := range toks {
		switch escaped := i > 0 && toks[i-1].kind == '\\'; {
		case (t.kind == '(' || t.kind == '（') && !escaped:
			depth++
		case (t.kind == ')' || t.kind == '）') && !escaped && depth > 0:
			depth--
		case depth == 0:
			kept = append(kept, t)
		}
	}
	return kept
}

// run is the length of what a text opens with.
func run(s string, of func(rune) bool) int {
	for i, r := range s {
		if !of(r) {
			return i
		}
	}
	return len(s)
}

// wordRune says whether a character belongs to a word; an underscore does in the names of regions. The CJK units of a date
// are words by themselves, for they stand against each other.
func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || r == '_' || r == 'º' || r == 'ª'
}

// fieldMarks joins the marks of the half of the day, which print with dots.
var fieldMarks = strings.NewReplacer("a.m.", "am", "p.m.", "pm", "a.m", "am", "p.m", "pm", "a. m.", "am", "p. m.", "pm",
	"ب.ظ", "pm", "ق.ظ", "am", "π.μ.", "am", "μ.μ.", "pm", "p.d.", "am", "m.d.", "pm",
	// the months of the Levant that print as two words
	"كانون الثاني", "يناير", "تشرين الأول", "أكتوبر", "تشرين الاول", "أكتوبر", "تشرين الثاني", "نوفمبر", "كانون الأول", "ديسمبر", "كانون الاول", "ديسمبر")
