package extract

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
)

// wordings are ways to say one thing, in many languages. Most texts are plain ASCII, in which half of them can't occur: for these
// there is a smaller pattern, which takes half the time.
type wordings struct{ all, ascii *regexp.Regexp }

func oneOf(alternatives ...string) *wordings {
	var plain []string
	for _, a := range alternatives {
		if p, err := syntax.Parse(a, syntax.Perl); err != nil || !needsMore(p) {
			plain = append(plain, a)
		}
	}
	if len(plain) == 0 {
		plain = []string{`[^\s\S]`} // nothing matches
	}
	return &wordings{regexp.MustCompile(strings.Join(alternatives, "|")), regexp.MustCompile(strings.Join(plain, "|"))}
}

// needsMore says whether a pattern matches no text of ASCII alone.
func needsMore(p *syntax.Regexp) bool {
	switch p.Op {
	case syntax.OpLiteral:
		return !isASCII(string(p.Rune))
	case syntax.OpCharClass:
		return len(p.Rune) > 0 && p.Rune[0] > unicode.MaxASCII
	case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
		for _, s := range p.Sub {
			if needsMore(s) {
				return true
			}
		}
		return false
	case syntax.OpAlternate:
		for _, s := range p.Sub {
			if !needsMore(s) {
				return false
			}
		}
		return true
	}
	return false
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] > unicode.MaxASCII {
			return false
		}
	}
	return true
}

func (w *wordings) in(s string) *regexp.Regexp {
	if isASCII(s) {
		return w.ascii
	}
	return w.all
}

// The methods are those of [regexp.Regexp].

func (w *wordings) MatchString(s string) bool      { return w.in(s).MatchString(s) }
func (w *wordings) FindString(s string) string     { return w.in(s).FindString(s) }
func (w *wordings) FindStringIndex(s string) []int { return w.in(s).FindStringIndex(s) }
func (w *wordings) ReplaceAllString(s, with string) string {
	return w.in(s).ReplaceAllString(s, with)
}
