package extract

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// design is how an invented site builds its pages: its own furniture stands among the paragraphs, in the same element and
// under the same names.
type design struct {
	name, lang string
	body       string    // the page around the paragraphs, as for Sprintf: title, paragraphs
	furniture  []string  // texts that stand on each page
	at         []float64 // where in the article, from 0 to 1
	words      string    // what its articles are written with
}

const english = `harbour council teachers bridge engineers morning ferry winter budget fishermen school hospital tram market
	river museum orchestra nurses harvest drought reservoir election mayor deputies court judge witness workers strike contract
	glacier forest rangers satellite telescope students library archive painter village mountain railway station tunnel`

const german = `Hafen Rathaus Lehrerinnen Brücke Ingenieure Morgen Fähre Winter Haushalt Fischer Schule Krankenhaus Straßenbahn Markt
	Fluss Museum Orchester Pflegekräfte Ernte Dürre Stausee Wahl Bürgermeisterin Abgeordnete Gericht Richter Zeugen Arbeiter Streik`

const persian = `بندر شورا معلمان پل مهندسان بامداد کشتی زمستان بودجه ماهیگیران مدرسه بیمارستان قطار بازار رودخانه موزه ارکستر پرستاران
	برداشت خشکسالی سد انتخابات شهردار نمایندگان دادگاه قاضی شاهد کارگران اعتصاب قرارداد یخچال جنگل ماهواره`

const framed = `<header><nav><a href="/">Home</a> <a href="/w">World</a></nav></header>`

var designs = []design{
	{"newsletter in the middle", "en", framed + `<main><article><h1>%s</h1><div class="story">%s</div></article></main>`, []string{
		`<p>Every Friday our editors choose five stories from the region and write down why they matter to the people who live there.</p>`},
		[]float64{0.5}, english},
	{"about the paper at the end", "en", framed + `<div id="wrap"><h1>%s</h1><div class="text">%s</div></div>`, []string{
		`<p>The Northern Herald was founded in 1911 and is owned by its readers, of whom there are some forty thousand in nine counties.</p>`,
		`<p>Its newsroom works from three towns and has won the regional prize for reporting on four occasions since the war.</p>`},
		[]float64{1, 1}, english},
	{"promotions between paragraphs", "de", framed + `<article><h1>%s</h1><div class="inhalt">%s</div></article>`, []string{
		`<p>Im neuen Heft erzählen wir auf achtzig Seiten, wie sich das Land zwischen den Flüssen in hundert Jahren verändert hat.</p>`,
		`<p><strong>Unsere Redaktion</strong> ist an jedem Werktag zwischen neun und siebzehn Uhr in der Langen Gasse zu erreichen.</p>`},
		[]float64{0.3, 0.8}, german},
	{"a notice above the text", "fa", framed + `<article><h1>%s</h1><div class="matn">%s</div></article>`, []string{
		`<p>این پایگاه از سال ۱۳۸۲ خبرهای استان را به زبان فارسی و عربی منتشر دارد و دفترهای آن در چهار شهر کشور کار می کنند.</p>`},
		[]float64{0}, persian},
}

// article writes the n-th article of a site: distinct paragraphs, and the page around them.
func (d *design) article(n int) (htm []byte, text string) {
	words := strings.Fields(d.words)
	rnd := uint64(n)*7919 + 12345
	next := func(most int) int {
		rnd = rnd*6364136223846793005 + 1442695040888963407
		return int(rnd>>33) % most
	}
	var paragraphs, marked []string
	for range 5 + next(5) {
		var sentence []string
		for range 18 + next(25) {
			sentence = append(sentence, words[next(len(words))])
		}
		p := strings.Join(sentence, " ") + "."
		paragraphs = append(paragraphs, p)
		marked = append(marked, "<p>"+p+"</p>")
	}
	for i := len(d.furniture) - 1; i >= 0; i-- {
		at := int(d.at[i] * float64(len(paragraphs)))
		marked = append(marked[:at], append([]string{d.furniture[i]}, marked[at:]...)...)
	}
	title := fmt.Sprintf("%s %s %s %d", words[next(len(words))], words[next(len(words))], words[next(len(words))], n)
	page := fmt.Sprintf(`<!DOCTYPE html><html lang="%s"><head><title>%s</title></head><body>`+d.body+`<footer><p>Imprint</p></footer></body></html>`,
		d.lang, title, title, strings.Join(marked, "\n"))
	return []byte(page), strings.Join(paragraphs, "\n\n")
}

