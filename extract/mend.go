package extract

import (
	"slices"
	"strings"
)

// mend makes JSON of what templates print for it: it escapes control characters and quotes inside strings, turns
// single quotes into double ones, leaves out comments, closing semicolons and commas that nothing follows, and closes what
// was cut off. JSON that is right already it leaves as it is, but for white space.
func mend(s string) string {
	m := &mender{in: unwrap(s)}
	m.out.Grow(len(m.in))
	for m.at < len(m.in) {
		if m.quote != 0 {
			m.inside()
		} else {
			m.outside()
		}
	}
	return m.finish()
}

// unwrap takes off what hides a script from old browsers.
func unwrap(s string) string {
	s = strings.TrimPrefix(strings.TrimSpace(s), "\ufeff")
	for _, wrap := range []string{"<!--", "-->", "//<![CDATA[", "//]]>", "/*<![CDATA[*/", "/*]]>*/", "<![CDATA[", "]]>"} {
		s = strings.ReplaceAll(s, wrap, "")
	}
	return s
}

// mender reads a script once, from left to right.
type mender struct {
	in    string
	at    int
	out   strings.Builder
	quote byte   // that the string under way began with; 0 outside of strings
	open  []byte // the brackets that are open, by what closes them
	value bool   // a colon or a list stands before: what comes is a value, not a key
	whole int    // how much of out is whole members, as far as is known
}

// outside reads one character, or one comment, between strings.
func (m *mender) outside() {
	c := m.in[m.at]
	switch {
	case c == '"' || c == '\'':
		m.quote, c = c, '"'
	case c == '/' && m.comment():
		return
	case c == ';', c == ',' && trailing(m.in[m.at+1:]):
		m.at++
		return
	case c == '{' || c == '[':
		m.open = append(m.open, c+2) // in ASCII, what closes stands two behind
		m.value = c == '['
	case (c == '}' || c == ']') && len(m.open) > 0:
		m.open = m.open[:len(m.open)-1]
		m.value = true
	case c == ':':
		m.value = true
	case c == ',':
		m.whole = m.out.Len()
		m.value = len(m.open) > 0 && m.open[len(m.open)-1] == ']'
	}
	m.out.WriteByte(c)
	m.at++
}

// comment skips a comment.
func (m *mender) comment() bool {
	rest, end := m.in[m.at:], ""
	switch {
	case strings.HasPrefix(rest, "//"):
		end = "\n"
	case strings.HasPrefix(rest, "/*"):
		end = "*/"
	default:
		return false
	}
	if i := strings.Index(rest[2:], end); i >= 0 {
		m.at += 2 + i + len(end)
	} else {
		m.at = len(m.in)
	}
	return true
}

// inside reads one character, or one escape, of a string.
func (m *mender) inside() {
	c := m.in[m.at]
	m.at++
	switch {
	case c == '\\':
		m.escape()
	case c == m.quote && closes(m.in[m.at:]):
		m.quote = 0
		m.out.WriteByte('"')
	case c == '"':
		m.out.WriteString(`\"`)
	case c < ' ':
		m.out.WriteString(controlEscape(c))
	default:
		m.out.WriteByte(c)
	}
}

// escape keeps the escapes that JSON has, and takes the backslash off the others.
func (m *mender) escape() {
	if m.at == len(m.in) {
		return
	}
	if c := m.in[m.at]; strings.IndexByte(`"\/bfnrtu`, c) >= 0 {
		m.out.WriteByte('\\')
		m.out.WriteByte(c)
		m.at++
	}
}

// closes says whether a quote before s ends its string: then punctuation follows, and behind a comma or colon the next
// value. In a sentence, `"no", he said`, a word does.
func closes(s string) bool {
	s = strings.TrimLeft(s, " \t\r\n")
	if s == "" || s[0] == '}' || s[0] == ']' || s[0] == ';' || s[0] == '/' {
		return true
	}
	if s[0] != ',' && s[0] != ':' {
		return false
	}
	s = strings.TrimLeft(s[1:], " \t\r\n")
	if s == "" || strings.IndexByte(`"'{}[]-/0123456789,`, s[0]) >= 0 {
		return true
	}
	return strings.HasPrefix(s, "true") || strings.HasPrefix(s, "false") || strings.HasPrefix(s, "null")
}

// finish closes what is open. A string that was cut off is closed if it is a value; a key without its value goes.
func (m *mender) finish() string {
	out := m.out.String()
	if len(m.open) == 0 && m.quote == 0 {
		return out
	}
	switch {
	case m.quote != 0 && m.value:
		out = cutEscape(out) + `"`
	case m.quote != 0, strings.HasSuffix(strings.TrimRight(out, " \t\r\n"), ":"):
		out = out[:m.whole]
	}
	slices.Reverse(m.open)
	return out + string(m.open)
}

// cutEscape takes off a \u escape that lacks digits.
func cutEscape(s string) string {
	if i := strings.LastIndex(s, `\u`); i >= 0 && len(s)-i < 6 {
		return s[:i]
	}
	return s
}

func controlEscape(c byte) string {
	switch c {
	case '\n':
		return `\n`
	case '\t':
		return `\t`
	}
	return " "
}

// trailing says whether a comma before s closes nothing.
func trailing(s string) bool {
	s = strings.TrimLeft(s, " \t\r\n")
	return s == "" || s[0] == '}' || s[0] == ']' || s[0] == ','
}
