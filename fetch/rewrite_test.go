package fetch

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// gofeed reads a feed with a wrong end tag without an error, and without what comes after it.
func TestRepairs(t *testing.T) {
	const want = "Erstens „so“|Zweitens"
	for _, c := range []struct{ name, old, new string }{
		{"an end tag misspelt", "„so“</title>", "„so“</titel>"},
		{"an end tag too many", "„so“</title>", "„so“</b></title>"},
		{"an element left open", "<link>http://h.example/1</link>", "<link>http://h.example/1</link><category>x"},
		{"end tags crossed", "<link>http://h.example/1</link>", "<i><b>x</i></b><link>http://h.example/1</link>"},
		{"a bare <", "<link>http://h.example/1</link>", "<link>http://h.example/1</link><category>1 < 2 <3</category>"},
		{"a title left open", "„so“</title>", "„so“"},
		{"an item left open", "/1</link></item>", "/1</link>"},
		{"a paragraph in front of the items", "<item><title>Erstens", "<p>one<br>two<item><title>Erstens"},
		{"a description with HTML that is left open", "<item><title>Erstens", "<item><description><div><p>a<br>b<b>c</description><title>Erstens"},
		{"a CDATA section within another", "„so“</title>", "„<![CDATA[<![CDATA[so]]>“]]></title>"},
		{"a CDATA section left open", "„so“</title>", "„<![CDATA[so“</title><description><![CDATA[x]]></description>"},
		{"]]> in text", "<link>http://h.example/1</link>", "<link>http://h.example/1</link><category>a ]]> b</category>"},
		{"a second XML declaration", "<item><title>Zweitens", `<?xml version="1.0" encoding="x"?><item><title>Zweitens`},
		{"a comment with hyphens", "<item><title>Zweitens", "<!-- a -- b --><item><title>Zweitens"},
		{"a title that ends with a start tag", "„so“</title>", "„so“<title>"},
		{"a link that ends with a start tag", "/1</link>", "/1<link>"},
		{"a bare < in an attribute", "<link>http://h.example/1</link>", `<link>http://h.example/1</link><category domain="a < b">x</category>`},
		{"two channels", "<item><title>Zweitens", "</channel><channel><title>B</title><item><title>Zweitens"},
	} {
		f, err := ParseFeed([]byte(strings.Replace(whole, c.old, c.new, 1)), "", "")
		if err != nil || titles(f) != want {
			t.Errorf("%s: %q, %v; want %q", c.name, titles(f), err, want)
		}
	}
}

// A forgotten slash costs no value, and puts none into another.
func TestEndTagsWithoutSlash(t *testing.T) {
	e := entry(t, `<title>T<title><link>http://h.example/1<link><pubDate>Tue, 03 Nov 2020 10:00:00 GMT<pubDate><author>A<author><category>c<category><guid>g<guid><description>S<description>`)
	if e.Title != "T" || e.URL != "http://h.example/1" || e.Published.IsZero() || strings.Join(e.Authors, "|") != "A" || strings.Join(e.Tags, "|") != "c" || e.ID != "g" || e.Summary != "S" {
		t.Errorf("%+v", e)
	}
}

func TestNestedItems(t *testing.T) {
	f, err := ParseFeed([]byte("<rss><channel><item><title>A</title><item><title>B</title></item></item><item><title>C</title></item></channel></rss>"), "", "")
	if err != nil || titles(f) != "A|B|C" {
		t.Errorf("%q, %v", titles(f), err)
	}
}

// An entry within an element of another vocabulary is none of the feed's, if that element is closed.
func TestForeignItems(t *testing.T) {
	for in, want := range map[string]string{
		"<feed><x:y><entry><title>A</title></entry></x:y><entry><title>B</title></entry></feed>": "B",
		"<feed><x:y><entry><title>A</title></entry><entry><title>B</title></entry></feed>":       "A|B",
	} {
		if f, err := ParseFeed([]byte(in), "", ""); err != nil || titles(f) != want {
			t.Errorf("%s: %q, %v; want %q", in, titles(f), err, want)
		}
	}
}

func TestRewrite(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"a sound feed", "<rss><channel><item><title>a</title></item></channel></rss>", "<rss><channel><item><title>a</title></item></channel></rss>"},
		{"a date", "<rss><channel><pubDate> x </pubDate></channel></rss>", "<rss><channel><dateline:pubdate> x </dateline:pubdate></channel></rss>"},
		{"a text of Atom", `<feed><title type='html'>a &lt; <![CDATA[b]]></title></feed>`, `<feed><dateline:title type="html"><![CDATA[a &lt; <![CDATA[b]]]]><![CDATA[>]]></dateline:title></feed>`},
		{"an id of Atom", "<feed><entry><id>HTTP://x</id></entry></feed>", "<feed><entry><dateline:id>HTTP://x</dateline:id></entry></feed>"},
		{"markup in a text", "<rss><channel><title><b>x</title></channel></rss>", "<rss><channel><title><![CDATA[<b>x]]></title></channel></rss>"},
		{"a cut item", "<rss><channel><item>1</item><item><title>2", "<rss><channel><item>1</item></channel></rss>"},
		{"a cut title", "<rss><channel><link>l</link><title>T", "<rss><channel><link>l</link></channel></rss>"},
		{"a cut end tag", "<r:RDF><channel/><item>1</item></r:RDF", "<r:RDF><channel/><item>1</item>&lt;</r:RDF>"},
		{"tags that are no tags", "<rss><!-- </item> --><a><![CDATA[</item>]]></a></rss>", "<rss><a><![CDATA[</item>]]></a></rss>"},
		{"an end tag that closes nothing", "<rss><a>x</b></c></a></rss>", "<rss><a>x</a></rss>"},
		{"end tags crossed", "<rss><a><b>x</a></b></rss>", "<rss><a><b>x</b></a></rss>"},
		{"case", "<RSS><a>x</A></rss>", "<RSS><a>x</a></RSS>"},
		{"junk at the end", "<rss></rss>\n<script>", "<rss></rss>"},
		{"an entry as root", "<entry><id>1</id></entry>", `<feed xmlns="http://www.w3.org/2005/Atom"><entry><dateline:id>1</dateline:id></entry></feed>`},
		{"xml:base", `<feed xml:base="http://h/a/b"><link xml:base="c/d" href="e"/></feed>`, `<feed base="http://h/a/b"><link base="c/d" href="http://h/a/c/e"/></feed>`},
		{"a language", `<rss><channel><item xml:lang="de"><title>x</title></item></channel></rss>`,
			`<rss><channel><item xml:lang="de"><title>x</title><dateline:scope base="" lang="de" about=""/></item></channel></rss>`},
		{"a namespace's other name", `<rss xmlns:m="http://search.yahoo.com/mrss"></rss>`, `<rss xmlns:m="http://search.yahoo.com/mrss/"></rss>`},
		{"nothing", "<", "&lt;"},
	} {
		w, err := rewrite([]byte(c.in), Limits{}.filled())
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := string(w.apply()); got != c.want {
			t.Errorf("%s: %s\n%s, want\n%s", c.name, c.in, got, c.want)
		}
	}
}

