package fetch

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func compress(s string) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		return nil, err
	}
	err := z.Close()
	return b.Bytes(), err
}

func day(d int) time.Time { return time.Date(2026, 11, d, 9, 0, 0, 0, time.UTC) }

func TestFeedRSS(t *testing.T) {
	f, err := ParseFeed([]byte(`<rss version="2.0" xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>
<title>Example &amp;amp; Co</title><link>/home</link><description>&lt;b&gt;All&lt;/b&gt; news</description>
<language>fa-IR</language><copyright>© Example</copyright><ttl>90</ttl><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>8</sy:updateFrequency>
<creativeCommons:license>https://creativecommons.org/licenses/by/4.0/</creativeCommons:license>
<pubDate>Sat, 21 Nov 2026 12:30:00 +0330</pubDate><lastBuildDate>Sun, 22 Nov 2026 09:00:00 GMT</lastBuildDate>
</channel></rss>`), "", "https://news.example/feeds/all.xml")
	want := Feed{
		URL: "https://news.example/feeds/all.xml", Title: "Example & Co", Description: "All news", Home: "https://news.example/home",
		Language: "fa-IR", Rights: "© Example", License: "https://creativecommons.org/licenses/by/4.0/",
		Published: day(21), Updated: day(22), TTL: 90 * time.Minute, Hints: Hints{TTL: 90 * time.Minute, Update: 3 * time.Hour},
	}
	if err != nil || !reflect.DeepEqual(f, want) {
		t.Errorf("feed = %+v, %v\nwant   %+v", f, err, want)
	}
}

func TestFeedAtom(t *testing.T) {
	f, err := ParseFeed([]byte(`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://news.example/de/feed.atom">
<title type="html">Nachrichten &amp;amp; mehr</title><subtitle>Täglich</subtitle><rights>CC BY</rights>
<link rel="self" href="feed.atom"/><link href="start"/><link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>
<updated>2026-11-22T09:00:00Z</updated><author><name>Redaktion</name></author>
<entry><id>urn:1</id><title>Eins</title><link href="1.html"/><updated>2026-11-21T12:30:00+03:30</updated></entry></feed>`), "", "https://cdn.example/x")
	if err != nil {
		t.Fatal(err)
	}
	e := f.Entries[0]
	if f.Title != "Nachrichten & mehr" || f.Description != "Täglich" || f.Home != "https://news.example/de/start" || f.Language != "de" ||
		f.Rights != "CC BY" || f.License != "https://creativecommons.org/licenses/by/4.0/" || !f.Updated.Equal(day(22)) {
		t.Errorf("feed = %+v", f)
	}
	if e.ID != "urn:1" || e.URL != "https://news.example/de/1.html" || !e.Updated.Equal(day(21)) || !reflect.DeepEqual(e.Authors, []string{"Redaktion"}) {
		t.Errorf("entry = %+v", e)
	}
}

func TestFeedJSON(t *testing.T) {
	f, err := ParseFeed([]byte("\ufeff"+`{"version":"https://jsonfeed.org/version/1.1","title":"J","home_page_url":"https://j.example/","language":"en",
"authors":[{"name":"Desk"}],"items":[
{"id":7,"url":"/7","title":"Seven","content_html":"<p>7</p>","summary":"s","date_published":"2026-11-21T09:00:00Z","tags":["a","a","b"],
 "attachments":[{"url":"/7.mp3","mime_type":"audio/mpeg","size_in_bytes":12}]},
{"id":"8","external_url":"https://k.example/8","authors":[{"name":"A"},{"name":"B"}],"language":"fa","content_text":"t"}]}`), "", "https://j.example/feed.json")
	if err != nil || len(f.Entries) != 2 || f.Title != "J" || f.Language != "en" || f.Home != "https://j.example/" {
		t.Fatalf("feed = %+v, %v", f, err)
	}
	want := Entry{ID: "7", URL: "https://j.example/7", Title: "Seven", Summary: "s", Content: "<p>7</p>", Authors: []string{"Desk"},
		Published: day(21), Tags: []string{"a", "b"}, Enclosures: []Enclosure{{URL: "https://j.example/7.mp3", Type: "audio/mpeg", Length: 12}}}
	if !reflect.DeepEqual(f.Entries[0], want) {
		t.Errorf("entry = %+v\nwant    %+v", f.Entries[0], want)
	}
	if e := f.Entries[1]; e.URL != "https://k.example/8" || e.Language != "fa" || !reflect.DeepEqual(e.Authors, []string{"A", "B"}) {
		t.Errorf("entry = %+v", e)
	}
}

