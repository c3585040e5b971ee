package storage

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
)

// foldCase is Unicode's full case folding, a few times faster for texts that are mostly ASCII: what is not goes through package
// cases in runs, which is right because folding looks at one character at a time.
func foldCase(s string) string {
	i := upperOrWide(s)
	if i < 0 {
		return s
	}
	folder := cases.Fold()
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			b.WriteByte(c)
			i++
			continue
		}
		end := wideRun(s, i)
		b.WriteString(folder.String(s[i:end]))
		i = end
	}
	return b.String()
}

// upperOrWide is where the first capital or the first character outside of ASCII stands; -1 if there is none.
func upperOrWide(s string) int {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return i
		}
	}
	return -1
}

// wideRun is the end of a run of characters that begins outside of ASCII. Spaces, digits and marks may be in it.
func wideRun(s string, i int) int {
	for i < len(s) {
		if c := s[i] | 0x20; 'a' <= c && c <= 'z' {
			break
		}
		i++
	}
	return i
}

// signatureTail is how many bytes at the end of a text an agency's signature may take.
const signatureTail = 128

// unsigned is a text without the agency's signature.
func unsigned(text string) string {
	start := max(len(text)-signatureTail, 0)
	for start > 0 && !utf8.RuneStart(text[start]) {
		start--
	}
	return text[:start] + signature.ReplaceAllString(text[start:], "")
}