// Real feeds leave paragraphs open in each description; that is no nesting.
func TestOpenHTMLIsNoDepth(t *testing.T) {
	var b strings.Builder
	for i := range 500 {
		fmt.Fprintf(&b, "<item><title>%d</title><description><p>a<br>b<p>c<div>d</description></item>", i)
	}
	f, err := ParseFeed([]byte("<rss><channel>"+b.String()+"</channel></rss>"), "", "")
	if err != nil || len(f.Entries) != 500 || f.Entries[499].Title != "499" {
		t.Errorf("%d entries, %v", len(f.Entries), err)
	}
}

func TestReadTag(t *testing.T) {
	for in, want := range map[string]string{
		`<a>`:             "a||0",
		`<a b="c>d">x`:    `a| b="c>d"|0`,
		`<a b="c>d<e>`:    `a| b="c|0`,
		`</a >`:           "a| |1",
		`<a:b c='/'/>`:    "a:b| c='/'|2",
		`<a`:              "",
		`< a>`:            "",
		`<a b<c>`:         "",
		`<3>`:             "",
		"<a\nb=c\n>":      "a|\nb=c\n|0",
		`<a b="c < d">x`:  `a| b="c < d"|0`,
		`<a b="c < d>x`:   `a| b="c < d|0`,
		`<a b="it's">x">`: `a| b="it's"|0`,
	} {
		got := ""
		if tag, ok := readTag([]byte(in), 0); ok {
			got = fmt.Sprintf("%s|%s|%d", tag.name, tag.attrs, tag.kind)
		}
		if got != want {
			t.Errorf("readTag(%s) = %q, want %q", in, got, want)
		}
	}
}

func TestAttr(t *testing.T) {
	tag, ok := readTag([]byte(`<a href = "x?a=1&amp;b=2" TYPE='t' bare n=1 xml:lang="de" broken="x>`), 0)
	if !ok {
		t.Fatal("no tag")
	}
	for name, want := range map[string]string{"href": "x?a=1&b=2", "type": "t", "bare": "", "n": "1", "xml:lang": "de", "broken": "x", "lang": "-", "b": "-"} {
		got, ok := tag.attr(name)
		if !ok {
			got = "-"
		}
		if got != want {
			t.Errorf("attr(%s) = %q, want %q", name, got, want)
		}
	}
}

// Whatever it was, what comes out has each element closed once, in order, and a second pass finds no damage in it.
func FuzzRewrite(f *testing.F) {
	for _, s := range []string{
		whole, richItem, "<rss><a><b>x</a></b>", "<feed>1 < 2 <a <b>", "<rss><![CDATA[", "<rss/></a>", "<p:feed><entry></P:feed>",
		"<rss><channel><item><title><b>x<item><description><![CDATA[<![CDATA[a]]>b]]></description>", "<entry><title type='xhtml'><div>]]></div></title>",
		"<item><content:encoded><![CDATA[</content:encoded><A/0></item>", "<A><Channel></channel><CHANNEL>x", "<rss><channel></channel><channel/>", "<rss a=1 b='2'c=\"3\"><item/x></rss>",
		"<rss><channel></channel><channel><item xml:base='a'><link xml:base='b'>c</link><pubDate>x<item></channel>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		w, err := rewrite(b, Limits{}.filled())
		if err != nil {
			return
		}
		once := w.apply()
		var open []tag
		for tag := range tags(once) {
			switch tag.kind {
			case opening:
				open = append(open, tag)
			case closing:
				if len(open) == 0 || !bytes.Equal(open[len(open)-1].name, tag.name) {
					t.Fatalf("rewrite(%q) = %q: </%s> closes nothing", b, once, tag.name)
				}
				open = open[:len(open)-1]
			}
		}
		if len(open) > 0 {
			t.Fatalf("rewrite(%q) = %q: %d elements are left open", b, once, len(open))
		}
		if again, err := rewrite(once, Limits{}.filled()); err != nil || again.broken || again.cut {
			t.Errorf("rewrite(%q) = %q, and that is broken again: %v", b, once, err)
		}
	})
}
