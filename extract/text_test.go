package extract

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestTidy(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"only space", " \t\u00a0\n", ""},
		{"as it is", "The harbour opens.", "The harbour opens."},
		{"white space", "\r\n a \t b\u00a0c\u3000d\u2028e\u202ff ", "a b c d e f"},
		{"controls", "a\x00b\x1bc\u0085d\x7f", "abc d"},
		{"composed", "Cafe\u0301 A\u030a \u212b", "Caf\u00e9 \u00c5 \u00c5"},
		{"composed over a soft hyphen", "e\u00ad\u0301", "\u00e9"},
		{"Hangul of parts", "\u1112\u1161\u11ab", "\ud55c"},
		{"soft hyphens", "Donau\u00addampf\u00adschiff", "Donaudampfschiff"},
		{"zero width", "\ufeffa\u200bb\u2060c", "abc"},
		{"Persian joiner", "می\u200cشود", "می\u200cشود"},
		{"Persian joiners, two", "می\u200c\u200cشود", "می\u200cشود"},
		{"Persian joiner before a space", "می\u200c شود", "می شود"},
		{"Persian joiner behind a space", "می \u200cشود\u200c", "می شود"},
		{"digit and Persian", "20\u200cساله IT\u200cها", "20\u200cساله IT\u200cها"},
		{"abbreviation that keeps its form", "۱۴۰۰ ه\u200d.ش ه\u200d", "۱۴۰۰ ه\u200d.ش ه\u200d"},
		{"Malayalam chillu", "അവന\u0d4d\u200d വന്നു", "അവന\u0d4d\u200d വന്നു"},
		{"joiner in Latin", "a\u200cb\u200dc", "abc"},
		{"family", "👩\u200d👧 ❤\ufe0f\u200d🔥", "👩\u200d👧 ❤\ufe0f\u200d🔥"},
		{"joiner behind an emoji", "👩\u200d ok", "👩 ok"},
		{"flag of Scotland", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"},
		{"tags that hide a message", "a\U000e0068\U000e0069", "a"},
		{"marks at the ends", "\u200fسلام\u200e \u200f", "سلام"},
		{"marks inside", "متن \u200f(ABC)\u200e است", "متن \u200f(ABC)\u200e است"},
		{"a mark between spaces", "a \u200f b", "a \u200fb"},
		{"overrides", "a\u202ecba\u202c \u2066x\u2069", "acba x"},
		{"lost characters", "a\ufffd\ufffd\ufffdb \ufffd", "a\ufffdb \ufffd"},
		{"bad bytes", "a\xff\xfeb", "a\ufffdb"},
		{"icon font", "\ue001 Share \uf09a", "Share"},
		{"non-characters", "a\ufffe\ufdd0\U0001fffeb", "ab"},
	} {
		if got := tidy(c.in); got != c.want {
			t.Errorf("%s: tidy(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestEntities(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"no entity", "no entity"},
		{"AT&T; R&D", "AT&T; R&D"},
		{"Tom &amp; Jerry", "Tom & Jerry"},
		{"it&#39;s &quot;so&quot;&#x2026;", "it's \"so\"…"},
		{"a&nbsp;b&rsquo;", "a\u00a0b’"},
		{"the &lt;p&gt; tag", "the &lt;p&gt; tag"},
		{"&bogus; &;", "&bogus; &;"},
		{"?a=1&copy=2;", "?a=1&copy=2;"},
		{"&", "&"},
		{"&amp", "&amp"},
	} {
		if got := entities(c.in); got != c.want {
			t.Errorf("entities(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// TestTidyEverywhere: what is said twice on a page is cleaned in every field that shows it.
func TestTidyEverywhere(t *testing.T) {
	dirty, clean := "Cafe\u0301 \u202eon the\u00ad quay&amp;nbsp;four", "Caf\u00e9 on the quay four"
	head := `<meta property="og:title" content="` + dirty + `"><meta name="description" content="` + dirty + `"><meta name="author" content="Jose&#769; Roe">`
	a := Page(articlePage(head, "<p>"+strings.Repeat(dirty+" and the men who mend the nets. ", 3)+"</p>",
		"<figure><img src=/a.jpg><figcaption>"+strings.ReplaceAll(dirty, "&amp;", "&")+"</figcaption></figure>"), Source{URL: "https://news.example/a"})
	if a.Title != clean || a.Summary != clean {
		t.Errorf("title %q, summary %q", a.Title, a.Summary)
	}
	if !strings.Contains(a.Text, clean+" and the men") {
		t.Errorf("text %q", a.Text)
	}
	if len(a.Authors) != 1 || a.Authors[0] != "Jos\u00e9 Roe" {
		t.Errorf("authors %q", a.Authors)
	}
}

// TestComposes checks the blocks that are taken for steady against the tables.
func TestComposes(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if composes(r) || !utf8.ValidRune(r) {
			continue
		}
		p := norm.NFC.PropertiesString(string(r))
		if p.CCC() != 0 || !norm.NFC.IsNormalString(string(r)) || !p.BoundaryBefore() {
			t.Errorf("%U %c composes", r, r)
		}
	}
}

// BenchmarkTidy is the price of text that is tidy already, by script.
func BenchmarkTidy(b *testing.B) {
	for name, s := range map[string]string{"latin": "The harbour of the old town opens at four. ", "german": "Die Häuser über dem Fluß. ",
		"russian": "Порт старого города открылся. ", "persian": "بندر تازه می\u200cشود و کشتی رسید. "} {
		s = strings.TrimSpace(strings.Repeat(s, 20))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				tidy(s)
			}
		})
	}
}

// FuzzTidy: the result is NFC in UTF-8 without what must go, and tidy itself.
func FuzzTidy(f *testing.F) {
	for _, s := range []string{"", "a  b", "می\u200cشود", "e\u00ad\u0301", "👩\u200d👧", "\u200f x \u200e", "\xff\ufffd", "a \u200f b", "\u0958\u200c", "🏴\U000e0067", "&amp;amp;#39;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := tidy(s)
		if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) || strings.TrimSpace(got) != got || strings.Contains(got, "  ") {
			t.Errorf("tidy(%q) = %q", s, got)
		}
		if again := tidy(got); again != got {
			t.Errorf("tidy(%q) = %q, and again %q", s, got, again)
		}
		for _, r := range got {
			if is := sortOf(r); is == nothing || is == space && r != ' ' {
				t.Errorf("tidy(%q) = %q keeps %U", s, got, r)
			}
		}
		if e := entities(s); len(e) > len(s)*2 {
			t.Errorf("entities(%q) = %q", s, e)
		}
	})
}
