package fetch

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plain makes one line of plain text of what may hold markup: tags go, entities are decoded, white space is squeezed.
func plain(s string) string {
	if strings.IndexByte(s, '<') >= 0 && looksLikeHTML(s) {
		s = stripTags(s)
	} else if strings.ContainsRune(s, '&') {
		s = html.UnescapeString(s)
	}
	return cleanLine(s)
}

// looksLikeHTML tells a text with tags, comments or entities in it from one in which these characters stand for themselves.
func looksLikeHTML(s string) bool {
	for i := 0; i < len(s); i++ {
		n := strings.IndexAny(s[i:], "<&")
		if n < 0 {
			return false
		}
		i += n
		if s[i] == '&' && isEntity(s[i+1:]) || s[i] == '<' && isMarkup(s[i+1:]) {
			return true
		}
	}
	return false
}

// isMarkup tells whether a tag or a comment follows the "<".
func isMarkup(s string) bool {
	if comment, ok := strings.CutPrefix(s, "!--"); ok {
		return strings.Contains(comment, "-->")
	}
	s = strings.TrimPrefix(s, "/")
	if s == "" || s[0] >= 0x80 || !isLetter(s[0]) {
		return false
	}
	end := strings.IndexAny(s, "<>")
	return end > 0 && s[end] == '>'
}

// isEntity tells whether a name or a number and a semicolon follow the "&".
func isEntity(s string) bool {
	end := strings.IndexByte(s[:min(len(s), 32)], ';')
	if end < 1 {
		return false
	}
	return strings.Trim(s[:end], "#0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
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
			} else if isBlock(a) {
				b.WriteByte(' ')
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if a := atom.Lookup(name); a == hidden {
				hidden = 0
			} else if isBlock(a) {
				b.WriteByte(' ')
			}
		}
	}
}

// isBlock tells elements that begin or end a line on a screen, or a cell beside others. All others may stand within a word,
// those that nobody knows among them.
func isBlock(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Br, atom.Center, atom.Dd, atom.Details, atom.Div, atom.Dl, atom.Dt,
		atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hr,
		atom.Iframe, atom.Img, atom.Li, atom.Main, atom.Nav, atom.Ol, atom.Option, atom.P, atom.Pre, atom.Section, atom.Summary, atom.Table,
		atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Ul, atom.Video:
		return true
	}
	return false
}

// maxLine bounds a line, in bytes. The longest are summaries that are the whole text; what is longer was not written for
// readers.
const maxLine = 256 << 10

// cleanLine squeezes white space and drops what a single line can't show.
func cleanLine(s string) string {
	if !isCleanLine(s) {
		s = strings.Join(strings.Fields(strings.Map(visible, s)), " ")
	}
	if len(s) > maxLine {
		s = strings.ToValidUTF8(s[:maxLine], "")
	}
	return s
}

// cleanHTML drops the same and keeps lines and tabs.
func cleanHTML(s string) string {
	if isClean(s) {
		return strings.TrimSpace(s)
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		return visible(r)
	}, s))
}

// isClean spares most texts a look at every character: nothing that has to go begins with another byte.
func isClean(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' && c != '\n' && c != '\t', c == 0x7f, c == 0xc2, c == 0xe2, c == 0xef:
			return false
		}
	}
	return utf8.ValidString(s)
}

// isCleanLine does it for a line, in which white space stands alone and inside. 0xe1 and 0xe3 begin the spaces beyond ASCII.
func isCleanLine(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c == ' ' && before == ' ' || c == 0x7f || c == 0xc2 || c >= 0xe1 && c <= 0xe3 || c == 0xef {
			return false
		}
		before = c
	}
	return s == "" || before != ' ' && utf8.ValidString(s)
}

// visible maps away controls, which could command a terminal or split a log line, spaces without width, and the two
// overrides that make text read as another than it is. Joiners stay: Persian needs them.
func visible(r rune) rune {
	switch {
	case r == '\t', r == '\n', r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
		return ' '
	case unicode.IsControl(r), r == '\ufeff', r == '\ufffe', r == '\uffff', r == '\u200b', r == '\u2060', r == '\u202d', r == '\u202e':
		return -1
	}
	return r
}
