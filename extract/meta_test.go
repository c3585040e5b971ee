package extract

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestTitle(t *testing.T) {
	for _, c := range []struct{ name, head, h1, want string }{
		{"site after a bar", `<meta property="og:site_name" content="Example Times"><meta property="og:title" content="A ship came in | Example Times">`, "", "A ship came in"},
		{"site before a dash", `<meta property="og:site_name" content="Example Times"><meta property="og:title" content="Example Times - A ship came in">`, "", "A ship came in"},
		{"a dash of its own", `<meta property="og:title" content="A ship - and what a ship - came in">`, "", "A ship - and what a ship - came in"},
		{"host's label", `<title>A ship came in - news.example</title>`, "", "A ship came in"},
		{"the h1 tells", `<title>A ship came in » All of today's stories</title>`, "A ship came in", "A ship came in"},
		{"structured data first", `<meta property="og:title" content="SHIP!"><script type="application/ld+json">[{"@type":["NewsArticle"],"headline":"A ship &amp; its <b>crew</b>"}]</script>`, "", "A ship & its crew"},
		{"of several nodes this page's", `<meta property="og:title" content="A ship came in"><script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","headline":"Other"},{"@type":"NewsArticle","headline":"A ship came in"}]}</script>`, "", "A ship came in"},
		{"none", ``, "", ""},
	} {
		page := `<html><head>` + c.head + `</head><body>` + strings.Repeat("<h1>"+c.h1+"</h1>", min(1, len(c.h1))) + prose + `</body></html>`
		if a := Page([]byte(page), Source{URL: "https://news.example/a"}); a.Title != c.want {
			t.Errorf("%s: got %q, want %q", c.name, a.Title, c.want)
		}
	}
}

func TestMendedJSONLD(t *testing.T) {
	for name, ld := range map[string]string{
		"raw line break":  "{\"@type\":\"NewsArticle\",\"headline\":\"A\nship\"}",
		"trailing comma":  `{"@type":"NewsArticle","headline":"A ship",}`,
		"semicolon":       `{"@type":"NewsArticle","headline":"A ship"};`,
		"comment":         `<!-- {"@type":"NewsArticle","headline":"A ship"} -->`,
		"cdata":           "//<![CDATA[\n{\"@type\":\"NewsArticle\",\"headline\":\"A ship\"}\n//]]>",
		"two in one":      `{"@type":"WebSite"}{"@type":"NewsArticle","headline":"A ship"}`,
		"escaped":         `{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;headline&quot;:&quot;A ship&quot;}`,
		"address as type": `{"@type":"http://schema.org/NewsArticle","headline":"A ship"}`,
	} {
		if a := Page(articlePage(`<script type="application/ld+json">`+ld+`</script>`, "", ""), Source{}); a.Title != "A ship" {
			t.Errorf("%s: title %q", name, a.Title)
		}
	}
}

func TestAuthors(t *testing.T) {
	for _, c := range []struct {
		head string
		want []string
	}{
		{`<meta name="author" content="By Jane Doe, John Roe and Ann Lee">`, []string{"Jane Doe", "John Roe", "Ann Lee"}},
		{`<meta name="author" content="Von Jörg Müller und Ute Meier">`, []string{"Jörg Müller", "Ute Meier"}},
		{`<meta name="author" content="Example Agency; Jane Doe">`, []string{"Jane Doe"}},
		{`<meta name="author" content="Example Agency">`, []string{"Example Agency"}},
		{`<meta property="article:author" content="https://facebook.example/jane">`, nil},
		{`<meta name="author" content="Jane Doe (MNA) jane@news.example">`, []string{"Jane Doe"}},
		{`<script type="application/ld+json">{"@type":"NewsArticle","author":[{"@type":"Organization","name":"Example Agency"},{"@type":"Person","name":"Jane Doe"}]}</script>`, []string{"Jane Doe"}},
		{`<script type="application/ld+json">{"@type":"NewsArticle","author":["Jane Doe","John Roe"]}</script>`, []string{"Jane Doe", "John Roe"}},
		{`<meta name="author" content="نویسنده: مریم رضایی">`, []string{"مریم رضایی"}},
	} {
		a := Page(articlePage(c.head, "", ""), Source{URL: "https://news.example/a", Agency: "Example Agency"})
		if !slices.Equal(a.Authors, c.want) {
			t.Errorf("%s: got %q, want %q", c.head, a.Authors, c.want)
		}
	}
}

