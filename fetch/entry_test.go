package fetch

import (
	"reflect"
	"strings"
	"testing"
)

// richItem says all that an item can say.
const richItem = `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:cc="http://web.resource.org/cc/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><channel>
<item>
 <title><![CDATA[Talks <i>re</i>sume &amp; end]]></title><link> /news/1/slug </link><guid isPermaLink="false">news-1</guid>
 <description>&lt;p&gt;First.&lt;/p&gt;&lt;p&gt;Second.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</description>
 <content:encoded><![CDATA[<p>First.</p>
<p>Second.</p>]]></content:encoded>
 <author>desk@news.example (A. Writer)</author><dc:creator>B. Writer</dc:creator><dc:creator>A. Writer</dc:creator>
 <pubDate>Sat, 21 Nov 2026 12:30:00 +0330</pubDate><category>Politics</category><category domain="x">World</category><dc:subject>World</dc:subject>
 <dc:language>en</dc:language><dc:rights>© Agency</dc:rights><cc:license rdf:resource="https://creativecommons.org/licenses/by-sa/4.0/"/>
 <source url="http://other.example/rss">Other Agency</source>
 <enclosure url="/a.jpg" type="image/jpeg" length="1234"/>
 <media:content url="http://cdn.example/a.jpg" medium="image"><media:description>Two men at a table</media:description><media:credit>C. Photo</media:credit></media:content>
 <media:group><media:content url="/b.mp4" type="video/mp4" fileSize="99"/><media:thumbnail url="/b.jpg"/><media:title>The talks</media:title></media:group>
</item></channel></rss>`

func TestEntryRSS(t *testing.T) {
	f, err := ParseFeed([]byte(richItem), "", "https://news.example/rss")
	if err != nil {
		t.Fatal(err)
	}
	want := Entry{
		ID: "news-1", URL: "https://news.example/news/1/slug", Title: "Talks resume & end", Summary: "First. Second.",
		Content: "<p>First.</p>\n<p>Second.</p>", Authors: []string{"A. Writer", "B. Writer"}, Published: day(21),
		Tags: []string{"Politics", "World"}, Language: "en", Source: "Other Agency", Rights: "© Agency",
		License: "https://creativecommons.org/licenses/by-sa/4.0/",
		Enclosures: []Enclosure{
			{URL: "https://news.example/a.jpg", Type: "image/jpeg", Length: 1234},
			{URL: "http://cdn.example/a.jpg", Type: "image", Caption: "Two men at a table", Credit: "C. Photo"},
			{URL: "https://news.example/b.mp4", Type: "video/mp4", Length: 99, Caption: "The talks"},
			{URL: "https://news.example/b.jpg", Type: "image", Caption: "The talks"},
		},
	}
	if got := f.Entries[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("entry = %+v\nwant    %+v", got, want)
	}
}

// entry reads one RSS item.
func entry(t *testing.T, item string) Entry {
	t.Helper()
	f, err := ParseFeed([]byte(`<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><item>`+item+`</item></channel></rss>`), "", "http://h.example/feed/")
	if err != nil || len(f.Entries) != 1 {
		t.Fatalf("%s: %+v, %v", item, f, err)
	}
	return f.Entries[0]
}

func TestEntryLinks(t *testing.T) {
	for _, c := range []struct{ item, want string }{
		{"<link>http://h.example/1</link>", "http://h.example/1"},
		{"<link>//other.example/1</link>", "http://other.example/1"},
		{"<link>1?a=b&amp;c=d#e</link>", "http://h.example/feed/1?a=b&c=d#e"},
		{"<link>\n http://h.example/a b \n</link>", "http://h.example/a%20b"},
		{"<link>http://h.example/خبر</link>", "http://h.example/%D8%AE%D8%A8%D8%B1"},
		{`<atom:link href="/1"/>`, "http://h.example/1"},
		{`<atom:link rel="self" href="/feed"/><guid>http://h.example/1</guid>`, "http://h.example/1"},
		{`<guid isPermaLink="true">http://h.example/1</guid>`, "http://h.example/1"},
		{`<guid isPermaLink="false">http://h.example/1</guid>`, ""},
		{"<guid>12345</guid>", ""},
		{"<link>/x</link><feedburner:origLink>http://h.example/1</feedburner:origLink>", "http://h.example/1"},
		{"<link>javascript:alert(1)</link>", ""},
		{"<link>data:text/html,x</link>", ""},
		{"<link>mailto:a@b.example</link>", ""},
		{"<link>http://%zz/</link>", ""},
		{"<link>https:///nohost</link>", ""},
		{"<title>none</title>", ""},
	} {
		if got := entry(t, c.item).URL; got != c.want {
			t.Errorf("%s: URL = %q, want %q", c.item, got, c.want)
		}
	}
}

