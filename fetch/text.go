package fetch

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plain makes one line of plain text of what may hold markup: tags go, entities are decoded, white space is squeezed.
func plain(s string) string {
	if strings.ContainsRune(s, '<') {
		s = stripTags(s)
	} else if strings.ContainsRune(s, '&') {
		s = html.UnescapeString(s)
	}
	return cleanLine(s)
}

// stripTags keeps the text of HTML. Where an element begins or ends a line on a screen, a space keeps words apart.
func stripTags(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	hidden := atom.Atom(0) // the script or style that we are in
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if hidden == 0 {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			if a := atom.Lookup(name); a == atom.Script || a == atom.Style {
				hidden = a
			} else if !isInline(a) {
				b.WriteByte(' ')
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if a := atom.Lookup(name); a == hidden {
				hidden = 0
			} else if !isInline(a) {
				b.WriteByte(' ')
			}
		}
	}
}

// isInline tells elements that may stand within a word.
func isInline(a atom.Atom) bool {
	switch a {
	case atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Cite, atom.Code, atom.Em, atom.Font, atom.I,
		atom.Ins, atom.Mark, atom.Q, atom.S, atom.Small, atom.Span, atom.Strong, atom.Sub, atom.Sup, atom.U, atom.Wbr:
		return true
	}
	return false
}

// cleanLine squeezes white space and drops what a single line can't show.
func cleanLine(s string) string {
	return strings.Join(strings.Fields(strings.Map(visible, s)), " ")
}

// cleanHTML drops the same and keeps lines and tabs.
func cleanHTML(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		return visible(r)
	}, s))
}

// visible maps away controls, which could command a terminal or split a log line, and the two overrides that make text
// read as another than it is. Joiners stay: Persian needs them.
func visible(r rune) rune {
	switch {
	case r == '\t', r == '\n', r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
		return ' '
	case unicode.IsControl(r), r == '\ufeff', r == '\ufffe', r == '\uffff', r == '\u202d', r == '\u202e':
		return -1
	}
	return r
}
