package extract

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// sound checks what every article's text promises.
func sound(t *testing.T, name string, a Article) {
	t.Helper()
	for _, s := range append(append([]string{a.Title, a.Summary, a.Section, a.Dateline}, a.Authors...), a.Tags...) {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) || strings.TrimSpace(s) != s {
			t.Errorf("%s: a field is %q", name, clip(s, 200))
		}
	}
	if (a.Text == "") != (a.BodyFrom == "") {
		t.Errorf("%s: %d bytes of text from %q", name, len(a.Text), a.BodyFrom)
	}
	if a.Text == "" {
		return
	}
	for _, paragraph := range strings.Split(a.Text, "\n\n") {
		if paragraph == "" || paragraph != tidy(paragraph) {
			t.Errorf("%s: paragraph %q", name, clip(paragraph, 200))
		}
	}
}

// seeds gives small pages of the corpus where it is there, so that fuzzing starts from what the web is like.
func seeds(f *testing.F) (out [][]byte) {
	if _, err := os.Stat(corpus); err != nil {
		f.Logf("no corpus at %s: seeded by the project's own pages alone", corpus)
		return nil
	}
	for _, g := range goldOf(f, "aeb") {
		if htm := htmlOf(f, "aeb", g); len(htm) < 40_000 && len(out) < 12 {
			out = append(out, htm)
		}
	}
	return out
}

// FuzzPage: the fields are clean UTF-8, the text comes in paragraphs without blank ones, and the same page gives the
// same article.
func FuzzPage(f *testing.F) {
	f.Add([]byte(nastooh), "<p>feed</p>")
	f.Add(articlePage("", "<p>"+mehr+"</p>", ""), "")
	f.Add([]byte(`<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"a\nb",}</script><p>x<br><br>y`), "z")
	f.Add([]byte(strings.Repeat("<div>", 600)+"text"), "")
	for _, page := range hostile(400) {
		if len(page) < 20_000 {
			f.Add([]byte(page), "")
		}
	}
	for _, page := range seeds(f) {
		f.Add(page, "")
	}
	f.Fuzz(func(t *testing.T, page []byte, content string) {
		src := Source{URL: "https://news.example/a", Content: content, Rules: Rules{Body: ".item-text", Drop: []string{"nav"}}}
		a := Page(page, src)
		sound(t, "fuzz", a)
		if again := Page(page, src); !reflect.DeepEqual(a, again) {
			t.Errorf("two readings differ:\n%+v\n%+v", a, again)
		}
	})
}

// FuzzLD: what is mended reads the same twice, its texts are clean, and the page around it is sound.
func FuzzLD(f *testing.F) {
	for _, s := range ldSeeds {
		f.Add(s)
	}
	for _, htm := range seeds(f) {
		for _, script := range look((&page{}).parse(htm)).ld {
			f.Add(script)
		}
	}
	f.Fuzz(func(t *testing.T, script string) {
		vs := decodeLD(script)
		if again := decodeLD(script); !reflect.DeepEqual(vs, again) {
			t.Errorf("two readings of %q differ: %v, %v", script, vs, again)
		}
		for _, v := range vs {
			for _, o := range collect(nil, v) {
				for key := range o {
					if s := o.text(key); s != tidy(s) || !utf8.ValidString(s) {
						t.Errorf("%q: %q is %q", script, key, s)
					}
				}
			}
		}
		htm := `<script type="application/ld+json">` + script + `</script><p>` + prose
		sound(t, "page", Page([]byte(htm), Source{URL: "https://news.example/a"}))
	})
}

// ldSeeds are structured data as templates get them wrong.
var ldSeeds = []string{
	`{"@type":"NewsArticle","headline":"a","author":[{"name":"Jane Doe"},"John Roe"],"datePublished":"2024-01-02T03:04:05Z"}`,
	`{"@graph":[{"@type":"Article","articleBody":"<p>a</p><p>b</p>"},{"@type":"WebPage"}]}`,
	"{\"@type\":\"Article\",\"articleBody\":\"a\nb\tc\",}",
	`<!-- {"@type":["NewsArticle","Thing"],"keywords":"a, b"} -->`,
	`{"a":1};{"b":2}`,
	`[[[[{"@type":"Article","name":"\ud83d"}]]]]`,
	`{&quot;@type&quot;:&quot;Article&quot;,&quot;headline&quot;:&quot;a &amp;amp; b&quot;}`,
	`{"@type":"Article","headline":"cut in the mid`,
	`{'@type':'Article','headline':'it\'s'}`,
	`{"@type":"Article","headline":"he said "no" to it","url":"https://news.example/a"}`,
	"\ufeff{\"@type\":\"Article\" /* c */ , // d\n \"headline\":\"x\"}",
}