func TestEntryAuthors(t *testing.T) {
	for _, c := range []struct {
		item string
		want []string
	}{
		{"<author>desk@h.example (A. Writer)</author>", []string{"A. Writer"}},
		{"<author>A. Writer (desk@h.example)</author>", []string{"A. Writer"}},
		{"<author>A. Writer (Tehran)</author>", []string{"A. Writer (Tehran)"}},
		{"<author>desk@h.example</author>", []string{"desk@h.example"}},
		{"<dc:creator>A</dc:creator><dc:creator> B </dc:creator><dc:creator>A</dc:creator>", []string{"A", "B"}},
		{"<atom:author><atom:name>A</atom:name></atom:author>", []string{"A"}},
		{"<author>a@h.example (A)</author><author>B</author>", []string{"A", "B"}},
		{"<author>A</author><dc:creator>B</dc:creator>", []string{"A", "B"}},
		{"<author><name>A</name></author>", []string{"A"}},
		{"<author></author><author/><itunes:author>B</itunes:author>", []string{"B"}},
		{"<AUTHOR>A</AUTHOR><Author>B</Author><title>x</title>", []string{"A", "B"}},
		{"<author> </author>", nil},
	} {
		if got := entry(t, c.item).Authors; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: authors = %q, want %q", c.item, got, c.want)
		}
	}
}

// What another format's elements say counts where the item's own are missing, and only there.
func TestEntryForeignElements(t *testing.T) {
	e := entry(t, `<atom:id>urn:1</atom:id><dc:title>T</dc:title><dc:description>S</dc:description><atom:rights>R</atom:rights>`)
	if e.ID != "urn:1" || e.Title != "T" || e.Summary != "S" || e.Rights != "R" {
		t.Errorf("entry = %+v", e)
	}
	e = entry(t, `<guid>1</guid><title>own</title><atom:id>urn:1</atom:id><dc:title>T</dc:title>`)
	if e.ID != "1" || e.Title != "own" {
		t.Errorf("entry = %+v", e)
	}
}

// A description with markup is all the body that many feeds give.
func TestEntryContentFromDescription(t *testing.T) {
	e := entry(t, "<description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</description>")
	if e.Content != "<p>One.</p><p>Two.</p>" || e.Summary != "One. Two." {
		t.Errorf("entry = %+v", e)
	}
	if e := entry(t, "<description>plain</description>"); e.Content != "" || e.Summary != "plain" {
		t.Errorf("entry = %+v", e)
	}
}

// XHTML with a prefix is HTML without it.
func TestEntryBodyInXHTML(t *testing.T) {
	for _, body := range []string{`<body xmlns="http://www.w3.org/1999/xhtml"><p>One.</p></body>`, `<xhtml:body><xhtml:p>One.</xhtml:p></xhtml:body>`} {
		if e := entry(t, body); e.Content != "<p>One.</p>" {
			t.Errorf("%s: %q", body, e.Content)
		}
	}
}

func TestEntryAtom(t *testing.T) {
	f, err := ParseFeed([]byte(`<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"><author><name>Desk</name></author>
<entry><id>http://h.example/1</id><title>One</title><rights>R1</rights><link rel="license" href="http://l.example/by"/>
 <source><title>Other</title><author><name>Theirs</name></author></source><published>2026-11-21T09:00:00Z</published>
 <link rel="enclosure" href="/1.pdf" type="application/pdf" length="5"/></entry>
<entry><id>2</id><link href="/2"/><author><name>A</name></author><author><email>b@h.example</email></author><content type="html">&lt;p&gt;x</content></entry>
</feed>`), "", "http://h.example/feed")
	if err != nil {
		t.Fatal(err)
	}
	want := Entry{ID: "http://h.example/1", URL: "http://h.example/1", Title: "One", Rights: "R1", License: "http://l.example/by", Source: "Other",
		Authors: []string{"Theirs"}, Published: day(21), Enclosures: []Enclosure{{URL: "http://h.example/1.pdf", Type: "application/pdf", Length: 5}}}
	if got := f.Entries[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("entry = %+v\nwant    %+v", got, want)
	}
	if e := f.Entries[1]; e.URL != "http://h.example/2" || e.Content != "<p>x" || !reflect.DeepEqual(e.Authors, []string{"A", "b@h.example"}) {
		t.Errorf("entry = %+v", e)
	}
}

func TestEntryListsAreBounded(t *testing.T) {
	e := entry(t, strings.Repeat(`<enclosure url="/same" type="a"/>`, 50)+lots("<category>%</category>")+lots("<dc:creator>%</dc:creator>")+lots(`<enclosure url="/%"/>`))
	if len(e.Tags) != maxList || len(e.Authors) != maxList || len(e.Enclosures) != maxList {
		t.Errorf("%d tags, %d authors, %d enclosures, want %d of each", len(e.Tags), len(e.Authors), len(e.Enclosures), maxList)
	}
}

// lots repeats a pattern, each time with another number.
func lots(pattern string) string {
	var b strings.Builder
	for i := range 500 {
		b.WriteString(strings.ReplaceAll(pattern, "%", "n"+strings.Repeat("i", i)))
	}
	return b.String()
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"":                                  "",
		"  a \n\t b ":                       "a b",
		"a &amp; b":                         "a & b",
		"AT&T":                              "AT&T",
		"5 < 6":                             "5 < 6",
		"<p>a</p><p>b</p>":                  "a b",
		"re<b>su</b>me":                     "resume",
		"a<br>b":                            "a b",
		"a<script>alert(1)</script>b":       "ab",
		"a<style>p{}</style>b":              "ab",
		"a<!-- hidden -->b":                 "ab",
		"می\u200cرود":                       "می\u200cرود", // the joiner is part of the word
		"a\u202eb\u0000c\x1b[31md":          "abc[31md",
		"a\u2028b":                          "a b",
		"a\xffb":                            "a\uFFFDb",
		"&lt;script&gt;":                    "<script>",
		"<img src=x onerror=alert(1)>after": "after",
		"<script>never closed":              "",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}
