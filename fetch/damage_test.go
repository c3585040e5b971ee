package fetch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// damage breaks a sound feed in one way.
type damage struct {
	name string
	do   func(b []byte) []byte
}

var (
	titleText = regexp.MustCompile(`(<title[^<>]*>)([^<>]+)(</title>)`)
	bodyStart = regexp.MustCompile(`<(description|summary)(\s[^<>]*)?>`)
	itemEnd   = regexp.MustCompile(`</(item|entry)>`)
	rootEnd   = regexp.MustCompile(`(\s*</channel>)?\s*</(rss|rdf:RDF|feed)>\s*$`)
	spaceDecl = regexp.MustCompile(`\sxmlns:(dc|content|media|atom|sy|slash|wfw|itunes)="[^"]*"`)
	plainAttr = regexp.MustCompile(`="([A-Za-z0-9./:_-]+)"`)
	anyName   = regexp.MustCompile(`</?(item|entry|title|description|channel|guid|id|updated|published|summary|content)\b`)
)

// each replaces what a pattern finds, but for the first occurrence, which is the channel's own.
func each(pattern *regexp.Regexp, with string) func([]byte) []byte {
	return func(b []byte) []byte {
		n := 0
		return pattern.ReplaceAllFunc(b, func(found []byte) []byte {
			if n++; n == 1 {
				return found
			}
			return pattern.ReplaceAll(found, []byte(with))
		})
	}
}

// third replaces the third occurrence alone.
func third(pattern *regexp.Regexp, with string) func([]byte) []byte {
	return func(b []byte) []byte {
		n := 0
		return pattern.ReplaceAllFunc(b, func(found []byte) []byte {
			if n++; n != 3 {
				return found
			}
			return pattern.ReplaceAll(found, []byte(with))
		})
	}
}

// declare puts another XML declaration in front.
func declare(b []byte, declaration string) []byte {
	if bytes.HasPrefix(b, []byte("<?xml")) {
		b = b[bytes.Index(b, []byte("?>"))+2:]
	}
	return append([]byte(declaration), b...)
}

var damages = []damage{
	{"control characters in titles", each(titleText, "$1\x00$2\x0b\x1f$3")},
	{"invalid UTF-8 in titles", each(titleText, "$1$2\xff\xc3$3")},
	{"quotes of windows-1252 in titles", each(titleText, "$1\x93$2\x94$3")},
	{"bare ampersands", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("&amp;"), []byte("&")) }},
	{"bare < in titles", each(titleText, "$1$2 < 5 <3$3")},
	{"illegal references in titles", each(titleText, "$1$2&#0;&#x1F;&#55357;&#xFFFF;$3")},
	{"undeclared entities in titles", each(titleText, "$1$2&nbsp;&copy;&unheard;$3")},
	{"]]> in titles", each(titleText, "$1$2 ]]> $3")},
	{"a wrong end tag", third(titleText, "$1$2</titel>")},
	{"an end tag too many", third(titleText, "$1$2</b></title>")},
	{"a title that is not closed", third(titleText, "$1$2")},
	{"an item that is not closed", third(itemEnd, "")},
	{"HTML that is not closed in summaries", each(bodyStart, "$0<p>one<br>two<div><img src='x.jpg'><b>")},
	{"no end of the root", func(b []byte) []byte { return rootEnd.ReplaceAll(b, nil) }},
	{"cut at two thirds", func(b []byte) []byte { return b[:2*len(b)/3] }},
	{"cut within a tag", func(b []byte) []byte { return b[:bytes.LastIndex(b[:2*len(b)/3], []byte("</"))+1] }},
	{"a PHP warning in front", func(b []byte) []byte {
		return append([]byte("<br />\n<b>Warning</b>: include(): failed in <b>/x.php</b> on line <b>3</b><br />\n"), b...)
	}},
	{"a page behind", func(b []byte) []byte {
		return append(bytes.Clone(b), "\n<html><body><item><title>x</title></item></body></html>"...)
	}},
	{"UTF-16 that says UTF-8", func(b []byte) []byte {
		wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(declare(b, `<?xml version="1.0" encoding="UTF-8"?>`))
		if err != nil {
			panic(err)
		}
		return wide
	}},
	{"UTF-8 that says windows-1251", func(b []byte) []byte { return declare(b, `<?xml version="1.0" encoding="windows-1251"?>`) }},
	{"XML 1.1 with a DTD", func(b []byte) []byte {
		return declare(b, `<?xml version="1.1"?><!DOCTYPE rss [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>`)
	}},
	{"no declarations of namespaces", func(b []byte) []byte { return spaceDecl.ReplaceAll(b, nil) }},
	{"gzip that is not announced", func(b []byte) []byte { return must(compress(string(b))) }},
	{"attributes without quotes", func(b []byte) []byte { return plainAttr.ReplaceAll(b, []byte("=$1")) }},
	{"a quote that is missing", third(regexp.MustCompile(`="([^"<>]*)">`), `="$1>`)},
	{"an end tag without its end", third(regexp.MustCompile(`</title>`), "</title")},
	{"a start tag without its end", third(regexp.MustCompile(`<(guid|id|updated|description)>`), "<$1")},
	{"a CDATA section that is not closed", third(regexp.MustCompile(`\]\]>`), "")},
	{"half an item lost", func(b []byte) []byte {
		ends := itemEnd.FindAllIndex(b, 3)
		return append(bytes.Clone(b[:(ends[0][1]+ends[1][0])/2]), b[ends[1][0]:]...)
	}},
	{"names in capitals", func(b []byte) []byte { return anyName.ReplaceAllFunc(b, bytes.ToUpper) }},
	{"comments and declarations between the items", each(itemEnd, `$0<!-- a -- b --><?xml version="1.0"?>`)},
}

