package extract

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// nastooh is a page in the manner of the CMS of Mehr and Tehran Times: the lead stands outside of the body, teasers
// and tags inside of the article.
const nastooh = `<!DOCTYPE html><html lang="fa" dir="rtl"><head><title>بندر تازه گشوده شد - خبرگزاری مهر</title>
<meta name="generator" content="www.nastooh.ir"><meta property="og:site_name" content="خبرگزاری مهر">
<meta property="og:title" content="بندر تازه گشوده شد"><meta name="copyright" content="` + mehr + `">
<meta property="nastooh:topic" content="اقتصاد">
<link rel="canonical" href="https://www.mehrnews.com/news/1/harbour">
<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"بندر تازه گشوده شد","author":{"@type":"Organization","name":"خبرگزاری مهر"}}</script>
</head><body><header><nav><a href="/">خانه</a></nav></header><article>
<div class="item-header"><div class="item-title"><h4 class="subtitle kicker">گزارش مهر</h4><h1 class="title">بندر تازه گشوده شد</h1></div>
<div class="item-date"><span>۲۵ مهر ۱۳۹۶، ۱۲:۴۰</span></div></div>
<div class="item-summary"><figure class="item-img"><img itemprop="image" src="/d/1.jpg"><figcaption>نمایی از بندر</figcaption></figure>
<p class="summary introtext" itemprop="description">نخستین کشتی روز سه&zwnj;شنبه با چهل کانتینر چای و نوزده خدمه به بندر تازه رسید.</p></div>
<div class="item-body"><div class="item-text" itemprop="articleBody">
<p>ساخت این بندر یازده سال به درازا کشید و مهندسانی که آن را کشیدند هرگز گشایش آن را ندیدند.</p>
<p>مسئولان گفتند که اسکله دوم در بهار آینده و پس از پایان لایروبی کانال ساخته خواهد شد.</p>
<p>ماهیگیران در اسکله شرقی پهلو گرفتن کشتی را خاموش تماشا کردند و سپس به تورهای خود بازگشتند.</p>
</div></div><div class="item-footer"><div class="item-sharing"><a href="#">اشتراک</a></div></div>
<div class="item-boxes2"><section class="related-items"><ul><li><a href="/2">خبر دیگری که به این خبر پیوند دارد</a></li></ul></section></div>
</article><footer><p class="copyright-text">` + mehr + `</p></footer></body></html>`

var nastoohRules = Rules{Body: ".item-body .item-text", Lead: "p.summary, .introtext", Title: ".item-title .title, h1.title",
	Date: ".item-date span, .item-date", Drop: []string{".item-footer", ".related-items", ".item-boxes2"}}

func TestNastooh(t *testing.T) {
	for name, rules := range map[string]Rules{"rule": nastoohRules, "generic": {Date: ".item-date span"}} {
		a := Page([]byte(nastooh), Source{URL: "https://www.mehrnews.com/news/1", Zone: tehran(t), Rules: rules, Agency: "خبرگزاری مهر"})
		paragraphs := strings.Split(a.Text, "\n\n")
		if len(paragraphs) != 4 || !strings.HasPrefix(a.Text, "نخستین کشتی") || !strings.HasSuffix(a.Text, "تورهای خود بازگشتند.") {
			t.Errorf("%s: text %q", name, a.Text)
		}
		if a.BodyFrom != name {
			t.Errorf("body from %q, want %q", a.BodyFrom, name)
		}
		if a.Title != "بندر تازه گشوده شد" || a.Language != "fa" || a.Section != "اقتصاد" || a.URL != "https://www.mehrnews.com/news/1/harbour" {
			t.Errorf("%s: title %q, language %q, section %q, url %q", name, a.Title, a.Language, a.Section, a.URL)
		}
		if got := a.Published.Format(time.RFC3339); got != "2017-10-17T12:40:00+03:30" {
			t.Errorf("%s: published %s", name, got)
		}
		if a.License == nil || a.License.SPDX != "CC-BY-4.0" || a.License.Holder != "Mehr News Agency" {
			t.Errorf("%s: licence %+v", name, a.License)
		}
		want := []Image{{URL: "https://www.mehrnews.com/d/1.jpg", Caption: "نمایی از بندر"}}
		if !reflect.DeepEqual(a.Images, want) {
			t.Errorf("%s: images %+v", name, a.Images)
		}
	}
}

