package main

import (
	"testing"

	"dateline/fetch"
)

func TestNewAgencyName(t *testing.T) {
	for title, want := range map[string]string{
		"Cove News": "Cove News", "Cove News - RSS Feed": "Cove News", "Cove News » Feed": "Cove News", "RSS: Cove News": "Cove News",
		"Cove News - Latest News": "Cove News", "Cove News | Latest Stories RSS": "Cove News", "Cove News RSS": "Cove News",
		"Cove News - Sports": "Cove News - Sports", "The Feed": "The Feed", "خبرگزاری مهر": "خبرگزاری مهر", "": "",
	} {
		found := []fetch.Candidate{{URL: "https://cove.example/rss", Feed: fetch.Feed{Title: title}}}
		if a := newAgency("https://cove.example/", found, feedsAddOptions{}); a.Name != want || a.Home != "https://cove.example/" {
			t.Errorf("%q: name %q, home %q", title, a.Name, a.Home)
		}
	}
	named := []fetch.Candidate{{Site: "The Cove", Found: fetch.FoundItself, Feed: fetch.Feed{Title: "Feed", Home: "https://www.cove.example"}}}
	if a := newAgency("https://cove.example/rss", named, feedsAddOptions{}); a.Name != "The Cove" || a.Home != "https://www.cove.example" {
		t.Errorf("name %q, home %q", a.Name, a.Home)
	}
	if a := newAgency("https://cove.example/rss", named, feedsAddOptions{name: "Mine", id: "mine"}); a.Name != "Mine" || a.ID != "mine" {
		t.Errorf("name %q, id %q", a.Name, a.ID)
	}
}