// TestSiteRaisesPrecision reads the eleventh page and later ones of invented sites with and without what the first ten
// have taught.
func TestSiteRaisesPrecision(t *testing.T) {
	for _, d := range designs {
		t.Run(d.name, func(t *testing.T) {
			var s Site
			for n := range 10 {
				htm, _ := d.article(n)
				s = s.Learn(Page(htm, Source{Site: &s}).Traces)
			}
			if s.Pages() != 10 {
				t.Fatalf("%d pages remembered", s.Pages())
			}
			for n := 10; n < 14; n++ {
				htm, want := d.article(n)
				_, extra, missing := f1(want, Page(htm, Source{}).Text)
				a := Page(htm, Source{Site: &s})
				_, extraNow, missingNow := f1(want, a.Text)
				if extra == 0 {
					t.Errorf("page %d: nothing extra without the memory: the design tests nothing", n)
				}
				if extraNow > 0 || missingNow > missing {
					t.Errorf("page %d: extra %.3f, was %.3f; missing %.3f, was %.3f:\n%s", n, extraNow, extra, missingNow, missing, a.Text)
				}
			}
		})
	}
}

// TestSiteOnCorpus leaves one page out of each host that has several, and reads it with what the others teach. There are
// two or three of a host, which is hardly enough to learn from: nothing may be lost.
func TestSiteOnCorpus(t *testing.T) {
	if racing {
		t.Skip("one goroutine reads pages: nothing for the race detector to find")
	}
	for _, set := range []string{"fundus", "aeb", "wcxb"} {
		hosts := map[string][]gold{}
		for _, g := range goldOf(t, set) {
			if u, err := url.Parse(g.URL); err == nil && g.Text != "" {
				hosts[u.Hostname()] = append(hosts[u.Hostname()], g)
			}
		}
		var before, after, n float64
		for _, pages := range hosts {
			if len(pages) < 2 {
				continue
			}
			alone := make([]Article, len(pages))
			for i, g := range pages {
				alone[i] = Page(htmlOf(t, set, g), Source{URL: g.URL, Fetched: time.Unix(1e9, 0)})
			}
			for i, g := range pages {
				var s Site
				for j, other := range pages {
					if other.URL != g.URL { // some stand twice in a set
						s = s.Learn(alone[j].Traces)
					}
				}
				without, _, _ := f1(g.Text, alone[i].Text)
				with, _, _ := f1(g.Text, Page(htmlOf(t, set, g), Source{URL: g.URL, Site: &s}).Text)
				before, after, n = before+without, after+with, n+1
				if with != without {
					t.Logf("%s: %.4f, was %.4f", g.URL, with, without)
				}
			}
		}
		t.Logf("%s: F1 %.4f with the memory of the host, %.4f without, on %.0f pages", set, after/n, before/n, n)
		if after < before-0.002*n {
			t.Errorf("%s: the memory of sites costs %.4f", set, (before-after)/n)
		}
	}
}

// sibling makes another page of a site out of one: the words of its article, and of what leads elsewhere, move on by n
// places and get a letter more; all else stays.
func sibling(t *testing.T, htm []byte, text string, n int) []byte {
	root, _ := treeOf(htm)
	article := shingle([]*block{{text: text}})
	for _, b := range look(root).blocks {
		if b.tag == atom.H1 || leads(b) || b.chars >= 20 && b.shared(article) > 0.6 || strings.Contains(text, b.text) {
			eachText(b.node, func(node *html.Node) {
				if words := strings.Fields(node.Data); len(words) > 0 {
					at := n % len(words)
					node.Data = strings.Join(append(words[at:], words[:at]...), " ") + string(rune('a'+n))
				}
			})
		}
	}
	var out bytes.Buffer
	if err := html.Render(&out, root); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func eachText(n *html.Node, f func(*html.Node)) {
	if n.Type == html.TextNode {
		f(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		eachText(c, f)
	}
}

// TestSiteOnSiblings reads real pages after ten of their template, of which only the article differs.
func TestSiteOnSiblings(t *testing.T) {
	if racing {
		t.Skip("one goroutine reads pages: nothing for the race detector to find")
	}
	var was, now quality
	for i, g := range goldOf(t, "fundus") {
		if i%3 != 0 || g.Text == "" {
			continue
		}
		htm := htmlOf(t, "fundus", g)
		var s Site
		for n := range 10 {
			s = s.Learn(Page(sibling(t, htm, g.Text, n+1), Source{URL: g.URL}).Traces)
		}
		without, with := Page(htm, Source{URL: g.URL}), Page(htm, Source{URL: g.URL, Site: &s})
		was.add(g.Text, without.Text)
		now.add(g.Text, with.Text)
		if with.Text != without.Text {
			t.Logf("%s: %d letters, were %d", g.ID, len(with.Text), len(without.Text))
		}
	}
	t.Logf("%.0f pages: precision %.4f, was %.4f; recall %.4f, was %.4f",
		now.pages, now.precision/now.pages, was.precision/was.pages, now.recall/now.pages, was.recall/was.pages)
	if now.precision < was.precision+0.003*was.pages || now.recall < was.recall {
		t.Error("the memory of a site must raise precision and not cost recall")
	}
}

// quality adds up the precision and the recall of texts.
type quality struct{ precision, recall, pages float64 }

func (q *quality) add(want, got string) {
	_, extra, missing := f1(want, got)
	if right := 1 - extra - missing; right > 0 {
		q.precision += right / (1 - missing)
		q.recall += right / (1 - extra)
	}
	q.pages++
}