func TestTTL(t *testing.T) {
	for _, c := range []struct {
		channel   string
		ttl, hint time.Duration
	}{
		{"", 0, 0},
		{"<ttl>60</ttl>", time.Hour, time.Hour},
		{"<ttl> 60 </ttl>", time.Hour, time.Hour},
		{"<ttl>0</ttl>", 0, 0},
		{"<ttl>-5</ttl>", 0, 0},
		{"<ttl>1000000000</ttl>", maxHint, maxHint},
		{"<ttl>1h</ttl>", 0, 0},
		{"<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 0, 30 * time.Minute},
		{"<sy:updatePeriod>Weekly</sy:updatePeriod>", 0, 7 * 24 * time.Hour},
		{"<sy:updateFrequency>4</sy:updateFrequency>", 0, 6 * time.Hour},
		{"<sy:updatePeriod>yearly</sy:updatePeriod>", 0, maxHint},
		{"<sy:updatePeriod>often</sy:updatePeriod>", 0, 0},
		{"<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>-1</sy:updateFrequency>", 0, 24 * time.Hour},
		{"<ttl>10</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 10 * time.Minute, time.Hour},
	} {
		f, err := ParseFeed([]byte(`<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>`+c.channel+`</channel></rss>`), "", "")
		if err != nil || f.TTL != c.ttl || max(f.Hints.TTL, f.Hints.Update) != c.hint {
			t.Errorf("%s: ttl %s and hints %+v (%v), want %s and %s", c.channel, f.TTL, f.Hints, err, c.ttl, c.hint)
		}
	}
}

// checkFeed says what holds for every feed, whatever its bytes were.
func checkFeed(t *testing.T, f Feed) {
	t.Helper()
	if len(f.Entries) > 1000 {
		t.Errorf("%d entries", len(f.Entries))
	}
	for _, word := range f.Mended {
		if !slices.Contains([]string{mendedGzip, mendedCharset, mendedCharacters, mendedLead, mendedEntities, mendedTags, mendedTypes, mendedLong, MendedCut}, word) {
			t.Errorf("mended %q", word)
		}
	}
	checkLines(t, f.Self, f.Archive)
	checkLines(t, f.Title, f.Description, f.Home, f.Language, f.Rights, f.License)
	for _, e := range f.Entries {
		checkLines(t, e.ID, e.URL, e.Title, e.Summary, e.Language, e.Source, e.Rights, e.License)
		checkLines(t, e.Authors...)
		checkLines(t, e.Tags...)
		checkText(t, e.Content)
		for _, x := range e.Enclosures {
			checkLines(t, x.URL, x.Type, x.Caption, x.Credit)
			checkWeb(t, x.URL)
		}
		if e.URL != "" {
			checkWeb(t, e.URL)
		}
		if _, err := json.Marshal(e); err != nil {
			t.Errorf("entry %q can't be written as JSON: %v", e.ID, err)
		}
	}
}

func checkWeb(t *testing.T, link string) {
	t.Helper()
	if !strings.HasPrefix(link, "http://") && !strings.HasPrefix(link, "https://") {
		t.Errorf("link %q is no web address", link)
	}
}

func checkText(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		t.Errorf("text %.100q holds what no text may", s)
	}
}

func checkLines(t *testing.T, lines ...string) {
	t.Helper()
	for _, s := range lines {
		checkText(t, s)
		if strings.ContainsAny(s, "\n\t") {
			t.Errorf("%.100q is more than one line", s)
		}
	}
}

func FuzzParseFeed(f *testing.F) {
	f.Add([]byte(whole), "text/xml; charset=windows-1252")
	f.Add([]byte(richItem), "")
	f.Add([]byte("\xff\xfe<\x00r\x00s\x00s\x00>\x00"), "")
	f.Add([]byte(`{"items":[{"id":1,"url":"javascript:x","title":"a\u0000b","authors":[null]}, null]}`), "application/json")
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="x/y"><entry><id>http://h/\u202e</id><link rel="license" href=" a "/></entry>`), "")
	f.Add([]byte(`<rdf:RDF><item rdf:about="a"><title>&#55357;&#0;&copy;<b>x</b></title></item>`), "")
	f.Add([]byte(newsMap), "")
	f.Add([]byte("<html><rss a=1><channel><item><title>&e;<item><link xml:base='b'>c</item></rss>"), "text/html")
	f.Add([]byte("<feed xml:lang='de'><entry><content type='xhtml'><div>]]></div></content><content:encoded><![CDATA[x</entry>"), "")
	f.Add([]byte("<?xml version='1.0'?><rss><channel><language>ru</language><item><title>\xcf\xf0\xe5\xe7</title></item></channel></rss>"), "")
	f.Fuzz(func(t *testing.T, body []byte, kind string) {
		feed, err := ParseFeed(body, kind, "http://feed.example/dir/feed.xml")
		if err != nil {
			if reasonOf(err) == "" {
				t.Errorf("error %v has no reason", err)
			}
			return
		}
		checkFeed(t, feed)
		if again, err := ParseFeed(body, kind, "http://feed.example/dir/feed.xml"); err != nil || !reflect.DeepEqual(feed, again) {
			t.Errorf("read twice, it differs: %v", err)
		}
	})
}