// TestAttack35Canonical: a page's word for its own address is believed on its own site alone, or it could take another's place.
func TestAttack35Canonical(t *testing.T) {
	for _, c := range []struct{ page, canonical, want string }{
		{"https://m.news.example.co.uk/a?x=1", "https://www.news.example.co.uk/a", "https://www.news.example.co.uk/a"},
		{"https://news.example/a", "/b", "https://news.example/b"},
		{"https://news.example/a", "https://other.example/a", ""},
		{"https://a.co.uk/1", "https://b.co.uk/1", ""},
		{"https://news.example/a", "https://news.example/", ""},
		{"https://news.example/", "https://news.example/", "https://news.example/"},
		{"https://news.example/a", "javascript:alert(1)", ""},
		{"https://news.example/a", "http://[", ""},
	} {
		for _, head := range []string{`<link rel="canonical" href="` + c.canonical + `">`, `<meta property="og:url" content="` + c.canonical + `">`} {
			if a := Page(articlePage(head, "", ""), Source{URL: c.page}); a.URL != c.want {
				t.Errorf("%s on %s: got %q, want %q", head, c.page, a.URL, c.want)
			}
		}
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct{ page, header, source, want string }{
		{`<html lang="FA-ir">`, "", "", "fa-IR"},
		{`<html lang="zh_Hant_TW">`, "", "", "zh-Hant-TW"},
		{`<html><meta property="og:locale" content="pt_BR">`, "", "", "pt-BR"},
		{`<html><meta http-equiv="Content-Language" content="ar, en">`, "", "", "ar"},
		{`<html lang="???">`, "de", "", "de"},
		{`<html>`, "", "ckb", "ckb"},
		{`<html>`, "", "", ""},
	} {
		src := Source{Language: c.source, Header: map[string][]string{"Content-Language": {c.header}}}
		if a := Page([]byte(c.page+"<p>17 – 4"), src); a.Language != c.want {
			t.Errorf("%s: got %q, want %q", c.page, a.Language, c.want)
		}
	}
}

func TestTagsAndSection(t *testing.T) {
	a := Page(articlePage(`<meta name="keywords" content="بندر، کشتی, tea,tea"><meta property="article:section" content="Economy &amp; Ports">`, "", ""), Source{})
	if !slices.Equal(a.Tags, []string{"بندر", "کشتی", "tea"}) || a.Section != "Economy & Ports" {
		t.Errorf("tags %q, section %q", a.Tags, a.Section)
	}
}

func TestDateline(t *testing.T) {
	for text, want := range map[string]string{
		"TEHRAN, Nov. 3 (MNA) – The first ship came in on Tuesday.":      "TEHRAN",
		"TEHRAN – The first ship came in on Tuesday.":                    "TEHRAN",
		"NEW YORK (Example) -- The first ship came in.":                  "NEW YORK",
		"Berlin, 3 November – The first ship came in.":                   "Berlin",
		"تهران (مهر) – نخستین کشتی رسید":                                 "تهران",
		"The ship – an hour late – came in.":                             "",
		"He said no – and went.":                                         "",
		"The first ship of the new line that came in on Tuesday (MNA) –": "",
	} {
		if got := datelineOf(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	a := Page(articlePage("", "", ""), Source{})
	if a.Dateline != "" {
		t.Errorf("dateline %q of a page without one", a.Dateline)
	}
	page := strings.Replace(string(articlePage("", "", "")), "<p>The harbour", "<p>TEHRAN, Nov. 3 (MNA) – The harbour", 1)
	if a := Page([]byte(page), Source{}); a.Dateline != "TEHRAN" || !strings.HasPrefix(a.Text, "TEHRAN, Nov. 3 (MNA) – The harbour") {
		t.Errorf("dateline %q, text %q", a.Dateline, a.Text)
	}
}

func TestRights(t *testing.T) {
	src := Source{Header: map[string][]string{
		"X-Robots-Tag":    {"examplebot: noindex, noai"},
		"Tdm-Reservation": {"1"},
		"Content-Usage":   {"train-ai=n"},
	}}
	a := Page(articlePage(`<meta name="robots" content="index, NOARCHIVE, max-snippet:0"><meta name="tdm-policy" content="https://news.example/tdm.json">`, "", ""), src)
	want := []Right{
		{"noarchive", "", "meta robots"},
		{"nosnippet", "", "meta robots"},
		{"noindex", "examplebot", "header X-Robots-Tag"},
		{"noai", "examplebot", "header X-Robots-Tag"},
		{"tdm-reservation", "1", "header tdm-reservation"},
		{"tdm-policy", "https://news.example/tdm.json", "meta tdm-policy"},
		{"content-usage", "train-ai=n", "header Content-Usage"},
	}
	if !reflect.DeepEqual(a.Rights, want) {
		t.Errorf("got %+v", a.Rights)
	}
}

// TestFindings: what is filled has its proof, in the order of the fields.
func TestFindings(t *testing.T) {
	a := Page([]byte(nastooh), Source{URL: "https://www.mehrnews.com/news/1", Rules: nastoohRules})
	var fields []string
	for _, f := range a.Findings {
		if f.From == "" || f.Value == "" || len(f.Value) > maxValue {
			t.Errorf("finding %+v", f)
		}
		fields = append(fields, f.Field)
	}
	want := []string{"url", "title", "body", "lead", "authors", "section", "published", "language", "images", "license"}
	if !slices.Equal(fields, want) {
		t.Errorf("got %q\nwant %q", fields, want)
	}
}

func TestPublisher(t *testing.T) {
	for head, want := range map[string]string{
		`<meta property="og:site_name" content=" Harbour  Watch ">`: "Harbour Watch",
		`<meta property="og:site_name" content="Watch"><script type="application/ld+json">{"@type":"NewsArticle","headline":"The harbour opens","publisher":{"@type":"Organization","name":"Harbour Watch Ltd"}}</script>`: "Harbour Watch Ltd",
		"": "",
	} {
		if got := Page(articlePage(head, "", ""), Source{}).Publisher; got != want {
			t.Errorf("%s: got %q", head, got)
		}
	}
}

func TestSplitCredit(t *testing.T) {
	for caption, want := range map[string][2]string{
		"A gate of the channel. Photo: A. Rahimi":    {"A gate of the channel.", "A. Rahimi"},
		"Photo: Lantern Coast News":                  {"", "Lantern Coast News"},
		"Der Hafen am Abend (Foto: dpa)":             {"Der Hafen am Abend", "dpa"},
		"The quay © Harbour Watch":                   {"The quay", "Harbour Watch"},
		"The quay at noon. Photo by Mara Lind":       {"The quay at noon.", "Mara Lind"},
		"نمایی از ایوان شمالی - عکس: مهر":            {"نمایی از ایوان شمالی", "مهر"},
		"A photo of the harbour, taken from the sea": {"A photo of the harbour, taken from the sea", ""},
		"": {"", ""},
	} {
		if rest, credit := splitCredit(caption); rest != want[0] || credit != want[1] {
			t.Errorf("%q: %q and %q", caption, rest, credit)
		}
	}
}
