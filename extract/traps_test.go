package extract

import (
	"strings"
	"testing"
)

// in the places where terms are printed: the last line, the footer, the metadata.
func inTermsPlaces(said string) map[string][]byte {
	return map[string][]byte{
		"last line": articlePage("", "<p>"+said+"</p>", ""),
		"footer":    articlePage("", "", "<footer><p>"+said+"</p></footer>"),
		"meta":      articlePage(`<meta name="copyright" content="`+strings.ReplaceAll(said, `"`, "&quot;")+`">`, "", ""),
	}
}

// TestStatementsThatGrantNothing: of pictures, templates and icons, and those that say no.
func TestStatementsThatGrantNothing(t *testing.T) {
	for _, said := range []string{
		"Article photo by John Doe is licensed under CC BY 2.0.",
		"This article's header image is licensed under CC BY-SA 4.0.",
		"The story photo is available under CC BY 4.0.",
		"Das Artikelbild steht unter einer CC BY 2.0-Lizenz.",
		"Das Beitragsbild steht unter der Lizenz CC BY 2.0.",
		"Website template by A. Maker, licensed under CC BY 3.0.",
		"Site design by A. Maker, licensed under CC BY 3.0.",
		"Page icons by A. Maker are licensed under CC BY 4.0.",
		"All photos: CC BY 4.0",
		"This article was first published elsewhere and is not covered by our Creative Commons Attribution 4.0 licence.",
		"Reports by AFP on this site are not available under our Creative Commons Attribution 4.0 licence.",
		"Dieser Artikel steht nicht unter einer Creative Commons Namensnennung 4.0 Lizenz.",
		"Este artículo no está bajo una licencia Creative Commons Atribución 4.0.",
		"این مطلب تحت مجوز کریتیو کامنز تخصیص ۴.۰ نیست.",
	} {
		for place, page := range inTermsPlaces(said) {
			if l := Page(page, Source{URL: "https://news.example/1"}).License; l != nil {
				t.Errorf("%s, %s: %+v", said, place, *l)
			}
		}
	}
}

// TestConditionsAreNotLost: what forbids commercial use or changes is never read as plain attribution.
func TestConditionsAreNotLost(t *testing.T) {
	for _, said := range []string{
		"Articles are CC BY-NC-ND 4.0, metadata is CC0",
		"Articles are licensed under CC BY-NC 4.0, except for tables under the Open Government Licence v3.0.",
		"Attribution-NonCommercial-NoDerivatives Creative Commons licence by The Conversation",
		"CC BY-NC4.0", "CC BY-ND4.0", "CC-BY-4.0-NC-ND", "Creative Commons Attribution (CC BY_NC_ND)",
		"Creative Commons Attribution Non\u2010Commercial 4.0", "CC BY, not for commercial use",
		"Creative Commons Attribution 4.0. Non-commercial use only.",
		"Creative Commons Із зазначенням авторства - Некомерційна 4.0",
		"Creative Commons Paternité - Pas de travaux dérivés",
		"Creative Commons Attribuzione - NonOpereDerivate 4.0",
		"Creative Commons Atıf-Ticari Olmayan 4.0",
		"Creative Commons Reconocimiento - Sin fines comerciales",
		"知识共享署名-非商用 4.0", "クリエイティブ・コモンズ 表示-派生禁止 4.0",
	} {
		if l := LicenseFrom(said, "feed"); l == nil || l.Open() {
			t.Errorf("%s: %+v", said, l)
		}
	}
}

// TestOrdinaryStatements: what sites print, read in each place, and gone from the text.
func TestOrdinaryStatements(t *testing.T) {
	for _, said := range []string{
		mehr,
		"Die Texte stehen unter CC BY 4.0.",
		"Sofern nicht anders angegeben, stehen alle Inhalte unter der Lizenz CC BY 4.0.",
		"You may republish our articles under a Creative Commons Attribution 4.0 licence.",
		"Everything we publish is licensed under CC BY 4.0.",
		"Texts and photos on this site are licensed under CC BY 4.0 unless otherwise noted.",
		"本著作係採用創用 CC 姓名標示 4.0 國際 授權條款授權。",
		"تمامی محصولات خبرگزاری مهر تحت مجوز کریتیو کامنز تخصیص ۴.۰ منتشر شده است.",
	} {
		for place, page := range inTermsPlaces(said) {
			a := Page(page, Source{URL: "https://news.example/1"})
			if a.License == nil || a.License.SPDX != "CC-BY-4.0" || a.License.Status != "verified" || strings.Contains(a.Text, said) {
				t.Errorf("%s, %s: %+v", said, place, a.License)
			}
		}
	}
	early := Page(articlePage("", "<p>"+mehr+"</p>"+prose, ""), Source{})
	if early.License == nil || strings.Contains(early.Text, "licensed") {
		t.Errorf("amid the text: %+v", early.License)
	}
}

