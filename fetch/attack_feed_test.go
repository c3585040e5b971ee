package fetch

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html/charset"

	"dateline/fetch/fetchtest"
)

// heapBound is what reading one feed may take of the heap, in all, for a body of 8 MiB; the body itself is not counted.
const heapBound = 64 << 20

// parseWithin reads a feed, and fails the test if that allocates more than bound bytes.
func parseWithin(t *testing.T, name, body string, bound uint64) (Feed, error) {
	t.Helper()
	b := []byte(body)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, err := ParseFeed(b, "", "http://h.example/feed")
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > bound {
		t.Errorf("%s: %d MiB were allocated", name, n>>20)
	}
	checkFeed(t, f)
	return f, err
}

// fill repeats a piece of a document to 8 MiB.
func fill(s string) string { return strings.Repeat(s, 8<<20/len(s)) }

func TestAttack12DocumentsThatNameAddresses(t *testing.T) {
	web := fetchtest.New(t, "-- http://news.example/feed --\n"+`<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="http://news.example/style"?>
<!DOCTYPE rss SYSTEM "http://news.example/dtd" [<!ENTITY % p SYSTEM "http://news.example/parameter"> %p; <!ENTITY e SYSTEM "http://news.example/entity">]>
<rss version="2.0" xmlns:xi="http://www.w3.org/2001/XInclude" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a http://news.example/schema">
<channel><title>&e;</title><xi:include href="http://news.example/include"/><item><title>One &e;</title><link>http://news.example/1</link></item></channel></rss>`)
	f, err := New(Options{Dial: web.Dial}).Poll(t.Context(), "http://news.example/feed", Validators{})
	if err != nil || len(f.Entries) != 1 || f.Entries[0].Title != "One &e;" {
		t.Errorf("feed = %+v, %v", f, err)
	}
	if all := web.Requests(); len(all) != 1 {
		t.Errorf("%d requests: %+v", len(all), all)
	}
}

