package storage

import (
	"strings"
	"testing"

	"golang.org/x/text/cases"
)

func FuzzFoldCase(f *testing.F) {
	for _, s := range []string{
		"", "plain words", "TEHRAN, Nov. 3 (MNA) – Said", "Straße und ÄÖÜ", "ΟΔΥΣΣΕΥΣ ς", "İstanbul'da IĞDIR", "به گزارش ABC خبرنگار", "ﬁne ﬆ", "a\xffB\xc3", "Ǆ ᾳ ẞ 中文 Ａ",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := foldCase(s), cases.Fold().String(s); got != want {
			t.Errorf("%q folds to %q, want %q", s, got, want)
		}
	})
}

func FuzzUnsigned(f *testing.F) {
	long := strings.Repeat("Some sentence of a text. ", 20)
	for _, s := range []string{"", " (MNA)", long + "(MNA)", long + "end. MNA/6123.", long + "ÄÖÜÄÖÜÄÖ/ÄÖÜÄÖÜÄÖÜÄÖÜ.", long + "ü", "MNA/1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.TrimSpace(s)
		if got, want := unsigned(s), signature.ReplaceAllString(s, ""); got != want {
			t.Errorf("%q without its signature is %q, want %q", s, got, want)
		}
	})
}