// sound are feeds without any damage: synthetic ones of every format and, where the corpus is at hand, real ones.
func sound(t *testing.T) map[string][]byte {
	feeds := map[string][]byte{
		"WordPress":  wordPress(12, 600),
		"Atom":       atomBlog(12, 600),
		"headlines":  smallItems(40),
		"Persian":    foreignFeed("fa", "خبر شماره %d: نشست وزیران & پایان"),
		"Chinese":    foreignFeed("zh", "第%d条新闻：总统抵达上海 & 更多"),
		"RDF":        rdfFeed(15),
		"inline":     inlineFeed(12),
		"some items": foreignFeed("en", "Item %d"),
	}
	b, err := os.ReadFile(filepath.Join(corpus, "gold.json"))
	if err != nil {
		t.Log("the corpus of feeds is not here; synthetic ones are all there is")
		return feeds
	}
	var gold []goldFeed
	if err := json.Unmarshal(b, &gold); err != nil {
		t.Fatal(err)
	}
	for _, g := range gold {
		b, err := os.ReadFile(filepath.Join(corpus, g.File))
		if err != nil {
			t.Fatal(err)
		}
		if len(feeds) < 30 && (g.Group == "real" || g.Group == "damaged/00-clean") && isSound(b) {
			feeds[g.File] = b
		}
	}
	return feeds
}

// isSound tells the feeds that a test can damage knowing what must come out: UTF-8, whole, entries with addresses of their own.
func isSound(b []byte) bool {
	f, err := ParseFeed(b, "", "")
	if err != nil || len(f.Mended) > 0 || len(f.Entries) < 5 || !utf8.Valid(b) || !rootEnd.Match(b) {
		return false
	}
	seen := map[string]bool{}
	for _, e := range f.Entries {
		if e.URL == "" || seen[e.URL] {
			return false
		}
		seen[e.URL] = true
	}
	return len(itemEnd.FindAll(b, -1)) == len(f.Entries)
}

