package fetch

import (
	"strings"
	"testing"
)

// texts of Atom by type and mode, and what a reader sees of them, plain and as HTML.
var textConstructs = []struct{ attrs, inside, plain, html string }{
	{"", "Example Atom", "Example Atom", "Example Atom"},
	{"", "AT&amp;T", "AT&T", "AT&amp;T"},
	{"", "Item &lt;!-- Title", "Item <!-- Title", "Item &lt;!-- Title"},
	{"", "Example &lt;b>Atom&lt;/b>", "Example Atom", "Example <b>Atom</b>"}, // no letter of the standard says so, but all who write it mean it
	{"", "Example <b>Atom</b>", "Example Atom", "Example <b>Atom</b>"},
	{`type="text"`, "1 &lt; 2 &amp;amp; &lt;b>", "1 < 2 &amp; <b>", "1 &lt; 2 &amp;amp; &lt;b&gt;"},
	{`type="text"`, "<![CDATA[This &amp;amp; this]]>", "This &amp;amp; this", "This &amp;amp;amp; this"},
	{`type="text"`, "This <![CDATA[&amp;]]>amp; this", "This &amp;amp; this", "This &amp;amp;amp; this"},
	{`type="text/plain"`, "a &lt;blink> tag", "a <blink> tag", "a &lt;blink&gt; tag"},
	{`type="html"`, "AT&amp;amp;T &lt;b>SBC&lt;/b>", "AT&T SBC", "AT&amp;T <b>SBC</b>"},
	{`type="html"`, "<![CDATA[<p>a &lt; b</p>]]>", "a < b", "<p>a &lt; b</p>"},
	{`type="HTML"`, "O&#x2019;Hara &amp;nbsp;", "O’Hara", "O’Hara &nbsp;"},
	{`type="xhtml"`, `<div xmlns="http://www.w3.org/1999/xhtml">AT&amp;T <b>SBC</b> &lt;S></div>`, "AT&T SBC <S>", "AT&amp;T <b>SBC</b> &lt;S>"},
	{`type="xhtml"`, `<div xmlns="http://www.w3.org/1999/xhtml"><![CDATA[a &amp; b]]></div>`, "a &amp; b", "a &amp;amp; b"},
	{`type="xhtml"`, `<h:div xmlns:h="http://www.w3.org/1999/xhtml">a <h:b>b</h:b></h:div>`, "a b", "a <b>b</b>"},
	{`type="xhtml"`, "<div>a</div><div>b</div>", "a b", "<div>a</div><div>b</div>"},
	{`type="xhtml"`, "<div><div>a</div></div>", "a", "<div>a</div>"},
	{`type="xhtml"`, "test", "test", "test"},
	{`type="application/xhtml+xml"`, `<div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b></div>`, "a b", "a <b>b</b>"},
	{`type="application/xml"`, "<x>a</x>", "a", "<x>a</x>"},
	{`type="text/html" mode="escaped"`, "Example &lt;b>Atom&lt;/b>", "Example Atom", "Example <b>Atom</b>"},
	{`type="text/html" mode="xml"`, "Example <b>Atom</b>", "Example Atom", "Example <b>Atom</b>"},
	{`mode="escaped"`, "<![CDATA[<p>a</p>]]>", "a", "<p>a</p>"},
	{`type="text/html" mode="base64"`, "\nRXhhbXBsZSA8Yj5B\ndG9tPC9iPg==\n", "Example Atom", "Example <b>Atom</b>"},
	{`type="application/octet-stream" mode="base64"`, "RXhhbXBsZSA8Yj5BdG9tPC9iPg==", "Example Atom", "Example <b>Atom</b>"},
	{`type="application/octet-stream"`, "RXhhbXBsZSA8Yj5BdG9tPC9iPg==", "Example Atom", "Example <b>Atom</b>"},
	{`type="text/html" mode="base64"`, "no base64 &amp;amp; all", "no base64 & all", "no base64 &amp; all"},
	{`type="html"`, "]]&gt; &amp;lt;", "]]> <", "]]> &lt;"},
	{`type='html'`, " \n ", "", ""},
}

func TestConstructs(t *testing.T) {
	for _, c := range textConstructs {
		for _, ns := range []string{"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"} {
			text := func(name string) string { return "<" + name + " " + c.attrs + ">" + c.inside + "</" + name + ">" }
			doc := `<feed xmlns="` + ns + `">` + text("title") + text("subtitle") + text("rights") + "<entry>" + text("title") + text("summary") + text("content") + text("rights") +
				"<source>" + text("title") + "</source></entry></feed>"
			f, err := ParseFeed([]byte(doc), "", "")
			if err != nil || len(f.Entries) != 1 {
				t.Errorf("%s: %+v, %v", doc, f, err)
				continue
			}
			e := f.Entries[0]
			for name, got := range map[string]string{
				"title": f.Title, "subtitle": f.Description, "rights": f.Rights, "entry's title": e.Title, "summary": e.Summary, "entry's rights": e.Rights,
				"source": e.Source,
			} {
				if got != c.plain {
					t.Errorf("%s %s: %s = %q, want %q", c.attrs, c.inside, name, got, c.plain)
				}
			}
			if e.Content != strings.TrimSpace(c.html) {
				t.Errorf("%s %s: content = %q, want %q", c.attrs, c.inside, e.Content, c.html)
			}
		}
	}
	f, err := ParseFeed([]byte(`<feed version="0.3" xmlns="http://purl.org/atom/ns#"><tagline>T &amp;amp; U</tagline><copyright>C</copyright></feed>`), "", "")
	if err != nil || f.Description != "T & U" || f.Rights != "C" {
		t.Errorf("feed = %+v, %v", f, err)
	}
}

// A text of RSS is what its program made of it, plain or HTML.
func TestTextsOfRSS(t *testing.T) {
	for in, want := range map[string]string{
		"AT&amp;T":                        "AT&T",
		"AT&amp;amp;T":                    "AT&T",
		"a &lt; b":                        "a < b",
		"a &lt;b>b&lt;/b>":                "a b",
		"<b>a</b> b":                      "a b",
		"<![CDATA[a <b>b</b> &amp; c]]>":  "a b & c",
		"a <![CDATA[& <i>b</i>]]> &#169;": "a & b ©",
		"&lt;!-- c -->a":                  "a",
		"a &nbsp;&hellip; b":              "a \u00a0… b",
		" \n a\n b ":                      "a b",
		"&lt;p>a&lt;/p>&lt;p>b&lt;/p>":    "a b",
		"wo&lt;wbr>rd":                    "word",
		"3 &lt; 5 and 7 &gt; 5":           "3 < 5 and 7 > 5",
		"x &amp;lt;tag&amp;gt;":           "x <tag>",
	} {
		e := entry(t, "<title>"+in+"</title><description>"+in+"</description>")
		want = strings.ReplaceAll(want, " \u00a0", " ")
		if e.Title != want || e.Summary != want {
			t.Errorf("%s: title %q, summary %q, want %q", in, e.Title, e.Summary, want)
		}
	}
}
