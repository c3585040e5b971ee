package extract

import (
	"fmt"
	"strings"
	"testing"
)

// noticePage is an article with a headline, and what stands before and after its four paragraphs.
func noticePage(head, title, before, after string) []byte {
	var text strings.Builder
	for i := range 4 {
		fmt.Fprintf(&text, "<p>Paragraph %d tells that the harbour council met on Monday, and that its members talked until late at night about the new pier.</p>\n", i)
	}
	return fmt.Appendf(nil, `<html><head><title>%s</title>%s</head><body><main><article><h1>%s</h1>%s%s%s</article></main>
<div class="comments"><p>This article has been retracted, says a reader who does not like it at all.</p></div></body></html>`,
		title, head, title, before, text.String(), after)
}

func TestNotice(t *testing.T) {
	for _, c := range []struct{ name, head, title, before, after, kind, evidence string }{
		{"a wire's correction", "", "CORRECTED-Harbour council votes for a pier", "", "", Corrected, "headline: CORRECTED-"},
		{"a wire's correction, what", "", "CORRECTED-(OFFICIAL)-Harbour council votes", "", "", Corrected, "headline: "},
		{"a wire's own words", "", "Harbour council votes", "<p>(Corrects paragraph 2 to say that the pier is 300 metres long)</p>", "", Corrected, "page-text: (Corrects paragraph 2"},
		{"a wire's own story", "", "Harbour council votes", "<p>(This Nov. 3 story has been corrected to say pier, not bridge, in paragraph 1)</p>", "", Corrected, "page-text: (This Nov. 3"},
		{"a desk's headline", "", "Correction: Harbour council story", "<p>In a story published on Nov. 3, the agency erroneously reported that the pier is 30 metres long. It is 300.</p>", "", Corrected, "headline: Correction:"},
		{"in brackets", "", "Harbour council votes (corrected)", "", "", Corrected, "headline: "},
		{"at the foot", "", "Harbour council votes", "", "<p>Correction: An earlier version of this story misspelled the name of the mayor.</p>", Corrected, "page-text: Correction: An earlier"},
		{"under a heading", "", "Harbour council votes", "", "<h3>Correction</h3><p>An earlier version of this story misspelled the name of the mayor.</p>", Corrected, "page-text: Correction: An earlier"},
		{"an editor's note", "", "Harbour council votes", "<p>Editor’s note: This article was amended on 3 November 2026 to correct the length of the pier.</p>", "", Corrected, "page-text: Editor’s note"},
		{"amended", "", "Harbour council votes", "", "<p><em>• This article was amended on 3 November 2026. An earlier version said the pier was a bridge.</em></p>", Corrected, "page-text: "},
		{"Persian headline", "", "اصلاحیه: شورای بندر رای داد", "", "", Corrected, "headline: "},
		{"Persian text", "", "شورای بندر رای داد", "", "<p>این خبر اصلاح شد و نام شهردار در آن درست نوشته شده است.</p>", Corrected, "page-text: "},
		{"Arabic text", "", "مجلس الميناء", "", "<p>تصحيح: ورد اسم رئيس البلدية خطأ في نسخة سابقة من الخبر.</p>", Corrected, "page-text: "},
		{"German", "", "Hafenrat stimmt ab", "", "<p>Korrektur: In einer früheren Version hieß es, die Mole sei 30 Meter lang.</p>", Corrected, "page-text: Korrektur"},
		{"German, its text", "", "Hafenrat stimmt ab", "", "<p>Anmerkung der Redaktion: In einer früheren Fassung dieses Artikels stand, die Mole sei 30 Meter lang.</p>", Corrected, "page-text: "},
		{"French", "", "Rectificatif : le conseil du port", "<p>Une erreur s'est glissée dans notre dépêche.</p>", "", Corrected, "headline: Rectificatif"},
		{"Spanish", "", "El consejo del puerto", "", "<p>Fe de erratas: el nombre del alcalde se escribió por error.</p>", Corrected, "page-text: Fe de erratas"},
		{"schema.org, a comment", noticeLD(`"correction":{"@type":"CorrectionComment","text":"The pier is 300 metres long."}`), "Harbour council votes", "", "", Corrected, "json-ld correction: The pier is 300 metres long."},
		{"schema.org, a text", noticeLD(`"correction":"The pier is 300 metres long."`), "Harbour council votes", "", "", Corrected, "json-ld correction: "},
		{"schema.org, status", noticeLD(`"creativeWorkStatus":"Retracted"`), "Harbour council votes", "", "", Retracted, "json-ld creativeWorkStatus: retracted"},

		{"a science desk's headline", "", "RETRACTED: Harbour water cures the common cold", "", "", Retracted, "headline: RETRACTED"},
		{"withdrawn", "", "Harbour council votes", "<p>This article has been withdrawn because its source could not be confirmed.</p>", "", Retracted, "page-text: This article has been withdrawn"},
		{"withdrawn, an editor's note", "", "Harbour council votes", "<p><strong>Editor's note:</strong> We have retracted this story.</p>", "", Retracted, "page-text: "},
		{"a wire's advisory", "", "ADVISORY-Harbour council story withdrawn", "<p>The Nov. 3 story headlined “Harbour council votes” is withdrawn. There will be no substitute story.</p>", "", Retracted, "headline: ADVISORY"},
		{"a wire's kill", "", "KILL: Harbour council votes for a pier", "", "", Retracted, "headline: KILL"},
		{"a kill's own words", "", "Harbour council", "<p>EDITORS: Please kill the story slugged HARBOUR-COUNCIL of Nov. 3.</p>", "", Retracted, "page-text: EDITORS"},
		{"a retraction goes before a correction", "", "CORRECTED-Harbour council votes", "", "<p>This story has been retracted.</p>", Retracted, "page-text: "},
		{"German, withdrawn", "", "Hafenrat stimmt ab", "<p>Dieser Artikel wurde am 3. November zurückgezogen.</p>", "", Retracted, "page-text: "},
		{"French, withdrawn", "", "Le conseil du port", "<p>Cet article a été retiré à la demande de la rédaction.</p>", "", Retracted, "page-text: "},
		{"Persian, withdrawn", "", "شورای بندر", "<p>این خبر حذف شد.</p>", "", Retracted, "page-text: "},
	} {
		a := Page(noticePage(c.head, c.title, c.before, c.after), Source{URL: "https://news.example/1"})
		switch {
		case a.Notice == nil:
			t.Errorf("%s: no notice", c.name)
		case a.Notice.Kind != c.kind || !strings.HasPrefix(a.Notice.Evidence, c.evidence):
			t.Errorf("%s: %+v, want %s %q", c.name, *a.Notice, c.kind, c.evidence)
		}
	}
}