func foreignFeed(language, title string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>N</title><link>http://n.example/</link><language>%s</language>`, language)
	for i := range 20 {
		fmt.Fprintf(&b, "<item><title>%s</title><link>http://n.example/%d</link><description>&lt;p&gt;%d&lt;/p&gt;</description><guid>g%[2]d</guid><pubDate>%02[4]d Nov 2026 10:00:00 +0330</pubDate></item>\n",
			strings.ReplaceAll(fmt.Sprintf(title, i), "&", "&amp;"), i, i, i+1)
	}
	return []byte(b.String() + "</channel></rss>")
}

func rdfFeed(items int) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="http://r.example/"><title>R</title><link>http://r.example/</link></channel>`)
	for i := range items {
		fmt.Fprintf(&b, `<item rdf:about="http://r.example/%d"><title>Title %d</title><link>http://r.example/%[1]d</link><description>About %[1]d</description><dc:date>2026-11-%02[2]dT10:00:00Z</dc:date></item>`+"\n", i, i+1)
	}
	return []byte(b.String() + "</rdf:RDF>")
}

func inlineFeed(entries int) []byte {
	var b strings.Builder
	b.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom"><title>I</title><id>urn:i</id>`)
	for i := range entries {
		fmt.Fprintf(&b, `<entry><title>Entry %d</title><id>urn:i:%d</id><link href="http://i.example/%[1]d"/><updated>2026-11-%02[2]dT10:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Some <b>text</b> of %[1]d &amp; more</p></div></content></entry>`+"\n", i, i+1)
	}
	return []byte(b.String() + "</feed>")
}

// Of each damaged feed at least 97 % of the entries still come out, as far as they are in it, and none has what another said.
func TestDamage(t *testing.T) {
	feeds := sound(t)
	wanted, got := 0, 0
	for i, d := range damages {
		if racing && i%8 != 0 {
			continue
		}
		of, found := 0, 0
		for _, name := range slices.Sorted(maps.Keys(feeds)) {
			whole, err := ParseFeed(feeds[name], "", "")
			if err != nil {
				t.Fatal(err)
			}
			damaged := d.do(bytes.Clone(feeds[name]))
			expected := len(whole.Entries)
			if strings.HasPrefix(d.name, "cut") {
				expected = len(itemEnd.FindAll(damaged, -1))
			}
			f, err := ParseFeed(damaged, "", "")
			n := oursOnly(t, d.name+", "+name, whole.Entries, f.Entries)
			if n < expected {
				t.Logf("%s, %s: %d of %d entries, %v", d.name, name, n, expected, err)
			}
			of, found = of+expected, found+min(n, expected)
		}
		if found*100 < of*97 {
			t.Errorf("%s: %d of %d entries", d.name, found, of)
		}
		wanted, got = wanted+of, got+found
	}
	t.Logf("%d of %d entries of %d feeds in %d ways (%.2f %%)", got, wanted, len(feeds), len(damages), 100*float64(got)/float64(wanted))
}

// oursOnly counts the entries that are found again by their address, and checks that they say nothing that one other
// alone said.
func oursOnly(t *testing.T, name string, whole, damaged []Entry) (found int) {
	t.Helper()
	said := map[string][]string{} // by whom
	own := map[string][]string{}
	for _, e := range whole {
		own[e.URL] = sayings(e)
		for _, s := range own[e.URL] {
			said[s] = append(said[s], e.URL)
		}
	}
	for _, e := range damaged {
		before, ok := own[e.URL]
		if !ok {
			continue
		}
		found++
		for _, s := range sayings(e) {
			if by := said[s]; len(by) == 1 && !slices.Contains(before, s) {
				t.Errorf("%s: %s has what %s said: %s", name, e.URL, by[0], s)
			}
		}
	}
	return found
}

// sayings are what an entry says of itself, each with its field's name.
func sayings(e Entry) []string {
	return []string{"id " + e.ID, "title " + e.Title, "summary " + e.Summary, "content " + e.Content, "published " + e.Published.String(), "updated " + e.Updated.String()}
}
