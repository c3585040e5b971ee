package config_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"dateline/config"
)

// subscribed is a line for each agency of a list and for each feed that is refused.
func subscribed(t *testing.T, opml string) string {
	t.Helper()
	agencies, refused, err := config.ParseOPML([]byte(opml))
	if err != nil {
		return "error: " + err.Error()
	}
	var lines []string
	for _, a := range agencies {
		lines = append(lines, strings.Join(append([]string{a.ID + "|" + a.Name + "|" + a.Home + "|" + a.Language}, a.Feeds...), " "))
	}
	for _, c := range refused {
		lines = append(lines, c.What+" "+c.Feed+": "+c.Why)
	}
	return strings.Join(lines, "\n")
}

func body(outlines string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head><title>Mine</title></head><body>` + outlines + `</body></opml>`
}

func TestParseOPML(t *testing.T) {
	const a, b = `<outline text="A" type="rss" xmlUrl="https://a.example/rss" htmlUrl="https://www.a.example/" language="en"/>`, `<outline text="B" xmlUrl="https://b.example/rss"/>`
	deep := strings.Repeat("<outline text='x'>", 33)
	for _, c := range []struct{ name, opml, want string }{
		{"feeds without a folder", body(a + b), "|A|https://www.a.example/|en https://a.example/rss\n|B|| https://b.example/rss"},
		{"a folder of a site is an agency", body(`<outline text="Agency A">` + a + `<outline text="A sports" xmlUrl="https://a.example/rss/sports"/></outline>` + b),
			"|Agency A|https://www.a.example/|en https://a.example/rss https://a.example/rss/sports\n|B|| https://b.example/rss"},
		{"a folder of one feed is not", body(`<outline text="News">` + a + `</outline>`), "|A|https://www.a.example/|en https://a.example/rss"},
		{"nor is a folder of several sites", body(`<outline text="News">` + a + b + `<outline text="A2" xmlUrl="http://a.example/2"/></outline>`),
			"|A|https://www.a.example/|en https://a.example/rss http://a.example/2\n|B|| https://b.example/rss"},
		{"a site in two folders is one agency", body(`<outline text="One">` + a + `</outline><outline text="Two"><outline text="A2" xmlUrl="http://a.example/2"/></outline>`),
			"|A|https://www.a.example/|en https://a.example/rss http://a.example/2"},
		{"nested folders", body(`<outline text="World"><outline text="Asia"><outline title="A &amp; Co">` + b + `<outline text="B2" xmlUrl="https://b.example/2"/></outline></outline></outline>`),
			"|A & Co|| https://b.example/rss https://b.example/2"},
		{"a feed on another host than its site", body(`<outline text="C" xmlUrl="https://feeds.example/c" htmlUrl="https://a.example"/>` + a),
			"|C|https://a.example|en https://feeds.example/c https://a.example/rss"},
		{"each feed once", body(a + a + `<outline text="A" xmlUrl="https://A.example:443/rss"/>`), "|A|https://www.a.example/|en https://a.example/rss"},
		{"other spellings", body(`<OUTLINE TITLE="A" xmlurl=" feed://a.example/rss "/><outline text="B" xmlURL="feed:https://b.example/rss"/><outline text="C" type="rss" url="https://c.example/"/>`),
			"|A|| http://a.example/rss\n|B|| https://b.example/rss\n|C|| https://c.example/"},
		{"no name", body(`<outline xmlUrl="https://www.a.example/rss"/>`), "|a.example|| https://www.a.example/rss"},
		{"what is no feed", body(`<outline text="F" xmlUrl="ftp://a.example/"/><outline text="P" xmlUrl="https://u:p@a.example/"/><outline text="L" type="link" url="https://l.example/"/>` + b),
			"|B|| https://b.example/rss\nrefused ftp://a.example/: expected an http:// or https:// address without user name and password\n" +
				"refused https://u:p@a.example/: expected an http:// or https:// address without user name and password"},
		{"what is wrong of a feed is left out", body(`<outline text="B" xmlUrl="https://b.example/rss" htmlUrl="javascript:x" language="en_US"/>`), "|B||en-US https://b.example/rss"},
		{"no list of feeds", `<rss version="2.0"/>`, "error: OPML: expected an <opml> element, found <rss>"},
		{"no XML", "feeds", "error: OPML: expected an <opml> element, found none"},
		{"empty", "", "error: OPML: expected an <opml> element, found none"},
		{"an empty list", body(""), ""},
		{"too deep", body(deep), "error: OPML: expected at most 32 outlines within each other, found more"},
		{"too many", body(strings.Repeat("<outline/>", 10_001)), "error: OPML: expected at most 10000 outlines, found more"},
		{"too large", strings.Repeat(" ", 4<<20) + body(a), "error: OPML: expected at most 4MiB, found more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := subscribed(t, c.opml); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestParseDamagedOPML(t *testing.T) {
	const feed = `<outline text="Übersee &amp; mehr" xmlUrl="https://a.example/rss"/>`
	latin, err := charmap.ISO8859_1.NewEncoder().String(strings.Replace(body(feed), "UTF-8", "ISO-8859-1", 1))
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(body(feed))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, opml, more string }{
		{"as it is", body(feed), ""},
		{"another charset", latin, ""},
		{"a charset that is not declared", strings.Replace(latin, "ISO-8859-1", "utf-8", 1), ""},
		{"a charset that it is not in", strings.Replace(body(feed), "UTF-8", "ISO-8859-1", 1), ""},
		{"UTF-16", wide, ""},
		{"a mark, a DOCTYPE, leading blanks", "\ufeff\n" + strings.Replace(body(feed), "<opml", "<!DOCTYPE opml>\n<opml", 1), ""},
		{"XML 1.1", strings.Replace(body(feed), "1.0", "1.1", 1), ""},
		{"a bare ampersand", strings.Replace(body(feed), "&amp;", "&", 1), ""},
		{"an entity of HTML", strings.Replace(body(feed), "Ü", "&Uuml;", 1), ""},
		{"control characters", strings.Replace(body(feed), "mehr", "\x00me\x1bhr", 1), ""},
		{"end tags too many", strings.Replace(body(feed), "</body>", "</outline></outline></p></body>", 1), ""},
		{"end tags too few", strings.Replace(body(feed), "</opml>", "", 1), ""},
		{"cut off in a folder", `<opml><body><outline text="F">` + feed, "refused : the document ends within an outline: feeds may be missing"},
		{"cut off in a tag", `<opml><body>` + feed + `<outline text="B" xmlU`, "refused : the document is damaged (XML syntax error on line 1: unexpected EOF): what follows is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := strings.TrimSpace("|Übersee & mehr|| https://a.example/rss\n" + c.more)
			if got := subscribed(t, c.opml); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestEncodeOPML(t *testing.T) {
	agencies := []config.Agency{
		{ID: "a", Name: `A "quoted" & Co`, Home: "https://a.example/?x=1&y=2", Language: "fa", Feeds: []string{"https://a.example/rss?x=1&y=<2>"}},
		{ID: "b", Name: "B", Feeds: []string{"https://b.example/rss", "https://b.example/rss/sports"}},
	}
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0" xmlns:dateline="urn:x-dateline:opml">
  <head>
    <title>dateline</title>
    <docs>http://opml.org/spec2.opml</docs>
  </head>
  <body>
    <outline text="A &#34;quoted&#34; &amp; Co" dateline:id="a">
      <outline type="rss" text="A &#34;quoted&#34; &amp; Co" title="A &#34;quoted&#34; &amp; Co" xmlUrl="https://a.example/rss?x=1&amp;y=&lt;2&gt;" htmlUrl="https://a.example/?x=1&amp;y=2" language="fa"/>
    </outline>
    <outline text="B" dateline:id="b">
      <outline type="rss" text="B (rss)" title="B (rss)" xmlUrl="https://b.example/rss"/>
      <outline type="rss" text="B (rss/sports)" title="B (rss/sports)" xmlUrl="https://b.example/rss/sports"/>
    </outline>
  </body>
</opml>
`
	got := encoded(t, agencies)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if back, refused, err := config.ParseOPML([]byte(got)); err != nil || len(refused) > 0 || !reflect.DeepEqual(back, agencies) {
		t.Errorf("read again: %+v, %v, %v", back, refused, err)
	}
}

