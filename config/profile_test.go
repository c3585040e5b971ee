package config

import (
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// page has the structure of a Nastooh page, with words that say what each part is.
const page = `<html><body><article>
<div class="item-header"><div class="item-title"><h4 class="subtitle kicker">KICKER</h4><h1 class="title">HEADLINE</h1></div>
<div class="item-date"><span>DATE</span></div></div>
<div class="item-summary"><figure class="item-img"><img itemprop="image"></figure><p class="summary introtext">LEAD</p></div>
<div class="item-body"><div class="item-text" itemprop="articleBody"><p>BODY 1</p><p>BODY 2</p></div></div>
<div class="item-footer"><div class="item-sharing">SHARE</div></div>
<div class="item-boxes2"><section class="related-items"><h3 class="title">RELATED</h3></section></div>
<section class="box tags"><ul class="tags"><li>TAG</li></ul></section>
<div class="item-boxes">ADVERT</div>
</article><section class="comment-form">COMMENTS</section></body></html>`

func TestNastooh(t *testing.T) {
	rules, ok := profile("nastooh")
	if !ok {
		t.Fatal("no profile nastooh, or one with mistakes")
	}
	for selector, want := range map[string]string{
		rules.Body: "BODY 1BODY 2", rules.Lead: "LEAD", rules.Title: "HEADLINE", rules.Date: "DATEDATE",
		strings.Join(rules.Drop, ", "): "SHARERELATEDRELATEDADVERTCOMMENTS",
	} {
		if got := selected(t, selector); got != want {
			t.Errorf("%s: got %q, want %q", selector, got, want)
		}
	}
}

// selected is the text of what a selector matches on the page, without white space at its ends.
func selected(t *testing.T, selector string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	match, err := cascadia.Compile(selector)
	if err != nil {
		t.Fatal(err)
	}
	var all string
	for _, n := range match.MatchAll(doc) {
		all += strings.TrimSpace(text(n))
	}
	return all
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var all string
	for c := range n.ChildNodes() {
		all += text(c)
	}
	return all
}

// Each profile is a file with rules and nothing else, and is named after it.
func TestProfiles(t *testing.T) {
	all := profiles()
	if len(all) == 0 {
		t.Fatal("no profiles")
	}
	for _, name := range all {
		if rules, ok := profile(name); !ok || rules.Body == "" {
			t.Errorf("profile %q has mistakes or no body: %+v", name, rules)
		}
	}
	for _, name := range []string{"", "absent", "../catalog/mehr-en", "Nastooh"} {
		if _, ok := profile(name); ok {
			t.Errorf("%q is a profile", name)
		}
	}
}
