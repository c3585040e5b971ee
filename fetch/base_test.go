package fetch

import (
	"net/url"
	"strings"
	"testing"
)

// The base of a link is the nearest xml:base, each relative to the one around it, and at last the document's address (RFC 3986,
// section 5.1).
func TestBases(t *testing.T) {
	const document = "http://d.example/feeds/news.atom"
	for _, c := range []struct{ name, feed, entry, link, content, want, wantContent string }{
		{"none", "", "", `href="1"`, "2", "http://d.example/feeds/1", "http://d.example/feeds/2"},
		{"the feed's", `xml:base="http://b.example/x/y"`, "", `href="1"`, "2", "http://b.example/x/1", "http://b.example/x/2"},
		{"the entry's", `xml:base="http://b.example/x/"`, `xml:base="z/"`, `href="1"`, "../2", "http://b.example/x/z/1", "http://b.example/x/2"},
		{"a relative one", `xml:base="/x/"`, "", `href="1"`, "/2", "http://d.example/x/1", "http://d.example/2"},
		{"the link's own", `xml:base="http://b.example/"`, "", `xml:base="z/" href="1?a=b&amp;c=d"`, "2", "http://b.example/z/1?a=b&c=d", "http://b.example/2"},
		{"one that is none", `xml:base="http://%zz"`, "", `href="1"`, "2", "http://d.example/feeds/1", "http://d.example/feeds/2"},
		{"an empty one", `xml:base=""`, "", `href="1"`, "2", "http://d.example/feeds/1", "http://d.example/feeds/2"},
		{"absolute links", `xml:base="http://b.example/"`, "", `href="https://c.example/1"`, "https://c.example/2", "https://c.example/1", "https://c.example/2"},
		{"a place on the page", "", "", `href="1"`, "#2", "http://d.example/feeds/1", "#2"},
	} {
		doc := `<feed xmlns="http://www.w3.org/2005/Atom" ` + c.feed + `><entry ` + c.entry + `><link ` + c.link + `/>
<content type="html">&lt;a href="` + c.content + `">x&lt;/a></content></entry></feed>`
		f, err := ParseFeed([]byte(doc), "", document)
		if err != nil || len(f.Entries) != 1 {
			t.Errorf("%s: %+v, %v", c.name, f, err)
			continue
		}
		if e := f.Entries[0]; e.URL != c.want || e.Content != `<a href="`+c.wantContent+`">x</a>` {
			t.Errorf("%s: link %s, content %s; want %s, %s", c.name, e.URL, e.Content, c.want, c.wantContent)
		}
	}
}

// RSS does not say what links are relative to: an xml:base does, else the channel's link, else the document.
func TestBasesOfRSS(t *testing.T) {
	for _, c := range []struct{ channel, document, want string }{
		{"<link>http://c.example/news/</link>", "http://d.example/feed", "http://c.example/news/1"},
		{"<link>http://c.example/news/</link>", "", "http://c.example/news/1"},
		{"", "http://d.example/feeds/rss", "http://d.example/feeds/1"},
		{"<link>/news/</link>", "http://d.example/feeds/rss", "http://d.example/news/1"},
		{"", "", "1"},
	} {
		f, err := ParseFeed([]byte("<rss><channel>"+c.channel+"<item><link>1</link></item></channel></rss>"), "", c.document)
		if err != nil || f.Entries[0].URL != c.want {
			t.Errorf("%s at %s: %+v, %v; want %s", c.channel, c.document, f.Entries, err, c.want)
		}
	}
	f, err := ParseFeed([]byte(`<rss xml:base="http://b.example/"><channel><link>http://c.example/</link><item xml:base="z/"><link>1</link><enclosure url="2.mp3"/></item></channel></rss>`), "", "http://d.example/")
	if err != nil || f.Entries[0].URL != "http://b.example/z/1" || f.Entries[0].Enclosures[0].URL != "http://b.example/z/2.mp3" {
		t.Errorf("%+v, %v", f.Entries, err)
	}
}

func TestResolveHTML(t *testing.T) {
	base, err := url.Parse("http://h.example/a/b")
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		`<img src="1.jpg"><a HREF='/2'>x</a>`:       `<img src="http://h.example/a/1.jpg"><a HREF='http://h.example/2'>x</a>`,
		`<a href="http://x/">a</a> <a href="#b">`:   `<a href="http://x/">a</a> <a href="#b">`,
		`<a href="mailto:a@b"> <img data-src="1">`:  `<a href="mailto:a@b"> <img data-src="1">`,
		`<a href=1>a = "b" src="c`:                  `<a href=1>a = "b" src="c`,
		`<a title="href" href="?q=1&amp;r=2">x</a>`: `<a title="href" href="http://h.example/a/b?q=1&amp;r=2">x</a>`,
		"": "",
	} {
		if got := resolveHTML(base, in); got != want {
			t.Errorf("resolveHTML(%s) = %s, want %s", in, got, want)
		}
	}
}

// Links that state their own base are sound, however many there are: each costs no more than another.
func TestBaseOfManyLinks(t *testing.T) {
	entry := "<entry>" + strings.Repeat(`<link xml:base="http://b.example/" href="1"/>`, 20) + "<content>" + strings.Repeat("word ", 1000) + "</content></entry>"
	f, err := ParseFeed([]byte(`<feed xmlns="http://www.w3.org/2005/Atom">`+strings.Repeat(entry, 10)+"</feed>"), "", "")
	if err != nil || len(f.Entries) != 10 || f.Entries[9].URL != "http://b.example/1" || len(f.Mended) > 0 {
		t.Errorf("%d entries, mended %q, %v", len(f.Entries), f.Mended, err)
	}
}

// The language of an entry is that of its content, as it is in force there, else of its summary, else of its title.
func TestLanguages(t *testing.T) {
	for _, c := range []struct{ feed, entry, texts, wantFeed, want string }{
		{`xml:lang="en"`, "", "<title>x</title>", "en", ""},
		{`xml:lang="en_US"`, `xml:lang="de"`, "<title>x</title>", "en-US", "de"},
		{`xml:lang="en"`, "", `<title xml:lang="fr">x</title>`, "en", "fr"},
		{`xml:lang="en"`, "", `<title xml:lang="fr">x</title><content>y</content>`, "en", ""},
		{`xml:lang="en"`, "", `<summary xml:lang="fr">x</summary><content xml:lang="de">y</content>`, "en", "de"},
		{"", "", `<content xml:lang="de">y</content>`, "", "de"},
		{`lang="en"`, `foo:lang="zz"`, "<title>x</title>", "", ""},
		{`xml:lang="no language"`, "", "<title>x</title>", "", ""},
		{`xml:lang="en"`, `xml:lang="de"`, `<title>x</title><dc:language>fa</dc:language>`, "en", "fa"},
	} {
		f, err := ParseFeed([]byte(`<feed xmlns="http://www.w3.org/2005/Atom" xmlns:foo="urn:foo" xmlns:dc="http://purl.org/dc/elements/1.1/" `+c.feed+`><entry `+c.entry+`>`+c.texts+`</entry></feed>`), "", "")
		if err != nil || f.Language != c.wantFeed || f.Entries[0].Language != c.want {
			t.Errorf("%s %s %s: feed %q, entry %q, %v; want %q, %q", c.feed, c.entry, c.texts, f.Language, f.Entries[0].Language, err, c.wantFeed, c.want)
		}
	}
}