func encoded(t *testing.T, agencies []config.Agency) string {
	t.Helper()
	var b bytes.Buffer
	if err := config.EncodeOPML(&b, agencies); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The whole catalogue goes out and comes back into an empty configuration: enabled, as it was.
func TestOPMLOfTheCatalogue(t *testing.T) {
	all, err := config.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	back, _, err := config.ParseOPML([]byte(encoded(t, all)))
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := config.Add("dateline.toml", []byte("enable = []\n"), back)
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse("dateline.toml", out)
	if err != nil || !reflect.DeepEqual(c.Agencies, all) || strings.Contains(string(out), "[[agency]]") {
		t.Errorf("%v\n%s", err, out)
	}
}

// FuzzOPML: what is read is the same after it was written and read again, and a configuration takes it.
func FuzzOPML(f *testing.F) {
	const feed = `<outline text="A" title="a &amp; b" xmlUrl="https://a.example/rss" htmlUrl="https://www.a.example/" language="en"/>`
	f.Add([]byte(body(feed + `<outline text="F">` + feed + `<outline xmlUrl="feed://b.example"/></outline>`)))
	f.Add([]byte(`<opml xmlns:dateline="x"><outline text="F" dateline:id="f"><outline text="G">` + feed + `</outline><outline dateline:id="g" xmlUrl="http://c.example/"/>`))
	f.Add([]byte("<?xml version='1.1' encoding='koi8-r'?><opml><outline text='\xc1\xd7' xmlUrl='http://d.example/\xc1?a&b'>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		agencies, refused, err := config.ParseOPML(data)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r\x1b") {
				t.Errorf("an error that is more than a line of text: %q", err)
			}
			return
		}
		text := encoded(t, agencies)
		back, again, err := config.ParseOPML([]byte(text))
		if err != nil || len(again) > 0 || !reflect.DeepEqual(back, agencies) {
			t.Fatalf("%v, %v, got\n%+v\nwant\n%+v\nof\n%s", err, again, back, agencies, text)
		}
		feeds := 0
		for _, a := range agencies {
			feeds += len(a.Feeds)
		}
		_, changes, err := config.Add("dateline.toml", []byte("enable = []\n"), agencies)
		if err != nil && !strings.Contains(err.Error(), "expected at most") || err == nil && len(changes) != feeds {
			t.Fatalf("%v after %v: %v", changes, refused, fmt.Errorf("%w\n%s", err, text))
		}
	})
}
