package extract

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// visible writes a tree without what stripped may take: the contents of scripts, styles, noscripts and drawings, and
// comments. White space counts as one space.
func visible(t testing.TB, htm []byte) string {
	root, err := html.Parse(bytes.NewReader(htm))
	if err != nil {
		return "refused" // nested too deeply
	}
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.CommentNode:
			return
		case html.TextNode:
			if p := n.Parent.DataAtom; p != atom.Head && p != atom.Html {
				b.WriteString(n.Data)
			}
		case html.ElementNode:
			edge(&b, n)
			b.WriteString("<" + n.Data)
			for _, a := range n.Attr {
				b.WriteString(" " + a.Key + "=" + a.Val)
			}
			b.WriteString(">")
			edge(&b, n)
			switch n.DataAtom {
			case atom.Style, atom.Noscript, atom.Svg:
				return
			case atom.Script:
				if !isLD(n.Attr) {
					return
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if n.Type == html.ElementNode {
			edge(&b, n)
			b.WriteString("</>")
			edge(&b, n)
		}
	}
	walk(root)
	return strings.Join(strings.Fields(b.String()), " ")
}

// edge sets a block apart: white space at its edges is not seen.
func edge(b *strings.Builder, n *html.Node) {
	if isBlock(n.DataAtom) || n.DataAtom == atom.Html || n.DataAtom == atom.Head {
		b.WriteByte(' ')
	}
}

func TestStripped(t *testing.T) {
	for page, want := range map[string]string{
		`<p>a</p>`: `<p>a</p>`,
		`<script>var x = "<p>no</p>";</script><p>a`:                                            `<script></script><p>a`,
		`<SCRIPT src=x></SCRIPT><p>a`:                                                          `<SCRIPT src=x></SCRIPT><p>a`,
		`<script type="application/ld+json">{"@type":"NewsArticle"}</script>`:                  `<script type="application/ld+json">{"@type":"NewsArticle"}</script>`,
		`<style>p > a {}</style><p>a<!-- note --> b`:                                           `<style></style><p>a b`,
		`<!-- <script> --><p>a<script>1</script>`:                                              `<p>a<script></script>`,
		`<title>About <script> and <!-- notes</title><p>a<script>1</script>`:                   `<title>About <script> and <!-- notes</title><p>a<script></script>`,
		`<a title="x > <script>">b</a><script>1</script>`:                                      `<a title="x > <script>">b</a><script></script>`,
		`<a title='x > <script>'>b</a><script>1</script>`:                                      `<a title='x > <script>'>b</a><script></script>`,
		`<svg viewBox="0 0 1 1"><path d="M0 0"/><g><circle r=1></g></svg>c`:                    `<svg viewBox="0 0 1 1"></svg>c`,
		`<svg><foreignObject><p>a</p></foreignObject></svg><script>1</script>`:                 `<svg><foreignObject><p>a</p></foreignObject></svg><script>1</script>`,
		`<noscript><img src=x></noscript>`:                                                     `<noscript></noscript>`,
		`<script><!-- document.write("<script>1</script>") --></script><p>a<script>2</script>`: `<script><!-- document.write("<script>1</script>") --></script><p>a<script>2</script>`,
		`<!--><p>a<!--->b<!-- c --!>d<script>1</script>`:                                       `<!--><p>a<!--->b<!-- c --!>d<script>1</script>`,
		"<ul>\n  <li>a</li>\n  <li><b>b</b> <i>c</i></li>\n</ul>":                              "<ul><li>a</li><li><b>b</b> <i>c</i></li></ul>",
		"<pre>\n <b>a</b>\n <p>b":                                                              "<pre>\n <b>a</b>\n <p>b",
		`a < b <script>1`:                                                                      `a < b <script>1`,
		`a <`:                                                                                  `a <`,
	} {
		if got := string(stripped([]byte(page))); got != want {
			t.Errorf("%s\n got %s\nwant %s", page, got, want)
		}
		if a, b := visible(t, []byte(page)), visible(t, []byte(want)); a != b {
			t.Errorf("%s\n shows %s\n then  %s", page, a, b)
		}
	}
}

// TestStrippedCorpus: on real pages nothing that can be read is lost.
func TestStrippedCorpus(t *testing.T) {
	for _, set := range []string{"aeb", "fundus"} {
		var all, left int
		for _, g := range goldOf(t, set) {
			htm := bytes.ToValidUTF8(htmlOf(t, set, g), []byte("\uFFFD"))
			less := stripped(htm)
			all, left = all+len(htm), left+len(less)
			if a, b := visible(t, htm), visible(t, less); a != b {
				n := 0
				for n < min(len(a), len(b)) && a[n] == b[n] {
					n++
				}
				t.Errorf("%s: shows other text at %d:\n%.200s\n%.200s", g.ID, n, a[max(0, n-50):], b[max(0, n-50):])
			}
		}
		t.Logf("%s: %d bytes, %.2f of them are left", set, all, float64(left)/float64(all))
	}
}

// FuzzStripped: whatever a page is made of, the same can be read of it. White space is left out of the comparison: where tags are
// begun and ended at random, the parser ignores blocks that the scan takes for some.
func FuzzStripped(f *testing.F) {
	for _, s := range []string{`<p>a<script>b</script><!-- c --><style>d</style><svg><path d="x"/></svg>`, `<a b='>' c=">"><title><!--</title>`, `<table><!-- --><script></script><tr>x`, "<pre>\n<!-- -->a"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, htm []byte) {
		unspaced := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if a, b := unspaced(visible(t, htm)), unspaced(visible(t, stripped(htm))); a != b {
			t.Errorf("%q shows\n%q\nand as %q\n%q", htm, a, stripped(htm), b)
		}
	})
}
