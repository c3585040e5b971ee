package extract

import (
	"runtime"
	"strings"
	"testing"
)

// hostile are pages that were made to cost more than they weigh; n scales them.
func hostile(n int) map[string]string {
	times := strings.Repeat
	ld := func(s string) string {
		return `<script type="application/ld+json">` + s + `</script><p>The end of it.</p>`
	}
	var varied, formats strings.Builder
	for i := range n {
		varied.WriteString("<p a" + times("x", i%40) + "=1>")
		if i < 400 {
			formats.WriteString("<b a" + times("x", i%40) + "=" + times("y", i/40) + ">")
		}
	}
	return map[string]string{
		"prose":                "<article>" + times("<p>The harbour of the old town opens at four in the morning, and the boats leave.</p>", n) + "</article>",
		"one paragraph":        "<p>" + times("word and sentence. ", n*4),
		"nested tags":          times("<div><span>", n) + prose,
		"no closing tags":      times("<p>word <a href=x>", n),
		"nothing but breaks":   times("x<br>", n*4),
		"empty elements":       times("<p></p>", n*4),
		"empty opened":         times("<i>", n*4),
		"formats remade":       "<p>" + formats.String() + times("<p>x", n),
		"formats remade, few":  "<p><b><i><u><font size=2>" + times("<p>x</p>", n),
		"misnested":            times("<b><p></b>", n) + times("<a><div></a>", n),
		"tables":               times("<table><tr><td>", n) + "x",
		"foster parents":       "<table>" + times("<a>x", n),
		"NUL":                  times("\x00<p>\x00a", n),
		"bad bytes":            times("\xff\xfe<p>", n),
		"attribute":            `<p class="` + times("related ", n) + `" style="` + times("display : ", n) + `">text</p>`,
		"attributes":           "<p " + times("a b c ", n) + ">text</p>",
		"attributes of many":   varied.String(),
		"open attribute":       `<p title="` + times("x <p> ", n),
		"open comment":         times("<p>a", n) + "<!--" + times("b ", n),
		"open script":          times("<p>a", n) + "<script>" + times("b <p> ", n),
		"open tag":             times("<p>a", n) + "<div " + times("b ", n),
		"comments":             times("<!-->", n),
		"entities":             "<p>" + times("&amp;amp;", n),
		"metas":                times("<meta name=robots content=noai>", n),
		"titles":               times("<title>a</title><h1>a</h1>", n),
		"figures":              times(`<figure><img src="/a"><figcaption>c</figcaption>`, n),
		"figures, closed":      times(`<figure><img src="/a"><figcaption>c</figcaption></figure>`, n),
		"people":               times(`<div class=author><time>`, n) + prose,
		"links":                times(`<a rel=license href=https://creativecommons.org/licenses/by/4.0/>CC</a> `, n),
		"deep json":            ld(times(`[`, n*8)),
		"deep objects":         ld(times(`{"@graph":`, n)),
		"wide json":            ld("[" + times(`{"@type":"NewsArticle"},`, n) + "{}]"),
		"empty objects":        ld("[" + times(`{},`, n*4) + "{}]"),
		"json without an end":  ld(`{"@type":"NewsArticle","articleBody":"` + times("word ", n)),
		"json of commas":       ld(times(",", n) + times(" ", n) + "}"),
		"json of many values":  ld(times(`{"a":1};`, n)),
		"json of entities":     ld(times(`{&quot;`, n)),
		"json body":            ld(`{"@type":"NewsArticle","articleBody":"` + times(`<p>a word<br>`, n) + `"}`),
		"json body, many":      ld(`{"@type":"NewsArticle","articleBody":"` + times(`A sentence of no weight at all stands here.\n`, n) + `"}`),
		"json authors":         ld(`{"@type":"NewsArticle","author":[` + times(`[{"name":"Jane Doe"}],`, n) + `""]}`),
		"many scripts of json": times(`<script type="application/ld+json">{"@type":"NewsArticle"}</script>`, n),
		"keywords":             `<meta name=keywords content="` + times("a,", n) + `">`,
		"spaces":               "<p>" + times(" \t", n*8) + "x",
		"joiners":              "<p>م" + times("\u200c", n*4) + "م",
		"templates":            times("<template>", n) + "x",
		"select":               "<select>" + times("<option>", n) + "x",
		"svg":                  "<svg>" + times("<g>", n) + "x",
		"framesets":            times("<frameset>", n),
	}
}

