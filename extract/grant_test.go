package extract

import (
	"strings"
	"testing"
)

const byAddress = "https://creativecommons.org/licenses/by/4.0/"

// TestWhereALicenceStands: the same link or sentence is the article's or not, by its place and its words.
func TestWhereALicenceStands(t *testing.T) {
	badge := `<a rel="license" href="` + byAddress + `"><img alt="Creative Commons License" src="https://i.creativecommons.org/l/by/4.0/88x31.png"></a>`
	for name, c := range map[string]struct {
		page []byte
		want string
	}{
		"badge in a side column":       {articlePage("", "", `<aside><div class="widget">`+badge+`</div></aside>`), "CC-BY-4.0"},
		"chooser's text in a widget":   {articlePage("", "", `<div class="sidebar"><div class="widget">`+badge+`<br>This work is licensed under a <a rel="license" href="`+byAddress+`">Creative Commons Attribution 4.0 International License</a>.</div></div>`), "CC-BY-4.0"},
		"named by the site":            {articlePage(`<meta property="og:site_name" content="Harbour Watch">`, "", `<div class="textwidget">Harbour Watch by A. Maker is licensed under <a href="`+byAddress+`">CC BY 4.0</a>.</div>`), "CC-BY-4.0"},
		"badge with an own address":    {articlePage("", "", `<footer><a href="/terms"><img src="https://licensebuttons.net/l/by-nd/4.0/88x31.png"></a> <a rel="license" href="/terms">CC BY-ND 4.0</a></footer>`), "CC-BY-ND-4.0"},
		"data in a side column":        {articlePage("", "", `<aside><a rel="license" href="`+byAddress+`">our data</a></aside>`), ""},
		"photos in the footer":         {articlePage("", "", `<footer>All photos on this site are under <a href="`+byAddress+`">CC BY 4.0</a>.</footer>`), ""},
		"theme in the footer":          {articlePage("", "", `<footer>Theme by A. Maker • Articles (RSS) • Licence: <a href="`+byAddress+`">CC BY</a></footer>`), ""},
		"somebody's gallery":           {articlePage("", "", `<footer>Lightgallery © A. Maker licensed under <a href="`+byAddress+`">CC BY 4.0</a></footer>`), ""},
		"readers' contributions":       {articlePage("", "", `<footer>site design © 2024 Haven; user contributions licensed under <a rel="license" href="`+byAddress+`">cc by 4.0</a></footer>`), ""},
		"beside a picture":             {articlePage("", `<div><img src="/a.jpg"><div class="license-info"><a href="`+byAddress+`">CC BY</a></div></div>`+prose, ""), ""},
		"RDFa about a picture":         {articlePage("", "", `<footer><div about="https://news.example/a.jpg"><a rel="license" href="`+byAddress+`">CC BY</a></div></footer>`), ""},
		"microdata of a picture":       {articlePage("", "", `<footer><div itemscope itemtype="https://schema.org/ImageObject"><a rel="license" href="`+byAddress+`">CC BY</a></div></footer>`), ""},
		"gallery":                      {articlePage("", "", `<div class="gallery"><a rel="license" href="`+byAddress+`">CC BY</a></div>`), ""},
		"JSON-LD of a picture":         {articlePage(`<script type="application/ld+json">{"@type":"NewsArticle","headline":"The harbour opens","image":{"@type":"ImageObject","license":"`+byAddress+`"}}</script>`, "", ""), ""},
		"rel=license to RSL":           {articlePage(`<link rel="license" type="application/rsl+xml" href="https://news.example/license.xml">`, "", ""), ""},
		"museum in the last paragraph": {articlePage("", `<p>The museum released its works under a Creative Commons Attribution licence in 2019.</p>`, ""), ""},
		"copyright line":               {articlePage("", "", `<footer><p>© 2024 Haven Daily CC BY-SA 4.0</p></footer>`), "CC-BY-SA-4.0"},
		"dc.rights":                    {articlePage(`<meta name="DC.rights.license" content="`+byAddress+`">`, "", ""), "CC-BY-4.0"},
	} {
		got := ""
		if l := Page(c.page, Source{URL: "https://news.example/1"}).License; l != nil {
			got = l.SPDX
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestScopeAndConfidence(t *testing.T) {
	for name, c := range map[string]struct {
		page       []byte
		scope      string
		confidence float64
	}{
		"head":        {articlePage(`<link rel="license" href="`+byAddress+`">`, "", ""), "page", 0.97},
		"footer":      {articlePage("", "", `<footer>`+mehr+`</footer>`), "site", 0.97},
		"last line":   {articlePage("", `<p>`+mehr+`</p>`, ""), "site", 0.97}, // its own words
		"this text":   {articlePage("", `<p>This text is licensed under CC BY 4.0.</p>`, ""), "page", 0.97},
		"exceptions":  {articlePage("", "", `<footer>Except where otherwise noted, content on this site is licensed under CC BY 4.0.</footer>`), "site", 0.87},
		"no version":  {articlePage("", "", `<footer>All content is licensed under CC BY.</footer>`), "site", 0.85},
		"bare link":   {articlePage("", "", `<footer><a href="`+byAddress+`">terms</a></footer>`), "site", 0.82},
		"conflicting": {articlePage(`<link rel="license" href="`+byAddress+`"><meta name="license" content="CC BY-NC 4.0">`, "", ""), "page", 0.4},
	} {
		l := Page(c.page, Source{URL: "https://news.example/1"}).License
		if l == nil || l.Scope != c.scope || l.Confidence != c.confidence {
			t.Errorf("%s: got %+v, want %s %.2f", name, l, c.scope, c.confidence)
		}
	}
}

// TestReservedAgainstLicence: the article's own notice contradicts the site's licence; a line in the same footer does not.
func TestReservedAgainstLicence(t *testing.T) {
	footer := `<footer><p>` + mehr + `</p><p>© 2024 Mehr News Agency. All rights reserved.</p></footer>`
	a := Page(articlePage("", "", footer), Source{URL: "https://en.mehrnews.com/news/1"})
	if a.License == nil || a.License.Status != "verified" {
		t.Errorf("one footer: %+v", a.License)
	}
	if len(a.Rights) != 1 || a.Rights[0].Name != "all-rights-reserved" || a.Rights[0].Value != "All rights reserved." {
		t.Errorf("rights %+v", a.Rights)
	}
	ld := `<script type="application/ld+json">{"@type":"NewsArticle","headline":"The harbour opens","copyrightNotice":"© 2024 A. Maker, all rights reserved"}</script>`
	a = Page(articlePage(ld, "", footer), Source{URL: "https://en.mehrnews.com/news/1"})
	if a.License == nil || a.License.Status != "conflict" || a.License.Open() {
		t.Errorf("the article's own notice: %+v", a.License)
	}
}

// TestCreditsTakeTheLicenceAway: what an agency wrote is not the site's to license, and the reason is kept.
func TestCreditsTakeTheLicenceAway(t *testing.T) {
	footer := `<footer><p>` + mehr + `</p></footer>`
	for name, c := range map[string]struct {
		head, inside, third, evidence string
	}{
		"byline":          {`<meta name="author" content="Reuters">`, "", "Reuters", "byline"},
		"shared byline":   {`<meta name="author" content="A. Maker and AFP">`, "", "AFP", "byline"},
		"json-ld":         {`<script type="application/ld+json">{"@type":"NewsArticle","headline":"The harbour opens","author":{"@type":"Organization","name":"Associated Press"}}</script>`, "", "AP", "byline"},
		"last line":       {"", `<p>(Xinhua)</p>`, "Xinhua", "credit line"},
		"source":          {"", `<p>Source: Agence France-Presse</p>`, "AFP", "credit line"},
		"end of the text": {"", `<p>The ferry that had carried people across the bay for forty years made its last trip on the same evening, with a band on board (dpa).</p>`, "dpa", "credit line"},
		"another of Iran": {"", `<p>منبع: ایسنا</p>`, "ISNA", "credit line"},
	} {
		a := Page(articlePage(c.head, c.inside, footer), Source{URL: "https://www.tehrantimes.com/news/1", Agency: "Tehran Times"})
		if a.License != nil {
			t.Errorf("%s: licence %+v", name, *a.License)
		}
		if len(a.Rights) == 0 || a.Rights[0] != (Right{Name: "third-party", Value: c.third, Evidence: c.evidence}) {
			t.Errorf("%s: rights %+v", name, a.Rights)
		}
		kept := false
		for _, f := range a.Findings {
			kept = kept || f.Field == "license" && strings.Contains(f.From, c.third) && strings.Contains(f.Value, mehr)
		}
		if !kept {
			t.Errorf("%s: the reason is not kept: %+v", name, a.Findings)
		}
	}
}

// TestOwnCredits: a signature of the licensor or of the page's own agency takes nothing away.
func TestOwnCredits(t *testing.T) {
	for name, page := range map[string][]byte{
		"the licensor's":  articlePage(`<meta name="author" content="MNA">`, "", `<footer>`+mehr+`</footer>`),
		"the publisher's": articlePage(`<meta property="og:site_name" content="Xinhua"><meta name="author" content="Xinhua">`, "<p>(Xinhua)</p>", `<footer>All content is licensed under CC BY 4.0.</footer>`),
		"a museum's menu": articlePage("", "", `<div><a>MENA</a></div><footer>All content is licensed under CC BY 4.0.</footer>`),
	} {
		a := Page(page, Source{URL: "https://www.tehrantimes.com/news/1", Agency: "Tehran Times"})
		if a.License == nil || len(a.Rights) > 0 {
			t.Errorf("%s: licence %+v, rights %+v", name, a.License, a.Rights)
		}
	}
}

func TestThirdParty(t *testing.T) {
	if r, ok := ThirdParty("Reuters", "feed source", "Haven News Agency"); !ok || r != (Right{"third-party", "Reuters", "feed source"}) {
		t.Errorf("got %+v %v", r, ok)
	}
	for _, credit := range []string{"", "Haven", "Mehr News Agency", "an ap"} {
		if r, ok := ThirdParty(credit, "feed source", "Mehr News"); ok {
			t.Errorf("%q: got %+v", credit, r)
		}
	}
}
