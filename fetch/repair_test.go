package fetch

import (
	"strings"
	"testing"
)

// gofeed reads a feed with a wrong end tag without an error, and without what comes after it.
func TestRepairs(t *testing.T) {
	const want = "Erstens „so“|Zweitens"
	for _, c := range []struct{ name, old, new string }{
		{"an end tag misspelt", "„so“</title>", "„so“</titel>"},
		{"an end tag too many", "„so“</title>", "„so“</b></title>"},
		{"an element left open", "<link>http://h.example/1</link>", "<link>http://h.example/1</link><category>x"},
		{"end tags crossed", "<link>http://h.example/1</link>", "<i><b>x</i></b><link>http://h.example/1</link>"},
		{"a bare <", "<link>http://h.example/1</link>", "<link>http://h.example/1</link><category>1 < 2 <3</category>"},
	} {
		f, err := ParseFeed([]byte(strings.Replace(whole, c.old, c.new, 1)), "", "")
		if err != nil || titles(f) != want {
			t.Errorf("%s: %q, %v; want %q", c.name, titles(f), err, want)
		}
	}
}

func TestEscapeBare(t *testing.T) {
	for in, want := range map[string]string{
		"":                          "",
		"a<b>c</b>":                 "a<b>c</b>",
		"5 < 6 <3 <":                "5 &lt; 6 &lt;3 &lt;",
		"a<b <c>":                   "a&lt;b <c>",
		"<![CDATA[ < ]]><!-- < -->": "<![CDATA[ < ]]><!-- < -->",
	} {
		if got := string(escapeBare([]byte(in))); got != want {
			t.Errorf("escapeBare(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBalance(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"<a><b>x</b></a>":       "<a><b>x</b></a>",
		"<a><b>x</a>y":          "<a><b>x</b></a>y",
		"<a>x</b></a>":          "<a>x</a>",
		"<a><b>x</a></b>":       "<a><b>x</b></a>",
		"<A>x</a>":              "<A>x</A>",
		"<a><b/><c":             "<a><b/><c</a>",
		"</a></a>x":             "x",
		"<a><![CDATA[</a>]]>":   "<a><![CDATA[</a>]]></a>",
		"<a><br>x<br>y</a><z/>": "<a><br>x<br>y</br></br></a><z/>",
	} {
		if got := string(balance([]byte(in))); got != want {
			t.Errorf("balance(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzRepair(f *testing.F) {
	for _, s := range []string{whole, "<a><b>x</a></b>", "1 < 2 <a <b>", "<![CDATA[", "<a/></a>", "<p:a></P:A>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		once := repair(b)
		// Whatever it was, each element that is open is closed once, in order, and a second repair finds nothing to do.
		var open []string
		for tag := range tags(once) {
			switch tag.kind {
			case opening:
				open = append(open, tag.name)
			case closing:
				if len(open) == 0 || open[len(open)-1] != tag.name {
					t.Fatalf("repair(%q) = %q: </%s> closes nothing of %q", b, once, tag.name, open)
				}
				open = open[:len(open)-1]
			}
		}
		if again := repair(once); string(again) != string(once) && len(open) == 0 {
			t.Errorf("repair(%q) = %q, and again %q", b, once, again)
		}
	})
}