// TestProseAboutLicences: news that tells of somebody's licence keeps its paragraph and gets none.
func TestProseAboutLicences(t *testing.T) {
	for _, p := range []string{
		`Since 2014 the agency has required that articles and reports be published under a <a href="` + byAddress + `">Creative Commons Attribution licence</a>, which publishers opposed.`,
		`The museum said that its website content is licensed under <a href="` + byAddress + `">CC BY 4.0</a>, a spokesman told reporters.`,
	} {
		a := Page(articlePage("", "<p>"+p+"</p>"+prose, ""), Source{URL: "https://news.example/1"})
		if a.License != nil || !strings.Contains(a.Text, "published under a Creative") && !strings.Contains(a.Text, "is licensed under CC BY") {
			t.Errorf("%s: %+v", p, a.License)
		}
	}
}

// TestLicencesOfOthers: comments, teasers, and addresses inside of addresses.
func TestLicencesOfOthers(t *testing.T) {
	for _, after := range []string{
		`<div class="comments"><article class="comment"><p>Well said.</p><footer><a rel="license" href="` + byAddress + `">CC BY 4.0</a></footer></article></div>`,
		`<div class="related"><article class="teaser"><footer>This text is licensed under CC BY 4.0.</footer></article></div>`,
		`<div class="comentarios"><p>Este texto está bajo una licencia Creative Commons Atribución 4.0.</p></div>`,
		`<section id="respond"><p>By posting you agree that your text is licensed under CC BY 4.0.</p></section>`,
		`<footer><a rel="license" href="https://evil.tld/r?u='` + byAddress + `'">terms</a></footer>`,
		`<footer><a rel="license" href="out//creativecommons.org/licenses/by/4.0/">terms</a></footer>`,
	} {
		if l := Page(articlePage("", "", after), Source{URL: "https://news.example/1"}).License; l != nil {
			t.Errorf("%s: %+v", after, *l)
		}
	}
}

// TestManyStatements: a page that names licences without end is read in time.
func TestManyStatements(t *testing.T) {
	for _, s := range []string{"Under CC BY now. ", "The CC met here. ", "Photo: CC BY. ", "(CC "} {
		Page(articlePage("", "<p>"+strings.Repeat(s, scale(30_000))+"</p>", "<footer><p>"+strings.Repeat(s, scale(30_000))+"</p></footer>"), Source{})
	}
}

// TestMoreCredits: the ways in which copy of agencies is signed.
func TestMoreCredits(t *testing.T) {
	const footer = `<footer>All content on this site is licensed under CC BY 4.0.</footer>`
	for _, head := range []string{`<meta name="author" content="Reuters Staff">`, `<meta name="author" content="Jane Doe (AFP)">`, `<meta name="author" content="AFP News">`,
		`<script type="application/ld+json">{"@type":"NewsArticle","headline":"The harbour opens","creditText":"Reuters"}</script>`} {
		if a := Page(articlePage(head, "", footer), Source{URL: "https://news.example/1"}); a.License != nil {
			t.Errorf("%s: %+v %+v", head, *a.License, a.Rights)
		}
	}
	for _, last := range []string{"Reuters", "Xinhua", "— AFP", "-AFP", "- Reuters", "Copyright 2024 Reuters", "© 2024 The Associated Press. All rights reserved.", "With inputs from Reuters",
		"(With inputs from PTI)", "(with AFP)", "Source: Reuters news agency", "المصدر: فرانس برس", "منبع: خبرگزاری تسنیم", "منبع: فارس"} {
		if a := Page(articlePage("", "<p>"+last+"</p>", footer), Source{URL: "https://news.example/1"}); a.License != nil {
			t.Errorf("%s: %+v %+v", last, *a.License, a.Rights)
		}
	}
	own := Page(articlePage(`<meta property="og:site_name" content="Agência Pública">`, "<p>(AP)</p>", footer), Source{URL: "https://apublica.example/1"})
	if own.License != nil {
		t.Errorf("initials made AP the publisher: %+v", *own.License)
	}
}