func TestFailedRuleFallsBack(t *testing.T) {
	for _, rule := range []string{".gone", "h1", "[[[", "p:nth-child("} {
		a := Page(articlePage("", "", ""), Source{Rules: Rules{Body: rule}})
		if a.BodyFrom != "generic" || !strings.HasPrefix(a.Text, "The harbour of the old town") {
			t.Errorf("rule %q: from %q, text %q", rule, a.BodyFrom, a.Text)
		}
	}
}

func TestFurnitureStaysOut(t *testing.T) {
	page := articlePage(`<meta name="author" content="By Jane Doe and John Roe">`, `
<div class="byline">By Jane Doe and John Roe</div>
<figure><img src="/a.jpg"><figcaption>The harbour seen from the hill <span class="credit">Photo: Ann Lee</span></figcaption></figure>
<div class="related"><h3>Read more</h3><ul><li><a href="/b">Another story that is told elsewhere on this site</a></li></ul></div>
<div class="newsletter-signup"><p>Get the best of our reporting in your inbox every morning, free of charge.</p></div>
<ul class="tags"><li><a href="/t/harbour">harbour</a></li></ul>`,
		`<section class="comments"><p>I saw the ship come in myself, and it was two hours late and not one.</p></section>`)
	a := Page(page, Source{URL: "https://news.example/a"})
	if want := strings.ReplaceAll(untag(strings.ReplaceAll(prose, "</p>\n", "\n\n")), "\n\n ", "\n\n"); strings.TrimSpace(want) != a.Text {
		t.Errorf("text %q\nwant %q", a.Text, strings.TrimSpace(want))
	}
	if !slices.Equal(a.Authors, []string{"Jane Doe", "John Roe"}) {
		t.Errorf("authors %q", a.Authors)
	}
	want := []Image{{URL: "https://news.example/a.jpg", Caption: "The harbour seen from the hill", Credit: "Ann Lee"}}
	if !reflect.DeepEqual(a.Images, want) {
		t.Errorf("images %+v", a.Images)
	}
}

func TestFeedContentWherePageHasNone(t *testing.T) {
	a := Page([]byte(`<html><body><div id="app"></div></body></html>`), Source{Content: prose})
	if a.BodyFrom != "feed" || strings.Count(a.Text, "\n\n") != 3 {
		t.Errorf("from %q: %q", a.BodyFrom, a.Text)
	}
}

func TestJSONLDBody(t *testing.T) {
	body := strings.ReplaceAll(strings.ReplaceAll(prose, "<p>", ""), "</p>\n", `\n`)
	ld := `<script type="application/ld+json">{"@type":"NewsArticle","headline":"The harbour opens","articleBody":"` + strings.TrimSuffix(body, "</p>") + `"}</script>`
	bare := Page([]byte(`<html><head>`+ld+`</head><body><p>Please enable scripts.</p></body></html>`), Source{})
	if bare.BodyFrom != "json-ld" || strings.Count(bare.Text, "\n\n") != 3 {
		t.Errorf("from %q: %q", bare.BodyFrom, bare.Text)
	}
	if both := Page(articlePage(ld, "", ""), Source{}); both.BodyFrom != "generic" || both.Text != bare.Text {
		t.Errorf("from %q: %q", both.BodyFrom, both.Text)
	}
}

func TestAttack23TooDeepForTheParser(t *testing.T) {
	deep := strings.Repeat("<div><span>", 50_000)
	a := Page([]byte(`<html lang="en"><head><title>Deep</title><meta property="og:title" content="Deep &amp; far"></head><body>`+deep+prose), Source{})
	if !strings.Contains(a.Text, "mending their nets.") || a.Title != "Deep & far" {
		t.Errorf("title %q, text %q", a.Title, a.Text)
	}
	if len(a.Findings) == 0 || a.Findings[0].Field != "page" || a.Findings[0].From != "fallback flat" {
		t.Errorf("no finding says that the page was flattened: %+v", a.Findings)
	}
}
