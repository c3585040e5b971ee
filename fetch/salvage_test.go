package fetch

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// whole is a feed that each test damages in its own way.
const whole = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Neuigkeiten – خبر</title>
<item><title>Erstens „so“</title><link>http://h.example/1</link></item>
<item><title>Zweitens</title><link>http://h.example/2</link></item>
</channel></rss>`

func titles(f Feed) string {
	var all []string
	for _, e := range f.Entries {
		all = append(all, e.Title)
	}
	return strings.Join(all, "|")
}

// Every kind of damage here leaves the same words readable.
func TestMends(t *testing.T) {
	const want = "Erstens „so“|Zweitens"
	latin := strings.ReplaceAll(strings.ReplaceAll(whole, "خبر", "x"), "UTF-8", "windows-1252")
	in := func(enc interface {
		String(string) (string, error)
	}, s string) string {
		return encode(t, enc, s)
	}
	for _, c := range []struct{ name, kind, body string }{
		{"nothing", "", whole},
		{"a byte order mark", "", "\ufeff" + whole},
		{"two of them", "", "\ufeff\ufeff" + whole},
		{"UTF-16 with its mark, labelled UTF-8", "", in(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), whole)},
		{"UTF-16 without a mark", "", in(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(), whole)},
		{"UTF-32", "", in(utf32.UTF32(utf32.LittleEndian, utf32.UseBOM).NewEncoder(), whole)},
		{"an old charset, declared", "", in(charmap.Windows1252.NewEncoder(), latin)},
		{"an old charset, in the header alone", "text/xml; charset=windows-1252", in(charmap.Windows1252.NewEncoder(), strings.ReplaceAll(latin, ` encoding="windows-1252"`, ""))},
		{"UTF-8 that says it is not", "text/xml; charset=iso-8859-1", strings.ReplaceAll(whole, "UTF-8", "windows-1251")},
		{"UTF-8 that says UTF-16", "", strings.ReplaceAll(whole, "UTF-8", "UTF-16")},
		{"a charset that is none", "", strings.ReplaceAll(whole, "UTF-8", "unicode")},
		{"quotes of a word processor in UTF-8", "", strings.NewReplacer("„", "\x84", "“", "\x93").Replace(whole)},
		{"gzip", "", gzipped(whole)},
		{"blank lines", "", "\n \r\n" + whole},
		{"a PHP warning", "", "<br />\n<b>Warning</b>: include(): Failed in <b>/x.php</b> on line <b>3</b><br />\n" + whole},
		{"a long comment", "", "<!-- <rss> " + strings.Repeat("x ", 5000) + "-->" + whole},
		{"XML 1.1", "", strings.ReplaceAll(whole, `version="1.0"`, `version="1.1"`)},
		{"an entity bomb that is never lit", "", `<!DOCTYPE r [<!ENTITY a "&b;&b;"><!ENTITY b "lol">]>` + whole},
		{"control characters", "", strings.ReplaceAll(whole, "Zweitens", "Zwei\x00\x0b\x1ftens")},
		{"references to characters that XML forbids", "", strings.ReplaceAll(whole, "Zweitens", "Zwei&#0;&#x1F;&#xFFFF;&#55357;tens")},
		{"references by the numbers of windows-1252", "", strings.NewReplacer("„", "&#132;", "“", "&#x93;").Replace(whole)},
		{"a bare ampersand", "", strings.ReplaceAll(whole, "/2<", "/2?a&b<")},
		{"no end", "", strings.TrimSuffix(whole, "\n</channel></rss>")},
		{"a third item that was cut", "", strings.ReplaceAll(whole, "\n</channel></rss>", "\n<item><title>Dritt")},
		{"a third item that was cut in CDATA", "", strings.ReplaceAll(whole, "\n</channel></rss>", "\n<item><title><![CDATA[Dritt</item>")},
		{"a tag that was cut", "", strings.TrimSuffix(whole, ">")},
		{"junk behind the end", "", whole + "\n<script>x</script>\x00\x00"},
	} {
		f, err := ParseFeed([]byte(c.body), c.kind, "")
		if err != nil || titles(f) != want {
			t.Errorf("%s: %q, %v; want %q", c.name, titles(f), err, want)
		}
	}
}

// A mainframe's charset has no quotes of that kind.
func TestEBCDIC(t *testing.T) {
	feed := `<?xml version="1.0" encoding="ebcdic-cp-us"?><rss><channel><item><title>It's 100 % Räder</title></item></channel></rss>`
	f, err := ParseFeed([]byte(encode(t, charmap.CodePage037.NewEncoder(), feed)), "", "")
	if err != nil || titles(f) != "It's 100 % Räder" {
		t.Errorf("%q, %v", titles(f), err)
	}
}