func noticeLD(field string) string {
	return `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Harbour council votes",` + field + `}</script>`
}

// TestNewsAboutNotices reads articles in which something else is corrected, retracted, withdrawn or killed.
func TestNewsAboutNotices(t *testing.T) {
	for _, c := range []struct{ head, title, before, after string }{
		{"", "Journal retracts study on harbour water", "<p>The paper has been retracted, the journal said on Monday.</p>", ""},
		{"", "Retracted study still quoted, survey finds", "<p>“This article has been retracted”, a note above it reads now.</p>", ""},
		{"", "Newspaper withdraws its story on the mayor", "<p>The Harbour Times has withdrawn the story. It said this article was based on a false document.</p>", ""},
		{"", "Market correction looms, analysts warn", "<p>A correction of ten per cent would be healthy, they say.</p>", ""},
		{"", "Correction: why the market fell", "<p>Shares lost a tenth of their value on Monday.</p>", ""},
		{"", "Korrektur am Aktienmarkt", "<p>Der Dax verlor am Montag drei Prozent.</p>", ""},
		{"", "WITHDRAWN: HOW THE FLEET LEFT THE HARBOUR", "", ""},
		{"", "Withdrawn troops arrive at the harbour", "", ""},
		{"", "KILL BILL: TWENTY YEARS LATER", "", ""},
		{"", "Kill switch for ships: what is known", "<p>The device can kill an engine.</p>", ""},
		{"", "ADVISORY: Heavy rain expected in the harbour", "<p>Ships are told to stay away until Tuesday.</p>", ""},
		{"", "MEDIA ADVISORY: Mayor to speak on the pier", "", ""},
		{"", "اصلاحیه قانون بودجه تصویب شد", "<p>مجلس روز دوشنبه اصلاحیه قانون بودجه را تصویب کرد.</p>", ""},
		{"", "Harbour council votes", "", "<p>This article was updated on 3 November 2026 with a statement of the mayor.</p>"},
		{"", "Harbour council votes", "", "<p>An earlier version of this article was published in March.</p>"},
		{"", "Harbour council votes", "<p>This report has been withdrawn by the ministry, which printed it in May.</p>", ""},
		{"", "Harbour council votes", "<p>This post has been removed by its author, a network says where it stood.</p>", ""},
		{"", "Harbour council votes", "<p>This story was made into a film.</p>", ""},
		{"", "Harbour council votes", "", `<p>Please send corrections to <a href="mailto:desk@news.example">the desk</a>.</p>`},
		{"", "Harbour council votes", "", `<p><a href="/corrections">Correction: an earlier story had the wrong mayor</a></p>`},
		{`<script type="application/ld+json">{"@type":"NewsArticle","headline":"Harbour","publisher":{"@type":"NewsMediaOrganization","correctionsPolicy":"https://news.example/corrections"},"creativeWorkStatus":"Published"}</script>`, "Harbour council votes", "", ""},
		{`<script type="application/ld+json">{"@type":"NewsArticle","headline":"Harbour","correction":""}</script>`, "Harbour council votes", "", ""},
		{"", "Mayor: the law needs correction", "<p>Corrections: the department that runs the prisons is called so.</p>", ""},
	} {
		a := Page(noticePage(c.head, c.title, c.before, c.after), Source{URL: "https://news.example/1"})
		if a.Notice != nil {
			t.Errorf("%q, %q: %+v", c.title, c.before+c.after, *a.Notice)
		}
	}
}

// TestNoticeMidway leaves alone what is told in the middle of a long text.
func TestNoticeMidway(t *testing.T) {
	many := strings.Repeat("<p>The harbour council met on Monday, and its members talked until late at night about the new pier.</p>\n", 6)
	a := Page(noticePage("", "What newspapers print at their foot", many+"<p>Correction: An earlier version of this story misspelled a name.</p>"+many, ""), Source{URL: "https://news.example/1"})
	if a.Notice != nil {
		t.Errorf("%+v", *a.Notice)
	}
}

// TestNoticesOnNewsPages finds none on the pages of agencies in a corpus: whoever looks at them finds none.
func TestNoticesOnNewsPages(t *testing.T) {
	for _, g := range goldOf(t, "fundus") {
		if a := Page(htmlOf(t, "fundus", g), Source{URL: g.URL}); a.Notice != nil {
			t.Errorf("%s: %+v", g.ID, *a.Notice)
		}
	}
}
