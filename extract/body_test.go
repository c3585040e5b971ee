package extract

import (
	"strings"
	"testing"
)

// reader is a comment that is longer than a paragraph of the article.
var reader = "<p>" + strings.Repeat("I saw the ship come in myself, and it was two hours late and not one as you write. ", 12) + "</p>"

func TestCommentsLongerThanTheArticle(t *testing.T) {
	page := articlePage(`<meta property="og:description" content="The harbour of the old town took eleven years to build, and the engineers...">`, "",
		`<div id="comments"><div class="content">`+reader+`</div></div>`)
	if a := Page(page, Source{}); strings.Contains(a.Text, "two hours late") || !strings.Contains(a.Text, "mending their nets.") {
		t.Errorf("text %q", a.Text)
	}
}

func TestSectionsWithAdvertisementsBetween(t *testing.T) {
	section := func(n string) string {
		return `<div class="wrap"><section class="part">` + strings.ReplaceAll(prose, "The harbour", n+" harbour") + `</section></div><div class="ad">Advertisement</div>`
	}
	page := `<html><body><main><h1>Harbours</h1>` + section("First") + section("Second") + section("Third") + `</main></body></html>`
	a := Page([]byte(page), Source{})
	for _, n := range []string{"First harbour", "Second harbour", "Third harbour"} {
		if strings.Count(a.Text, n) != 1 {
			t.Errorf("%q: %d times in %q", n, strings.Count(a.Text, n), a.Text)
		}
	}
	if strings.Contains(a.Text, "Advertisement") {
		t.Errorf("advertisement in %q", a.Text)
	}
}

func TestLeadOutsideTheContainer(t *testing.T) {
	page := `<html><body><article><h1>The harbour opens</h1><div class="top"><p class="standfirst">Eleven years late and twice as dear, the first ship has come to the old town.</p></div>
<div class="text">` + prose + `</div></article></body></html>`
	if a := Page([]byte(page), Source{}); !strings.HasPrefix(a.Text, "Eleven years late") {
		t.Errorf("text %q", a.Text)
	}
}

func TestBreaksMakeParagraphs(t *testing.T) {
	text := strings.ReplaceAll(strings.ReplaceAll(prose, "<p>", ""), "</p>", "<br><br>")
	a := Page([]byte(`<html><body><div class="text">`+text+`</div></body></html>`), Source{})
	if strings.Count(a.Text, "\n\n") != 3 {
		t.Errorf("text %q", a.Text)
	}
}

func TestScriptsWithoutSpaces(t *testing.T) {
	p := "気象庁は十三日、午後九時ごろ、日向灘で震度五弱の地震があったと発表した。震源の深さは約三十キロと推定される。"
	page := `<html lang="ja"><body><nav><a href="/">トップ</a><a href="/n">ニュース</a></nav><div class="body"><p>` + p + `</p><p>` + p + `各地の震度は次のとおり。</p></div>
<ul class="list"><li><a href="/1">別の記事の見出しがここにある</a></li></ul></body></html>`
	a := Page([]byte(page), Source{})
	if a.Text != p+"\n\n"+p+"各地の震度は次のとおり。" || a.Language != "ja" {
		t.Errorf("language %q, text %q", a.Language, a.Text)
	}
}

func TestOverstatedNames(t *testing.T) {
	page := `<html><body><div class="sidebar-open menu-wrapper"><div class="social">` + prose + `</div></div></body></html>`
	if a := Page([]byte(page), Source{}); strings.Count(a.Text, "\n\n") != 3 {
		t.Errorf("names on wrappers were believed: %q", a.Text)
	}
}

func TestLittleText(t *testing.T) {
	a := Page([]byte(`<html><body><h1>Harbour opens</h1><p>The first ship came in.</p></body></html>`), Source{})
	if a.Text != "The first ship came in." || a.BodyFrom != "generic" {
		t.Errorf("from %q: %q", a.BodyFrom, a.Text)
	}
}