func gzipped(s string) string { return string(must(compress(s))) }

// The charsets of old machines are no page's, and still some feed's.
func TestOldCharsets(t *testing.T) {
	for label, enc := range map[string]*charmap.Charmap{"cp437": charmap.CodePage437, "IBM850": charmap.CodePage850, "cp852": charmap.CodePage852} {
		body := `<?xml version="1.0" encoding="` + label + `"?><rss><channel><item><title>Zürich, Köln</title></item></channel></rss>`
		f, err := ParseFeed([]byte(encode(t, enc.NewEncoder(), body)), "", "")
		if err != nil || titles(f) != "Zürich, Köln" || len(f.Mended) > 0 {
			t.Errorf("%s: %q, mended %q, %v", label, titles(f), f.Mended, err)
		}
	}
}

func TestMendSurrogatePairs(t *testing.T) {
	got := string(mendReferences([]byte("a&#55357;&#56832;b&#xD83D;&#xDE00;c&#65;&#128;&amp;d&#00000000000000001;&#x000000000000000065;&#&#1e;")))
	if want := "a😀b😀c&#65;€&amp;d&#x000000000000000065;&#&#1e;"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMendAbout(t *testing.T) {
	f, err := ParseFeed([]byte(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="http://h/"><title>C</title></channel>
<item rdf:about="urn:1"><title>One</title><link>http://h/1</link></item></rdf:RDF>`), "", "")
	if err != nil || len(f.Entries) != 1 || f.Entries[0].ID != "urn:1" || f.Entries[0].URL != "http://h/1" {
		t.Errorf("feed = %+v, %v", f, err)
	}
}

func TestRefusedAsNoFeed(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       Reason
		cause      string
	}{
		{"nothing", "", Empty, ""},
		{"white space", " \n", Empty, ""},
		{"an HTML page", "<!DOCTYPE html>\n<html><head><title>404</title>", NotFeed, "an HTML page"},
		{"an HTML page about feeds", "<html><body><pre><rss version='2.0'>", NotFeed, "an HTML page"},
		{"words", "Service unavailable", NotFeed, "no RSS"},
		{"another XML", "<?xml version='1.0'?><opml></opml>", NotFeed, "no RSS"},
		{"broken JSON", `{"version": "https://jsonfeed.org/version/1", "items": [`, NotFeed, ""},
		{"JSON of another kind", `{"items": "none"}`, NotFeed, ""},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00", NotFeed, ""},
		{"a feed inside a comment", "<!-- <rss><channel></channel></rss> -->", NotFeed, "no RSS"},
	} {
		_, err := ParseFeed([]byte(c.body), "", "http://h/feed")
		var e *Error
		if !errors.As(err, &e) || e.Reason != c.want || !strings.Contains(err.Error(), c.cause) {
			t.Errorf("%s: %v, want %s: %s", c.name, err, c.want, c.cause)
		}
	}
}

func TestGzipBomb(t *testing.T) {
	if _, err := ParseFeed([]byte(gzipped(strings.Repeat(" ", maxInflated+1))), "", ""); reasonOf(err) != TooLarge {
		t.Errorf("a gzip bomb: %v", err)
	}
}

// What was wrong is said by a word.
func TestMendedWords(t *testing.T) {
	cut := strings.TrimSuffix(whole, "</channel></rss>")
	for _, c := range []struct{ body, want string }{
		{whole, ""},
		{"\ufeff \n" + whole, ""},
		{gzipped(whole), mendedGzip},
		{strings.ReplaceAll(whole, "„", "\x84"), mendedCharset},
		{strings.ReplaceAll(whole, "so", "s\x00o"), mendedCharacters},
		{strings.ReplaceAll(whole, "so", "s&#0;o"), mendedCharacters},
		{"Warning: x\n" + whole, mendedLead},
		{`<!DOCTYPE rss [<!ENTITY e "Z">]>` + strings.ReplaceAll(whole, "Zweitens", "&e;weitens"), mendedEntities},
		{strings.Replace(whole, "</title>", "</titel>", 1), mendedTags},
		{strings.Replace(whole, `version="2.0"`, `version=2.0`, 1), mendedTags},
		{cut, MendedCut},
		{strings.Replace(whole, "Zweitens", strings.Repeat("lang ", 300_000), 1), mendedLong},
		{`{"items":[{"title":7}]}`, mendedTypes},
		{`{"items":[{"title":"7"},`, MendedCut},
	} {
		f, err := ParseFeed([]byte(c.body), "", "")
		if err != nil || strings.Join(f.Mended, " ") != c.want {
			t.Errorf("%.60q: %q, %v; want %q", c.body, f.Mended, err, c.want)
		}
	}
}
