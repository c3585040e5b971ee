package fetch

import (
	"strings"
	"testing"
)

// formats are a feed of each format: its head with the channel's elements, an item's elements, and its tail, with % for
// declarations of namespaces, and where they stand.
var formats = []struct{ name, doc string }{
	{"RSS 0.90", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/" NS><channel>FEED</channel><item>ITEM</item></rdf:RDF>`},
	{"RSS 0.91 (Netscape)", `<!DOCTYPE rss SYSTEM "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91" NS><channel>FEED<item>ITEM</item></channel></rss>`},
	{"RSS 0.92", `<rss version="0.92" NS><channel>FEED<item>ITEM</item></channel></rss>`},
	{"RSS 1.0", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" NS><channel rdf:about="">FEED</channel><item rdf:about="">ITEM</item></rdf:RDF>`},
	{"RSS 2.0", `<rss version="2.0" NS><channel>FEED<item>ITEM</item></channel></rss>`},
	{"RSS with a namespace", `<rss version="2.0" xmlns="http://backend.userland.com/rss2" NS><channel>FEED<item>ITEM</item></channel></rss>`},
	{"RSS with Atom's namespace", `<rss version="2.0" xmlns="http://www.w3.org/2005/Atom" NS><channel>FEED<item>ITEM</item></channel></rss>`},
	{"RSS with XHTML's namespace", `<rss version="2.0" xmlns="http://www.w3.org/1999/xhtml" NS><channel>FEED<item>ITEM</item></channel></rss>`},
	{"Atom 0.3", `<feed version="0.3" xmlns="http://purl.org/atom/ns#" NS>FEED<entry>ITEM</entry></feed>`},
	{"Atom 1.0", `<feed xmlns="http://www.w3.org/2005/Atom" NS>FEED<entry>ITEM</entry></feed>`},
	{"Atom 1.0 with a prefix", `<a:feed xmlns:a="http://www.w3.org/2005/Atom" NS>FEED<a:entry>ITEM</a:entry></a:feed>`},
}

// vocabularies are prefixes that feeds borrow elements of.
var vocabularies = map[string]string{
	"dc10": "http://purl.org/dc/elements/1.0/", "dc": "http://purl.org/dc/elements/1.1/", "dcterms": "http://purl.org/dc/terms/",
	"a03": "http://purl.org/atom/ns#", "a10": "http://www.w3.org/2005/Atom", "media": "http://search.yahoo.com/mrss",
	"itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd", "content": "http://purl.org/rss/1.0/modules/content/",
	"cc": "http://creativecommons.org/ns#", "creativeCommons": "http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html",
}

// Elements of other vocabularies count in feeds of every format.
func TestBorrowedByEntries(t *testing.T) {
	for _, c := range []struct {
		elements string // one a word, % is the text
		text     string
		get      func(Entry) string
	}{
		{"dc10:title dc:title a03:title a10:title media:title", "A &amp; B", func(e Entry) string { return e.Title }},
		{"dc10:description dc:description a03:summary a10:summary itunes:summary itunes:subtitle", "A &amp; B", func(e Entry) string { return e.Summary }},
		{"content:encoded a03:content a10:content", "A &amp; B", func(e Entry) string { return strings.ReplaceAll(e.Content, "&amp;", "&") }},
		{"dc10:creator dc:creator itunes:author", "A &amp; B", func(e Entry) string { return strings.Join(e.Authors, "|") }},
		{"a03:author/a03:name a10:author/a10:name a10:author/a10:email", "A &amp; B", func(e Entry) string { return strings.Join(e.Authors, "|") }},
		{"dc10:subject dc:subject media:category media:keywords itunes:keywords", "A &amp; B", func(e Entry) string { return strings.Join(e.Tags, "|") }},
		{"dc10:rights dc:rights a03:copyright a10:rights media:copyright", "A &amp; B", func(e Entry) string { return e.Rights }},
		{"dc10:language dc:language", "en-GB", func(e Entry) string { return e.Language }},
		{"dc10:identifier dc:identifier a03:id a10:id", "urn:1", func(e Entry) string { return e.ID }},
		{"dc10:date dc:date dcterms:issued dcterms:created a03:issued a03:created a10:published", "2007-01-11T16:00:00Z", func(e Entry) string { return e.Published.Format("2006-01-02T15:04:05Z07:00") }},
		{"dcterms:modified a03:modified a10:updated", "2007-01-11T16:00:00Z", func(e Entry) string { return e.Updated.Format("2006-01-02T15:04:05Z07:00") }},
		{"creativeCommons:license cc:license media:license", "http://creativecommons.org/licenses/by/4.0/", func(e Entry) string { return e.License }},
		{"dc:source a10:source/a10:title", "A &amp; B", func(e Entry) string { return e.Source }},
		{"a03:link@href a10:link@href a03:link@rel='alternate'@href a10:link@rel='alternate'@type='text/html'@href", "http://h.example/1", func(e Entry) string { return e.URL }},
		{"a03:link@rel='enclosure'@href a10:link@rel='enclosure'@href", "http://h.example/1", func(e Entry) string { return e.Enclosures[0].URL + strings.TrimPrefix(e.URL, "http://h.example/1") }},
		{"a10:category@term a10:category@label a10:category@term='x:y'@label", "A", func(e Entry) string { return e.Tags[0] }},
	} {
		for element := range strings.FieldsSeq(c.elements) {
			borrow(t, element, c.text, false, func(f Feed) string { return c.get(f.Entries[0]) })
		}
	}
}

func TestBorrowedByFeeds(t *testing.T) {
	for _, c := range []struct {
		elements, text string
		get            func(Feed) string
	}{
		{"dc10:title dc:title a03:title a10:title", "A &amp; B", func(f Feed) string { return f.Title }},
		{"dc10:description dc:description a03:tagline a10:subtitle itunes:summary itunes:subtitle", "A &amp; B", func(f Feed) string { return f.Description }},
		{"dc10:rights dc:rights a03:copyright a10:rights", "A &amp; B", func(f Feed) string { return f.Rights }},
		{"dc10:language dc:language", "en-GB", func(f Feed) string { return f.Language }},
		{"a03:link@href a10:link@href a10:link@rel='alternate'@href", "http://h.example/", func(f Feed) string { return f.Home }},
		{"a10:link@rel='self'@href", "http://h.example/feed", func(f Feed) string { return f.Self }},
		{"a10:link@rel='hub'@href", "http://hub.example/", func(f Feed) string { return strings.Join(f.Hubs, "|") }},
		{"a10:link@rel='prev-archive'@href a10:link@rel='next'@href", "http://h.example/2", func(f Feed) string { return f.Archive }},
		{"a10:link@rel='license'@href creativeCommons:license", "http://creativecommons.org/licenses/by/4.0/", func(f Feed) string { return f.License }},
		{"dc:date dcterms:issued", "2007-01-11T16:00:00Z", func(f Feed) string { return f.Published.Format("2006-01-02T15:04:05Z07:00") }},
		{"a03:modified a10:updated dcterms:modified dc10:date", "2007-01-11T16:00:00Z", func(f Feed) string { return f.Updated.Format("2006-01-02T15:04:05Z07:00") }},
	} {
		for element := range strings.FieldsSeq(c.elements) {
			borrow(t, element, c.text, true, c.get)
		}
	}
}

// borrow puts one element into a feed of each format, or into its item, and expects its text. "a/b" is b within a, "a@b" the text in an
// attribute.
func borrow(t *testing.T, element, text string, inFeed bool, get func(Feed) string) {
	t.Helper()
	prefix, _, _ := strings.Cut(element, ":")
	markup := "<" + element + ">" + text + "</" + element + ">"
	if outer, inner, ok := strings.Cut(element, "/"); ok {
		markup = "<" + outer + "><" + inner + ">" + text + "</" + inner + "></" + outer + ">"
	}
	if strings.Contains(element, "@") {
		markup = "<" + strings.ReplaceAll(element, "@", " ") + `="` + text + `"/>`
	}
	for _, f := range formats {
		with := [2]string{markup, ""}
		if !inFeed {
			with = [2]string{"", markup}
		}
		doc := strings.NewReplacer("NS", `xmlns:`+prefix+`="`+vocabularies[prefix]+`"`, "FEED", with[0], "ITEM", with[1]).Replace(f.doc)
		read, err := ParseFeed([]byte(doc), "", "")
		if err != nil || len(read.Entries) != 1 {
			t.Errorf("%s in %s: %+v, %v", element, f.name, read, err)
		} else if got := get(read); got != strings.ReplaceAll(text, "&amp;", "&") {
			t.Errorf("%s in %s: got %q\n%s", element, f.name, got, doc)
		}
	}
}

// What belongs to RSS is read whatever namespace its root declares for it.
func TestRSSInAnyNamespace(t *testing.T) {
	for _, uri := range []string{"", "urn:x", "http://backend.userland.com/rss2", "http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#", "http://www.w3.org/1999/xhtml", "http://purl.org/dc/elements/1.1/", "http://search.yahoo.com/mrss/"} {
		f, err := ParseFeed([]byte(`<rss version="2.0" xmlns="`+uri+`"><channel><title>F</title><link>http://h.example/</link><item><title>T</title><link>http://h.example/1</link>
			<description>S</description><pubDate>Tue, 03 Nov 2020 10:00:00 GMT</pubDate><guid isPermaLink="false">1</guid></item></channel></rss>`), "", "")
		if err != nil || len(f.Entries) != 1 || f.Title != "F" || f.Home != "http://h.example/" {
			t.Errorf("%s: %+v, %v", uri, f, err)
			continue
		}
		if e := f.Entries[0]; e.Title != "T" || e.URL != "http://h.example/1" || e.Summary != "S" || e.Published.IsZero() || e.ID != "1" {
			t.Errorf("%s: %+v", uri, e)
		}
	}
}
