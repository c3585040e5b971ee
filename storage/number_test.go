package storage

import (
	"testing"
	"time"
)

func TestNumberKey(t *testing.T) {
	for address, want := range map[string]string{
		"https://en.mehrnews.com/news/4066203/A-headline":     "number:en.mehrnews.com/news/4066203",
		"https://en.mehrnews.com/news/4066203/":               "number:en.mehrnews.com/news/4066203",
		"https://en.mehrnews.com/news/4066203":                "number:en.mehrnews.com/news/4066203",
		"https://a.example/news/4066203-a-headline":           "number:a.example/news/4066203",
		"https://a.example/world/4066203/x":                   "number:a.example/world/4066203",
		"https://a.example/2026/11/25/a-headline":             "",
		"https://a.example/20261125/a-headline":               "",
		"https://a.example/202611/a-headline":                 "",
		"https://a.example/14050904/a-headline":               "",
		"https://a.example/news/4066/a-headline":              "",
		"https://a.example/news/40662/71234/a-headline":       "",
		"https://a.example/news/4066203a/a-headline":          "",
		"https://a.example/news/4066203/a-headline?page=2":    "",
		"https://a.example/news/1234567890123/too-many":       "",
		"https://a.example/":                                  "",
		"://":                                                 "",
		"https://a.example/20269925/a-headline-with-a-number": "number:a.example/20269925",
	} {
		if got := numberKey(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestSameArticle(t *testing.T) {
	at := time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		a, b         string
		later        time.Duration
		want, reason string
	}{
		{"Oyster beds reopen in the bay", "Oyster beds of the bay reopen", time.Hour, "same", "words"},
		{"Oyster beds reopen", "A wholly different headline", 0, "same", "time"},
		{"Oyster beds reopen", "A wholly different headline", time.Hour, "other", "nothing"},
		{"", "", time.Hour, "other", "no titles"},
	} {
		a, b := Record{Title: c.a, Published: at}, Record{Title: c.b, Published: at.Add(c.later)}
		if got := sameArticle(&a, &b); got != (c.want == "same") {
			t.Errorf("%s: %v", c.reason, got)
		}
	}
}
