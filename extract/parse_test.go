package extract

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestFlatten(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		least          int
	}{
		{"nothing", "", "", 1},
		{"blocks", "<div>a<section>b</section><ul><li>c", " a<p>b<p> c", 1},
		{"inline", "<b>a</b> <i>b</i>", "a b", 1},
		{"breaks", "a<br>b", "a<p>b", 1},
		{"short paragraphs", "<p>a<p>bc<p>def<p>g", " a bc<p>def<p>g", 3},
		{"what is not read", "a<script>b<p></script><style>c</style><noscript><p>d</noscript>e", "ae", 1},
		{"structured data", `<script type="application/ld+json">{"a":"<p>"}</script>`, `<script type="application/ld+json">{"a":"<p>"}</script>`, 1},
		{"head", `<html lang="fa"><base href="/x"><meta name="a" content="b"><link rel="c"><title>d &amp; e</title>`,
			`<html lang="fa"><base href="/x"><meta name="a" content="b"><link rel="c"><title>d &amp; e</title>`, 1},
		{"an empty title", "<title></title>a", "<title></title>a", 1},
		{"entities", "a &lt;p&gt; b", "a &lt;p&gt; b", 1},
		{"comments", "a<!-- <p> -->b", "ab", 1},
	} {
		if got := flatten([]byte(c.in), c.least); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestFlattenBounds: what is copied from the head has a bound.
func TestFlattenBounds(t *testing.T) {
	got := flatten([]byte(strings.Repeat("<meta name=a content=b>", 5*maxMetas)+"<p "+strings.Repeat("a ", 100)+">x"), 1)
	if n := strings.Count(got, "<meta"); n != maxMetas || !strings.HasSuffix(got, "x") {
		t.Errorf("%d meta elements, ends with %q", n, got[len(got)-10:])
	}
	var attrs strings.Builder
	for i := range 100 {
		fmt.Fprintf(&attrs, " a%d=1", i)
	}
	many := flatten([]byte("<html"+attrs.String()+">"), 1)
	if n := strings.Count(many, "="); n != maxAttrs {
		t.Errorf("%d attributes", n)
	}
}

func TestTreeOf(t *testing.T) {
	for name, c := range map[string]struct{ page, why string }{
		"plain": {"<p>a", ""},
		"deep":  {strings.Repeat("<div>", 600) + "a", "html: open stack of elements exceeds 512 nodes"},
		"dense": {strings.Repeat("<p>a</p>", 20_000), "more markup than text can need"},
	} {
		root, why := treeOf([]byte(c.page))
		if root == nil || root.Type != html.DocumentNode || why != c.why {
			t.Errorf("%s: %v, %q", name, root, why)
		}
	}
}

// TestStreamedParts: React sends parts of a page behind its end, and a script moves them to their places.
func TestStreamedParts(t *testing.T) {
	page := `<html><body><header><h1>The harbour opens</h1></header><main><article><p>The lead of the story stands in the page from its first byte on, as it always did.</p>` +
		`<!--$?--><template id="B:1a"></template><!--/$--></article></main><footer><p>Imprint</p></footer>` +
		`<div hidden id="S:1a">` + prose + `<template id="B:2"></template></div><script>$RC("B:1a","S:1a")</script>` +
		`<div hidden id="S:2"><p>The last part of the story came last of all, inside of a part that had come late itself.</p></div>` +
		`<div hidden id="S:x"><p>This is hidden for good, whatever its name may look like to a reader in haste.</p></div>` +
		`<div hidden id="S:3"><p>This part has no place to go to, and is read where it stands, behind everything else.</p></div></body></html>`
	text := Page([]byte(page), Source{}).Text
	want := []string{"The lead of the story", "The harbour of the old town", "mending their nets.", "The last part of the story"}
	at := -1
	for _, s := range want {
		i := strings.Index(text, s)
		if i <= at {
			t.Errorf("%q is at %d, behind %d:\n%s", s, i, at, text)
		}
		at = i
	}
	if strings.Contains(text, "hidden for good") {
		t.Errorf("a hidden part is read:\n%s", text)
	}
}
