package extract

import (
	"strings"
	"testing"
)

const mehr = "All Content by Mehr News Agency is licensed under a Creative Commons Attribution 4.0 International License."

// prose is a page's worth of paragraphs that say nothing about licences.
const prose = `<p>The harbour of the old town took eleven years to build, and the engineers who drew it never saw it open.</p>
<p>On Tuesday the first ship came in, an hour late, with forty containers of tea and a crew of nineteen people.</p>
<p>Officials said that the second berth would follow in spring, once the dredging of the channel is complete.</p>
<p>Fishermen on the eastern quay watched the manoeuvre in silence and then went back to mending their nets.</p>`

func articlePage(head, inside, after string) []byte {
	return []byte(`<html lang="en"><head><title>The harbour opens</title>` + head + `</head><body><article><h1>The harbour opens</h1>` +
		prose + inside + `</article>` + after + `</body></html>`)
}

func TestMehrStatement(t *testing.T) {
	for name, page := range map[string][]byte{
		"last paragraph": articlePage("", "<p>"+mehr+"</p>", ""),
		"footer":         articlePage("", "", `<footer><p class="copyright-text">`+mehr+`</p></footer>`),
		"meta":           articlePage(`<meta name="copyright" content="`+mehr+`">`, "", ""),
		"glued":          articlePage("", "<p>The tea was sold by noon on the same day, officials of the port told reporters. "+mehr+"</p>", ""),
	} {
		a := Page(page, Source{URL: "https://en.mehrnews.com/news/1"})
		l := a.License
		if l == nil {
			t.Errorf("%s: no licence", name)
			continue
		}
		if l.SPDX != "CC-BY-4.0" || l.URL != "https://creativecommons.org/licenses/by/4.0/" || l.Holder != "Mehr News Agency" || l.Statement != mehr || l.Status != "verified" {
			t.Errorf("%s: got %+v", name, *l)
		}
		if strings.Contains(a.Text, "licensed") || !strings.Contains(a.Text, "mending their nets.") {
			t.Errorf("%s: text %q", name, a.Text)
		}
		if name == "glued" && !strings.Contains(a.Text, "told reporters.") {
			t.Errorf("%s: the sentence beside the statement is lost: %q", name, a.Text)
		}
	}
}

