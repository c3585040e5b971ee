package main

import (
	"strings"
	"testing"
	"unicode"

	"dateline/storage"
)

func TestWriteArticle(t *testing.T) {
	for _, c := range []struct {
		name   string
		record storage.Record
		color  bool
		want   string
	}{
		{"plain", storage.Record{Title: "A title", Attribution: "By us", Text: "One.\n\nTwo."}, false,
			"A title\n\nBy us\n\nOne.\n\nTwo.\n"},
		{"bold", storage.Record{Title: "A title", Text: "One."}, true, "\x1b[1mA title\x1b[0m\n\nOne.\n"},
		{"no title", storage.Record{Text: "One."}, true, "One.\n"},
		{"partial", storage.Record{Title: "A title", Partial: "robots"}, false,
			"A title\n\n[the feed's own text; the page did not come: robots]\n"},
		{"conflict", storage.Record{Title: "A title", License: &storage.License{Status: "conflict"}}, false,
			"A title\n\n[the licence is in doubt: the page and the feed or configuration contradict each other]\n"},
		{"a stranger's escapes", storage.Record{Title: "\x1b[2JA\ttitle\u202e", Text: "One\x07\nline.\n\n\n\nTwo\r."}, false,
			"[2JA title\n\nOne line.\n\nTwo.\n"},
		{"right to left", storage.Record{Title: "می\u200cشود", Text: "متن"}, false, "می\u200cشود\n\nمتن\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			if err := writeArticle(&b, &c.record, c.color); err != nil {
				t.Fatal(err)
			}
			if b.String() != c.want {
				t.Errorf("got %q, want %q", b.String(), c.want)
			}
		})
	}
}

// FuzzPrintable checks that what is printed of a stranger's text is one line that can't command a terminal, and
// that nothing else is lost from it.
func FuzzPrintable(f *testing.F) {
	for _, s := range []string{"", "plain", "a\nb\tc", "\x1b]0;title\x07", "\u202eevil\u2066", "می\u200cشود", "\xff\xfe", "\u0085\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := printable(s)
		if strings.ContainsFunc(got, unicode.IsControl) || strings.ContainsAny(got, "\u2028\u2029\u202e\u2066") {
			t.Errorf("%q became %q", s, got)
		}
		if again := printable(got); again != got {
			t.Errorf("%q became %q, and that %q", s, got, again)
		}
		letters := func(s string) (n int) {
			for _, r := range s {
				if unicode.IsLetter(r) {
					n++
				}
			}
			return n
		}
		if letters(got) != letters(s) {
			t.Errorf("%q became %q: letters are missing", s, got)
		}
	})
}
