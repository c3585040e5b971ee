package extract

import (
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"
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
		"math":                 "<math>" + times("<mi>", n) + "x",
		"foreign and back":     times("<svg><foreignObject><math><annotation-xml encoding=text/html>", n) + prose,
		"bold":                 times("<b>", n) + prose,
		"declarations":         times("<!-", n*4),
		"framesets":            times("<frameset>", n),
	}
}

// Bounds on the memory that a page may cost, in bytes for each of its own: held at any time, and allocated in all. The
// constant is what small tables and the test itself take.
const (
	mostHeld      = 20
	mostAllocated = 30
	mostConstant  = 10 << 20
)

// cost reads a page, and measures what was allocated in all, and what the heap held at most beyond what it held before.
func cost(page string) (a Article, allocated, held int64) {
	htm := []byte(page)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	stop, peak := make(chan bool), make(chan uint64)
	go watchHeap(stop, peak)
	a = Page(htm, Source{URL: "https://news.example/a"})
	runtime.ReadMemStats(&after)
	close(stop)
	return a, int64(after.TotalAlloc - before.TotalAlloc), int64(max(<-peak, after.HeapAlloc)) - int64(before.HeapAlloc)
}

// watchHeap samples what the heap holds, garbage included, which is more than what is needed.
func watchHeap(stop chan bool, peak chan uint64) {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	var most uint64
	for {
		select {
		case <-stop:
			peak <- most
			return
		case <-time.After(time.Millisecond):
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
		}
	}
}

// TestAttack23HostileMemory measures pages of some megabytes. Time is not looked at: a page that took time out of proportion would
// end the test by its deadline.
func TestAttack23HostileMemory(t *testing.T) {
	for name, page := range hostile(scale(30_000)) {
		checkCost(t, name, page)
	}
}

func checkCost(t *testing.T, name, page string) {
	t.Helper()
	a, allocated, held := cost(page)
	size := float64(len(page))
	if racing { // pools are emptied at random under the race detector, so that memory says nothing
		allocated, held = 0, 0
	}
	if allocated > int64(mostAllocated*len(page)+mostConstant) || held > int64(mostHeld*len(page)+mostConstant) {
		t.Errorf("%s: %d bytes cost %.1f times as many, and %.1f at once", name, len(page), float64(allocated)/size, float64(held)/size)
	}
	sound(t, name, a)
	if len(a.Images) > maxImages || len(a.Rights) > maxRights || len(a.Findings) > 200 {
		t.Errorf("%s: %d images, %d rights, %d findings", name, len(a.Images), len(a.Rights), len(a.Findings))
	}
}

// scale makes pages smaller under the race detector, which has nothing to find in them that a tenth would not show.
func scale(n int) int {
	if racing {
		return n / 10
	}
	return n
}

// TestAttack23TenMegabytes reads pages of the size that is fetched at most.
func TestAttack23TenMegabytes(t *testing.T) {
	size := scale(10 << 20)
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	ld := `<script type="application/ld+json">`
	for name, page := range map[string]string{
		"prose":            "<p>" + fill("The harbour opens at four, and by noon the boats are back. <p>It has opened at four for as long as anybody can remember. "),
		"one word":         fill("x"),
		"a million empty":  strings.Repeat("<p></p>", scale(1_000_000)),
		"100,000 nested":   strings.Repeat("<div>", 100_000) + fill("word "),
		"never closed":     fill("<div><p>word "),
		"attribute":        "<p title='" + fill("long ") + "'>text</p>",
		"NUL":              fill("\x00"),
		"open comment":     "<p>text<!--" + fill("b> "),
		"open script":      "<p>text<script>" + fill("b<p> "),
		"large JSON-LD":    ld + `{"@type":"NewsArticle","articleBody":"` + fill("A sentence stands here. ") + `"}</script><p>text`,
		"deep JSON-LD":     ld + fill("[") + `</script><p>text`,
		"broken JSON-LD":   ld + fill(`{"a":`) + `</script><p>text`,
		"data in an image": "<p>text<img src='data:image/png;base64," + fill("QUJD/+") + "'>",
	} {
		t.Run(name, func(t *testing.T) { checkCost(t, name, page) })
	}
}

// TestAttack23HostileGrowth: four times the page costs some four times the memory, so nothing is quadratic that allocates.
func TestAttack23HostileGrowth(t *testing.T) {
	if racing {
		t.Skip("memory says nothing under the race detector: not measured")
	}
	small, large := hostile(5000), hostile(20_000)
	for name := range small {
		_, one, _ := cost(small[name])
		_, four, _ := cost(large[name])
		if sizes := float64(len(large[name])) / float64(len(small[name])); float64(four) > 1.5*sizes*float64(one+1<<17) {
			t.Errorf("%s: %.1f times the size costs %d bytes, not %d", name, sizes, four, one)
		}
	}
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
		if got := denseAlone([]byte(hostile(30_000)[name])); got != want {
			t.Errorf("%s: dense is %t", name, got)
		}
	}
	if denseAlone([]byte(strings.Repeat("<p>", 1000))) {
		t.Error("a small page is called dense")
	}
	if !denseAlone([]byte(hostile(3000)["formats remade"])) {
		t.Error("a small page that costs much is not called dense")
	}
}

// TestCorpusIsNotDense: no real page is read flat for its density.
func TestCorpusIsNotDense(t *testing.T) {
	for _, set := range []string{"aeb", "fundus"} {
		for _, g := range goldOf(t, set) {
			if denseAlone(htmlOf(t, set, g)) {
				t.Errorf("%s %s is dense", set, g.ID)
			}
		}
	}
}

// denseAlone judges a page from which nothing was taken.
func denseAlone(htm []byte) bool { return dense(htm, len(htm)) }