func TestLicenseFrom(t *testing.T) {
	for _, c := range []struct{ said, spdx string }{
		{"https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"},
		{"http://www.creativecommons.org/licenses/by-nc-nd/3.0/de/deed.fa", "CC-BY-NC-ND-3.0-DE"},
		{"//creativecommons.org/licenses/by/3.0/gr/", "LicenseRef-cc-by-3.0-gr"},
		{"https://creativecommons.org/licenses/by-nd-nc/1.0/", "CC-BY-NC-ND-1.0"},
		{"https://creativecommons.org/licenses/by-sa/4.0/deed.fa", "CC-BY-SA-4.0"},
		{"https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"},
		{"https://creativecommons.org/publicdomain/mark/1.0/", "CC-PDM-1.0"},
		{"https://creativecommons.org/licenses/by/", "LicenseRef-cc-by"},
		{"https://creativecommons.org/licenses/by/9.9/", ""},
		{"https://creativecommons.org/licenses/by/4.0/de/", ""},
		{"https://creativecommons.org/licenses/by-nc-by/4.0/", ""},
		{"https://creativecommons.org/licenses/publicdomain/", "CC-PDDC"},
		{"https://creativecommons.org/licenses/sampling+/1.0/br/", "LicenseRef-cc-samplingplus-1.0-br"},
		{"https://creativecommons.org/licenses/by/4.0/legalcode.zh-hans", "CC-BY-4.0"},
		{"https://creativecommons.org/licenses/by-sa/4.0/?ref=chooser-v1", "CC-BY-SA-4.0"},
		{"https://licensebuttons.net/l/by-nd/3.0/88x31.png", "CC-BY-ND-3.0"},
		{"https://web.archive.org/web/20160218174457/http://creativecommons.org/licenses/by/3.0/us/", "CC-BY-3.0-US"},
		{"https://web.archive.org.evil.tld/web/2016/http://creativecommons.org/licenses/by/3.0/", ""},
		{"https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "OGL-UK-3.0"},
		{"https://www.nationalarchives.gov.uk/doc/open-government-licence/version/33/", "LicenseRef-OGL-UK"},
		{"https://www.kogl.or.kr/info/licenseType4.do", "LicenseRef-kogl-4"},
		{"https://www.usa.gov/government-works", "LicenseRef-us-government-work"},
		{"CC-BY-SA-3.0", "CC-BY-SA-3.0"},
		{"CC BY 4.0", "CC-BY-4.0"},
		{"CC BY-NC-SA 2.5", "CC-BY-NC-SA-2.5"},
		{"Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 International", "CC-BY-NC-ND-4.0"},
		{"Creative Commons Attribution Non-Commercial Share Alike licence", "LicenseRef-cc-by-nc-sa"},
		{"licensed under a Creative Commons Attribution License", "LicenseRef-cc-by"},
		{"Creative Commons Namensnennung - Nicht kommerziell - Keine Bearbeitungen 3.0 Deutschland", "CC-BY-NC-ND-3.0-DE"},
		{"تمامی محتوای خبرگزاری مهر تحت مجوز کریتیو کامنز تخصیص ۴.۰ بین\u200cالمللی منتشر می\u200cشود", "CC-BY-4.0"},
		{"جميع محتويات وكالة مهر للأنباء مرخصة بموجب المشاع الإبداعي نسب المصنف ٤.٠ دولي", "CC-BY-4.0"},
		{"released under CC0", "CC0-1.0"},
		{"https://creativecommons.org.evil.tld/licenses/by/4.0/", ""},
		{"https://notcreativecommons.org/licenses/by/4.0/", ""},
		{"https://creativecommons.org/choose/", ""},
		{"licensed under a Creative Commons licence", ""},
		{"© 2024 Example News. All rights reserved.", ""},
		{"", ""},
	} {
		got := ""
		if l := LicenseFrom(c.said, "feed"); l != nil {
			got = l.SPDX
			if l.Evidence != "feed" || l.Status != "verified" {
				t.Errorf("%q: evidence %q, status %q", c.said, l.Evidence, l.Status)
			}
		}
		if got != c.spdx {
			t.Errorf("%q: got %q, want %q", c.said, got, c.spdx)
		}
	}
}

func TestHolderInOtherLanguages(t *testing.T) {
	for said, want := range map[string]string{
		"تمامی محتوای خبرگزاری مهر تحت مجوز کریتیو کامنز تخصیص ۴.۰ بین\u200cالمللی منتشر می\u200cشود": "خبرگزاری مهر",
		"جميع محتويات وكالة مهر للأنباء مرخصة بموجب المشاع الإبداعي نسب المصنف ٤.٠ دولي":              "وكالة مهر للأنباء",
		"Content on this site is licensed under a Creative Commons Attribution 4.0 License.":          "",
		"Except where noted, articles by Example Desk are available under CC BY-SA 4.0.":              "Example Desk",
	} {
		l := LicenseFrom(said, "page-text")
		if l == nil || l.Holder != want {
			t.Errorf("%q: got %+v, want holder %q", said, l, want)
		}
	}
}

// TestNoLicence holds the traps: what names a licence and grants none for the article.
func TestNoLicence(t *testing.T) {
	const by = "https://creativecommons.org/licenses/by/4.0/"
	for name, page := range map[string][]byte{
		"caption":    articlePage("", `<figure><img src="/a.jpg"><figcaption>Harbour. <a rel="license" href="`+by+`">CC BY 4.0</a></figcaption></figure>`, ""),
		"comment":    articlePage("", "", `<div class="comments"><p>My text is licensed under a Creative Commons Attribution 4.0 License. <a rel=license href="`+by+`">x</a></p></div>`),
		"aside":      articlePage("", "", `<aside><a rel="license" href="`+by+`">our data</a></aside>`),
		"prose link": articlePage("", `<p>The group publishes its maps under <a href="`+by+`">a free licence</a>, which the ministry welcomed in May.</p>`+prose, ""),
		"photo":      articlePage("", `<p>The photo above is licensed under CC BY 4.0.</p>`, ""),
		"about":      articlePage("", `<p>Creative Commons was founded in 2001, and its attribution clause is older than that.</p>`+prose, ""),
		"look-alike": articlePage(`<link rel="license" href="https://creativecommons.org.evil.tld/licenses/by/4.0/">`, "", ""),
		"software":   articlePage("", "", `<footer>Powered by BlogPress. Theme: Blue by A. Maker, licensed under CC BY-NC-SA 3.0.</footer>`),
		"reserved":   articlePage(`<meta name="copyright" content="All rights reserved">`, "", ""),
	} {
		if l := Page(page, Source{}).License; l != nil {
			t.Errorf("%s: got %+v", name, *l)
		}
	}
}

func TestPageLicenses(t *testing.T) {
	const by, bync = "https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by-nc/4.0/"
	for _, c := range []struct {
		name                   string
		page                   []byte
		spdx, evidence, status string
	}{
		{"link", articlePage(`<link rel="license" href="`+by+`">`, "", ""), "CC-BY-4.0", "page-link", "verified"},
		{"footer link", articlePage("", "", `<footer><a href="`+by+`">terms</a></footer>`), "CC-BY-4.0", "page-link", "verified"},
		{"json-ld", articlePage(`<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","headline":"The harbour opens","license":{"@id":"`+by+`"}}]}</script>`, "", ""), "CC-BY-4.0", "json-ld", "verified"},
		{"conflict", articlePage(`<link rel="license" href="`+by+`">`, "", `<footer><a rel="license" href="`+bync+`">terms</a></footer>`), "CC-BY-NC-4.0", "page-link", "conflict"},
		{"text and link", articlePage("", `<p>This work is licensed under a <a href="`+by+`">Creative Commons licence</a>.</p>`, ""), "CC-BY-4.0", "page-link", "verified"},
		{"version from the link", articlePage(`<meta name="copyright" content="CC BY"><link rel="license" href="`+by+`">`, "", ""), "CC-BY-4.0", "page-link", "verified"},
	} {
		l := Page(c.page, Source{}).License
		if l == nil || l.SPDX != c.spdx || l.Evidence != c.evidence || l.Status != c.status {
			t.Errorf("%s: got %+v, want %s %s %s", c.name, l, c.spdx, c.evidence, c.status)
		}
	}
}

func TestLicenseHeader(t *testing.T) {
	h := map[string][]string{"Link": {`<https://creativecommons.org/licenses/by-sa/4.0/>; rel="license"`}}
	if l := Page(articlePage("", "", ""), Source{Header: h}).License; l == nil || l.SPDX != "CC-BY-SA-4.0" {
		t.Errorf("got %+v", l)
	}
}

func TestLicenseByID(t *testing.T) {
	for id, want := range map[string]License{
		"CC-BY-4.0":               {SPDX: "CC-BY-4.0", URL: "https://creativecommons.org/licenses/by/4.0/", Version: "4.0"},
		"cc-by-sa-3.0-de":         {SPDX: "CC-BY-SA-3.0-DE", URL: "https://creativecommons.org/licenses/by-sa/3.0/de/", Version: "3.0", Jurisdiction: "DE"},
		"LicenseRef-cc-by-3.0-gr": {SPDX: "LicenseRef-cc-by-3.0-gr", URL: "https://creativecommons.org/licenses/by/3.0/gr/", Version: "3.0", Jurisdiction: "GR"},
		"CC-PDM-1.0":              {SPDX: "CC-PDM-1.0", URL: "https://creativecommons.org/publicdomain/mark/1.0/", Version: "1.0"},
		"CC-BY-NC-ND-1.0":         {SPDX: "CC-BY-NC-ND-1.0", URL: "https://creativecommons.org/licenses/by-nd-nc/1.0/", Version: "1.0"},
		"ogl-uk-3.0":              {SPDX: "OGL-UK-3.0", URL: "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", Version: "3.0", Jurisdiction: "GB"},
		"MIT":                     {SPDX: "MIT"},
	} {
		want.Scope, want.Evidence, want.Confidence, want.Status = "agency", "agency-config", 0.5, "asserted"
		if l := LicenseByID(id); l == nil || *l != want {
			t.Errorf("%q: got %+v, want %+v", id, l, want)
		}
	}
	if l := LicenseByID(""); l != nil {
		t.Errorf("nothing asserted: got %+v", l)
	}
}

func TestOpenAndName(t *testing.T) {
	for _, c := range []struct {
		spdx, name string
		open       bool
	}{
		{"CC-BY-4.0", "CC BY 4.0", true},
		{"CC-BY-SA-3.0-DE", "CC BY-SA 3.0 DE", true},
		{"LicenseRef-cc-by", "CC BY", true},
		{"CC0-1.0", "CC0 1.0", true},
		{"CC-PDM-1.0", "Public Domain Mark 1.0", true},
		{"CC-BY-NC-4.0", "CC BY-NC 4.0", false},
		{"CC-BY-ND-4.0", "CC BY-ND 4.0", false},
		{"LicenseRef-cc-by-nc-nd", "CC BY-NC-ND", false},
		{"OGL-UK-3.0", "Open Government Licence v3.0", true},
		{"LicenseRef-kogl-2", "공공누리 제2유형 (상업적 이용금지)", false},
		{"MIT", "MIT", false},
		{"", "", false},
	} {
		if got := LicenseName(c.spdx); got != c.name {
			t.Errorf("%q: name %q, want %q", c.spdx, got, c.name)
		}
		if got := (License{SPDX: c.spdx}).Open(); got != c.open {
			t.Errorf("%q: open %v", c.spdx, got)
		}
	}
	if (License{SPDX: "CC-BY-4.0", Status: "conflict"}).Open() {
		t.Error("contradicting statements count as open")
	}
}

// FuzzLicense: whatever is said, the result is stable under its own identifier, and NC or ND never reads as open.
func FuzzLicense(f *testing.F) {
	for _, s := range []string{mehr, "CC BY-NC 4.0", "https://creativecommons.org/licenses/by-nc-sa/2.0/fr/", "Creative Commons Attribution-NoDerivs 3.0 Unported", "cc by \xff ۴.۰"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l := LicenseFrom(s, "feed")
		if l == nil {
			return
		}
		again := LicenseByID(l.SPDX)
		if again.SPDX != l.SPDX || again.URL != l.URL {
			t.Errorf("%q: %+v is not what its id gives: %+v", s, l, again)
		}
		restricted := strings.Contains(l.SPDX, "-NC") || strings.Contains(l.SPDX, "-ND") || strings.Contains(l.SPDX, "-nc") || strings.Contains(l.SPDX, "-nd")
		if restricted && l.Open() {
			t.Errorf("%q: %s is open", s, l.SPDX)
		}
	})
}