// most is the memory that a page of so many bytes may cost, in bytes: what is allocated in all, which is more than what is
// held at any time.
func most(size int) uint64 { return uint64(20*size + 10<<20) }

// TestHostileMemory measures pages of some megabytes. Time is not looked at: a page that took time out of proportion would
// end the test by its deadline.
func TestHostileMemory(t *testing.T) {
	for name, page := range hostile(30_000) {
		htm := []byte(page)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		a := Page(htm, Source{URL: "https://news.example/a"})
		runtime.ReadMemStats(&after)
		if cost := after.TotalAlloc - before.TotalAlloc; cost > most(len(htm)) {
			t.Errorf("%s: %d bytes cost %d, %.1f times as many", name, len(htm), cost, float64(cost)/float64(len(htm)))
		}
		sound(t, name, a)
		if len(a.Images) > maxImages || len(a.Rights) > maxRights || len(a.Findings) > 200 {
			t.Errorf("%s: %d images, %d rights, %d findings", name, len(a.Images), len(a.Rights), len(a.Findings))
		}
	}
}

// TestHostileGrowth: four times the page costs some four times the memory, so nothing is quadratic that allocates.
func TestHostileGrowth(t *testing.T) {
	small, large := hostile(5000), hostile(20_000)
	for name := range small {
		one, four := allocated(small[name]), allocated(large[name])
		if sizes := float64(len(large[name])) / float64(len(small[name])); float64(four) > 1.5*sizes*float64(one+1<<16) {
			t.Errorf("%s: %.1f times the size costs %d bytes, not %d", name, sizes, four, one)
		}
	}
}

func allocated(page string) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	Page([]byte(page), Source{URL: "https://news.example/a"})
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestLargePageKeepsItsText: what is read flat still has its text, title and language.
func TestLargePageKeepsItsText(t *testing.T) {
	for name, end := range map[string]string{"dense": strings.Repeat("<i></i>", 200_000), "deep": strings.Repeat("<div>", 20_000)} {
		a := Page(articlePage(`<meta property="og:title" content="The harbour opens">`, "", end), Source{URL: "https://news.example/a"})
		if !strings.Contains(a.Text, "mending their nets.") || a.Title != "The harbour opens" || a.Language != "en" {
			t.Errorf("%s: title %q, language %q, text %q", name, a.Title, a.Language, clip(a.Text, 300))
		}
		if a.Findings[0].From != "fallback flat" {
			t.Errorf("%s: no finding says that the page was flattened", name)
		}
	}
}

func TestDense(t *testing.T) {
	for name, want := range map[string]bool{"prose": false, "no closing tags": true, "attributes": true, "formats remade": true, "empty elements": true, "one paragraph": false, "links": false} {
		if got := dense([]byte(hostile(30_000)[name])); got != want {
			t.Errorf("%s: dense is %t", name, got)
		}
	}
	if dense([]byte(strings.Repeat("<i>", 1000))) {
		t.Error("a small page is called dense")
	}
}

// TestCorpusIsNotDense: no real page is read flat for its density.
func TestCorpusIsNotDense(t *testing.T) {
	for _, set := range []string{"aeb", "fundus"} {
		for _, g := range goldOf(t, set) {
			if dense(htmlOf(t, set, g)) {
				t.Errorf("%s %s is dense", set, g.ID)
			}
		}
	}
}
