package fetch

import (
	"encoding/base64"
	"html"
	"strings"
	"unicode/utf8"

	ext "github.com/mmcdole/gofeed/extensions"
)

// construct is a text of Atom, which its attributes say how to read (RFC 4287, section 3.1, and the draft of Atom 0.3). The
// rewriter has set it aside with its inside as it was written.
type construct struct {
	kind, mode string
	base       string // the xml:base that it states, resolved
	raw        string // XML
}

func newConstruct(e ext.Extension) construct {
	return construct{
		kind: strings.ToLower(strings.TrimSpace(e.Attrs["type"])), mode: strings.ToLower(e.Attrs["mode"]),
		base: e.Attrs["base"], raw: e.Value,
	}
}

// html is the text as HTML.
func (c construct) html() string {
	text, isHTML := c.read()
	if isHTML {
		return text
	}
	return html.EscapeString(text)
}

// plain is the text without its markup.
func (c construct) plain() string {
	text, isHTML := c.read()
	if isHTML {
		return plain(text)
	}
	return cleanLine(text)
}

// read gives the text, and whether it is HTML.
func (c construct) read() (text string, isHTML bool) {
	inline := hasMarkup(c.raw)
	switch {
	case inline && c.mode != "escaped" && c.mode != "base64":
		return stripDiv(withoutPrefix(inlineXML(c.raw))), true
	case c.mode == "base64" || c.isBinary():
		text = decodeBase64(xmlText(c.raw))
	default:
		text = xmlText(c.raw)
	}
	switch c.kind {
	case "text", "text/plain":
		return text, c.mode == "base64" && looksLikeHTML(text)
	case "":
		return text, looksLikeHTML(text) // text by the letter of the standard; by what is written, most often not
	}
	return text, true
}

// isBinary tells the media types whose content is in base64 (RFC 4287, section 4.1.3.3).
func (c construct) isBinary() bool {
	kind, _, _ := strings.Cut(c.kind, ";")
	return strings.Contains(kind, "/") && !strings.HasPrefix(kind, "text/") && !strings.HasSuffix(kind, "xml")
}

// decodeBase64 gives the text that base64 stands for; what is none stays.
func decodeBase64(s string) string {
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil || !utf8.Valid(b) {
		return s
	}
	return string(b)
}

// hasMarkup tells whether there are elements in a piece of XML.
func hasMarkup(xml string) bool {
	if strings.IndexByte(xml, '<') < 0 {
		return false
	}
	_, ok := nextTag([]byte(xml), 0)
	return ok
}

// xmlText is the character data of a piece of XML without elements.
func xmlText(xml string) string {
	return sections(xml, html.UnescapeString, func(s string) string { return s })
}

// inlineXML is a piece of XML as HTML: its CDATA sections are text like any other.
func inlineXML(xml string) string {
	return sections(xml, func(s string) string { return s }, html.EscapeString)
}

// sections applies one function to what is outside of CDATA sections, and another to what is inside.
func sections(xml string, outside, inside func(string) string) string {
	before, rest, found := strings.Cut(xml, "<![CDATA[")
	if !found {
		return outside(xml)
	}
	var b strings.Builder
	for found {
		b.WriteString(outside(before))
		within, after, _ := strings.Cut(rest, "]]>")
		b.WriteString(inside(within))
		before, rest, found = strings.Cut(after, "<![CDATA[")
	}
	b.WriteString(outside(before))
	return b.String()
}

// withoutPrefix writes XHTML as HTML, which knows no prefixes: that of the first tag goes from all that bear it.
func withoutPrefix(s string) string {
	first, ok := nextTag([]byte(s[:min(len(s), 1<<10)]), 0)
	if !ok || len(first.prefix()) == 0 {
		return s
	}
	prefix := string(first.prefix()) + ":"
	return strings.NewReplacer("<"+prefix, "<", "</"+prefix, "</").Replace(s)
}

// stripDiv takes off the div that XHTML texts are wrapped in and that is no part of them (RFC 4287, section 3.1.1.3).
func stripDiv(s string) string {
	s = strings.TrimSpace(s)
	t, ok := readTag([]byte(s+" "), 0)
	if !strings.HasPrefix(s, "<") || !ok || t.kind != opening || !strings.EqualFold(string(t.local()), "div") {
		return s
	}
	end := "</" + string(t.name) + ">"
	if !strings.HasSuffix(s, end) || strings.Count(s, "<"+string(t.name)) != strings.Count(s, "</"+string(t.name)) {
		return s
	}
	inner := s[t.end : len(s)-len(end)]
	if first := strings.Index(inner, end); first >= 0 && first < strings.Index(inner, "<"+string(t.name)) {
		return s // two divs, side by side
	}
	return strings.TrimSpace(inner)
}