func TestAttack20BillionLaughs(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString(`<!DOCTYPE rss [<!ENTITY l0 "lol">`)
	for i := range 20 {
		fmt.Fprintf(&laughs, `<!ENTITY l%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&l%d;", i), 10))
	}
	long := strings.Repeat("x", 256)
	for _, c := range []struct{ name, dtd, text, want string }{
		{"billion laughs", laughs.String() + "]>", "&l20;", "&l20;"},
		{"a plain entity", `<!DOCTYPE rss [<!ENTITY co "Mehr &#8211; News">]>`, "&co;", "Mehr – News"},
		{"a plain entity that is one text", `<!DOCTYPE rss [<!ENTITY co 'Mehr'>]>`, "&co; News", "Mehr News"},
		{"an entity that is a file", `<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>`, "&f;", "&f;"},
		{"quadratic", `<!DOCTYPE rss [<!ENTITY q "` + long + `">]>`, strings.Repeat("&q;", 1000), strings.Repeat("&q;", 1000)},
	} {
		f, err := parseWithin(t, c.name, c.dtd+"<rss><channel><item><title>"+c.text+"</title></item></channel></rss>", 1<<20)
		if err != nil || len(f.Entries) != 1 || f.Entries[0].Title != c.want {
			t.Errorf("%s: %.200v, %v", c.name, f.Entries, err)
		}
	}
}

func TestAttack21Elements(t *testing.T) {
	const head, tail = "<rss><channel><item><title>T</title>", "</item></channel></rss>"
	var unclosed strings.Builder
	for i := range 100 {
		fmt.Fprintf(&unclosed, "<y:a%d><item></item>", i)
	}
	for _, c := range []struct {
		name, body string
		err        error
	}{
		{"nested elements", head + fill("<a>"), errDepth},
		{"nested elements of a sitemap", "<urlset>" + fill("<a>"), errDepth},
		{"nested arrays", `{"items":` + fill("["), errDepth},
		{"opening brackets", head + fill("<") + tail, errDamage},
		{"end tags", head + fill("</b>") + tail, errDamage},
		{"comments", head + fill("<!---->") + tail, errDamage},
		{"ends of CDATA", head + "<description>" + fill("]]>") + "</description>" + tail, errDamage},
		{"CDATA that reaches over the same end again", head + fill("<x><![CDATA[</x>") + "]]>" + tail, errDamage},
		{"elements around items that are not closed", head + "</item>" + unclosed.String() + "<![CDATA[" + fill("</y:") + "]]></channel></rss>", errDamage},
		{"values", `{"items":[{"title":"T","tags":[` + fill("1,") + `1]}]}`, errDamage},
		{"elements", head + fill("<a/>") + tail, nil},
		{"elements within another", head + "<x:y>" + fill("<x:z>1</x:z>") + "</x:y>" + tail, nil},
		{"files", "<rss xmlns:media='http://search.yahoo.com/mrss/'>" + head[5:] + "<media:group>" + fill("<media:content url='a'/>") + "</media:group>" + tail, nil},
		{"categories", head + fill("<category>a</category>") + tail, nil},
		{"attributes", head + "<a " + fill(`b="c" `) + "/>" + tail, nil},
		{"attributes without quotes", head + "<a " + fill(`b=c `) + "/>" + tail, nil},
		{"namespaces", "<rss " + fill(`xmlns:a="b" `) + ">" + head[5:] + tail, nil},
		{"one text", head + "<description>" + fill("words ") + "</description>" + tail, nil},
		{"one text of markup", head + "<description>" + fill("&lt;p>a ") + "</description>" + tail, nil},
		{"one text of tags", head + "<description>" + fill("<p>a ") + "</description>" + tail, nil},
		{"one text of CDATA sections", head + "<description>" + fill("<![CDATA[a]]>") + "</description>" + tail, nil},
		{"one text of references", head + "<description>" + fill("&#1;&#65;") + "</description>" + tail, nil},
		{"one attribute", head + `<a b="` + fill("c") + `"/>` + tail, nil},
		{"texts that are not closed", head + fill("<description>") + tail, nil},
		{"CDATA that is not closed", "<rss><channel><item><title>T</title></item><item><title>" + fill("<![CDATA["), nil},
	} {
		f, err := parseWithin(t, c.name, c.body, heapBound)
		if c.err != nil && (!errors.Is(err, c.err) || reasonOf(err) != NotFeed) {
			t.Errorf("%s: %v, want %v", c.name, err, c.err)
		}
		if c.err == nil && (err != nil || len(f.Entries) != 1 || f.Entries[0].Title != "T") {
			t.Errorf("%s: %.300v, %v", c.name, f.Entries, err)
		}
	}
}

func TestAttack22Items(t *testing.T) {
	for _, c := range []struct {
		name, head, item, tail string
		items                  int
	}{
		{"RSS", "<rss><channel><title>Many</title>", "<item><guid>%d</guid></item>", "</channel></rss>", 200_000},
		{"RSS that never ends", "<rss><channel><title>Many</title>", "<item><guid>%d</guid></item>", "", 200_000},
		{"Atom", "<feed xmlns='http://www.w3.org/2005/Atom'><title>Many</title>", "<entry><id>%d</id></entry>", "</feed>", 200_000},
		{"JSON", `{"title":"Many","items":[`, `{"id":"%d"},`, `{"id":"last"}]}`, 199_999},
		{"JSON that never ends", `{"title":"Many","items":[`, `{"id":"%d"},`, ``, 200_000},
	} {
		var body strings.Builder
		body.WriteString(c.head)
		for i := range c.items {
			fmt.Fprintf(&body, c.item, i)
		}
		f, err := parseWithin(t, c.name, body.String()+c.tail, heapBound)
		if err != nil || len(f.Entries) != 1000 || f.Entries[999].ID != "999" || f.Title != "Many" || f.Dropped != 199_000 {
			t.Errorf("%s: %d entries, %d dropped, %v", c.name, len(f.Entries), f.Dropped, err)
		}
	}
}

// Sitemaps come in any order, so that the newest pages are looked for.
func TestAttack22Pages(t *testing.T) {
	var body strings.Builder
	body.WriteString("<urlset>")
	newest := time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC)
	for i := range 40_000 {
		fmt.Fprintf(&body, "<url><loc>http://h.example/%d</loc><lastmod>%s</lastmod></url>", i, newest.Add(time.Duration(i-39_999)*time.Minute).Format(time.RFC3339))
	}
	f, err := parseWithin(t, "pages", body.String()+"</urlset>", 2*heapBound)
	if err != nil || len(f.Entries) != 1000 || f.Entries[0].URL != "http://h.example/39999" || f.Dropped != 39_000 {
		t.Errorf("%d entries, %d dropped, %v", len(f.Entries), f.Dropped, err)
	}
}

// The order is: byte order mark, valid UTF-8, the document's label, the header's, the language. UTF-7 is none of them.
func TestAttack29CharsetsInConflict(t *testing.T) {
	const want = "گزارش تصویری"
	feed := func(label string) string {
		return `<?xml version="1.0"` + label + `?><rss><channel><language>fa</language><item><title>` + want + `</title></item></channel></rss>`
	}
	in := func(name, s string) string {
		enc, _ := charset.Lookup(name)
		return encode(t, enc.NewEncoder(), s)
	}
	for _, c := range []struct{ name, kind, body string }{
		{"a mark against all labels", "text/xml; charset=windows-1256", "\xef\xbb\xbf" + feed(` encoding="iso-8859-1"`)},
		{"UTF-8 against both labels", "text/xml; charset=windows-1256", feed(` encoding="windows-1252"`)},
		{"the document against the header", "text/xml; charset=utf-8", in("windows-1256", strings.ReplaceAll(feed(` encoding="windows-1256"`), "ی", "ي"))},
		{"the header alone", "text/xml; charset=windows-1256", in("windows-1256", strings.ReplaceAll(feed(""), "ی", "ي"))},
		{"labels that lie", "text/xml; charset=iso-8859-1", in("windows-1256", strings.ReplaceAll(feed(` encoding="UTF-8"`), "ی", "ي"))},
	} {
		f, err := ParseFeed([]byte(c.body), c.kind, "")
		if err != nil || len(f.Entries) != 1 || strings.ReplaceAll(f.Entries[0].Title, "ي", "ی") != want {
			t.Errorf("%s: %+v, %v", c.name, f.Entries, err)
		}
	}
	f, err := ParseFeed([]byte(`<?xml version="1.0" encoding="utf-7"?><rss><channel><item><title>+ADw-script+AD4-</title></item></channel></rss>`), "text/xml; charset=utf-7", "")
	if err != nil || f.Entries[0].Title != "+ADw-script+AD4-" {
		t.Errorf("UTF-7: %+v, %v", f.Entries, err)
	}
}

func TestAttack30CharactersThatHide(t *testing.T) {
	for in, want := range map[string]string{
		"a\x00b\x01\x1f\x7fc":            "abc",
		"a&#0;&#x80;&#x9f;b&#127;":       "a€Ÿb",
		"a&#xD800;b&#xDFFF;c":            "abc",
		"a\ufffeb\uffffc&#xFFFE;":        "abc",
		"a\u202eb\u202dc&#x202E;":        "abc",
		"a\u200bb\u2060c\ufeffd":         "abcd",
		"می\u200cخواهد":                  "می\u200cخواهد", // a joiner that Persian needs
		"a\u0085b\u2028c\u2029d":         "a b c d",
		"a&amp;#x202E;b&amp;#0;&amp;#8;": "ab\ufffd",
	} {
		f, err := ParseFeed([]byte("<rss><channel><item><title>"+in+"</title><link>http://h.example/"+strings.ReplaceAll(in, "&", "")+"</link></item></channel></rss>"), "", "")
		if err != nil || len(f.Entries) != 1 || f.Entries[0].Title != want {
			t.Errorf("%q: %+q, %v", in, titles(f), err)
		}
		checkFeed(t, f)
	}
}

func TestAttack31PagesAndJunk(t *testing.T) {
	web := fetchtest.New(t, "")
	for _, c := range []struct {
		name, kind, body string
		entries          int
	}{
		{"a page", "text/html", "<!DOCTYPE html><html><head><title>News</title></head><body><item>x</item></body></html>", -1},
		{"a page about feeds", "text/html", "<!DOCTYPE html><html><body><pre>&lt;rss><item></item></rss></pre></body></html>", -1},
		{"a page of roots", "text/html", "<html></item>" + strings.Repeat("<feed>", 1<<20), -1},
		{"a page of pages", "text/html", strings.Repeat("<html>", 1<<20) + "</item>", -1},
		{"a feed in a comment of a page", "text/html", "<!DOCTYPE html><html><!-- " + smallItemsText + " --></html>", -1},
		{"a feed in a comment", "application/rss+xml", "<!-- " + smallItemsText + " -->", -1},
		{"a feed that says it is a page", "text/html", smallItemsText, 2},
		{"a feed behind the page of an error", "text/html", "<html><body>Notice: undefined</body></html>\n<?xml version='1.0'?>\n" + smallItemsText, 2},
		{"a feed within a page", "text/html", "<!DOCTYPE html><html><body>" + smallItemsText + "</body></html>", 2},
		{"junk behind", "application/rss+xml", smallItemsText + "<script>x</script></rss><item><title>x</title></item>\x00\x00", 2},
	} {
		web.Handle("news.example", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.Header().Set("ETag", `"a"`)
			io.WriteString(w, c.body)
		}))
		f, err := New(Options{Dial: web.Dial, HostInterval: -1}).Poll(t.Context(), "http://news.example/feed", Validators{})
		if c.entries < 0 && (reasonOf(err) != NotFeed || f.Validators != (Validators{})) {
			t.Errorf("%s: %v, %+v", c.name, err, f.Validators)
		}
		if c.entries >= 0 && (err != nil || len(f.Entries) != c.entries || f.Validators.ETag == "") {
			t.Errorf("%s: %+v, %v", c.name, f, err)
		}
	}
}

const smallItemsText = "<rss version='2.0'><channel><title>C</title><item><title>A</title></item><item><title>B</title></item></channel></rss>"

func TestAttack33TypesThatLie(t *testing.T) {
	for _, kind := range []string{"image/png", "application/json", "text/plain", "application/octet-stream", "text/css", "a lie", ""} {
		if f, err := ParseFeed([]byte(smallItemsText), kind, ""); err != nil || titles(f) != "A|B" {
			t.Errorf("%s: %q, %v", kind, titles(f), err)
		}
	}
	for name, body := range map[string]string{
		"a picture": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a PDF": "%PDF-1.7\n", "an archive": "PK\x03\x04", "a picture that is a feed": "\xff\xd8\xff\xe0\x00\x10JFIF" + smallItemsText,
	} {
		f, err := ParseFeed([]byte(body), "application/rss+xml", "")
		if feed := strings.Contains(body, "<rss"); feed != (err == nil) {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
		checkFeed(t, f)
	}
}

// A parser that panics fails its own feed and no other.
func TestAttack52PanicInAParser(t *testing.T) {
	read := func() (err error) {
		defer recovered(&err)
		var list []int
		return fmt.Errorf("%d", list[len(smallItemsText)])
	}
	if err := read(); err == nil || !strings.Contains(err.Error(), "the parser failed") {
		t.Errorf("a panic gave %v", err)
	}
	if f, err := ParseFeed([]byte(smallItemsText), "", ""); err != nil || titles(f) != "A|B" {
		t.Errorf("%q, %v", titles(f), err)
	}
}
