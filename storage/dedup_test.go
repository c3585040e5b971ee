package storage_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/storage"
)

func TestNormalizeSeesOneText(t *testing.T) {
	tests := []struct{ what, a, b string }{
		{"case and white space", "The  Harbour\n\nopened", "the harbour opened"},
		{"a dateline", "TEHRAN, Nov. 3 (MNA) – The minister said so.", "The minister said so."},
		{"a dateline without a date", "LONDON (Reuters) - The minister said so.", "The minister said so."},
		{"a Persian dateline", "تهران (ایرنا) - وزیر گفت.", "وزیر گفت."},
		{"a signature", "The minister said so. (MNA)", "The minister said so."},
		{"a signature with a number", "The minister said so.\n\nMNA/6123", "The minister said so."},
		{"Arabic and Persian letters", "علي و كتاب", "علی و کتاب"},
		{"Persian, Arabic and European digits", "۱۴۰۵ و ١٤٠٥", "1405 و 1405"},
		{"a zero-width non-joiner", "می\u200cشود", "میشود"},
		{"short vowels", "كِتَاب", "کتاب"},
		{"full width", "ＡＢＣ１２３", "abc123"},
		{"quotation marks and dashes", "“Yes” — it’s", "\"yes\" - it's"},
	}
	for _, tt := range tests {
		if a, b := storage.Normalize(tt.a), storage.Normalize(tt.b); a != b {
			t.Errorf("%s: %q and %q", tt.what, a, b)
		}
	}
}

// TestNormalizeKeepsTextsApart has what a careless rule would take for a dateline or a signature.
func TestNormalizeKeepsTextsApart(t *testing.T) {
	tests := []struct{ a, b string }{
		{"Profits rose – losses fell.", "Sales rose – losses fell."},
		{"He went to Rome - and came back.", "She went to Bonn - and came back."},
		{"The result was 3", "The result was 4"},
		{"وزیر گفت - بله", "رئیس گفت - بله"},
		{"It is over", "It is not over"},
		{"The vote (55 to 45) – a surprise", "The vote (51 to 49) – a surprise"},
	}
	for _, tt := range tests {
		if storage.Normalize(tt.a) == storage.Normalize(tt.b) {
			t.Errorf("%q and %q are one", tt.a, tt.b)
		}
	}
}

func TestTextHash(t *testing.T) {
	hash := func(text string) string { return storage.TextHash(&storage.Record{Text: text}) }
	if hash("") != "" {
		t.Error("no text has a hash")
	}
	if hash("A  b") != hash("a b") || hash("a b") == hash("a c") || !strings.HasPrefix(hash("a"), "sha256:") || len(hash("a")) != 7+64 {
		t.Errorf("%s %s", hash("a b"), hash("a"))
	}
}

func FuzzNormalize(f *testing.F) {
	for _, seed := range []string{"TEHRAN, Nov. 3 (MNA) – The minister said so. (MNA)", "می\u200cشود ١٤٠٥", "“a” — b", "A - B - C - d", "\xff\u2028 (AB)", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := storage.Normalize(s)
		if utf8.ValidString(s) && !utf8.ValidString(n) {
			t.Fatalf("%q became %q", s, n)
		}
		if strings.Contains(n, "  ") || strings.TrimSpace(n) != n || strings.ContainsAny(n, "\n\t\u200c") {
			t.Fatalf("%q became %q", s, n)
		}
		if again := storage.Normalize(strings.ReplaceAll(s, " ", "  ")); again != n && !strings.Contains(s, " ") {
			t.Fatalf("%q depends on white space: %q, %q", s, n, again)
		}
	})
}
