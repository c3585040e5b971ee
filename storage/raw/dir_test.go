package raw

import "testing"

func TestNoTwoDatabasesShareAFolder(t *testing.T) {
	for db, want := range map[string]string{
		"dateline.db":            "dateline.raw",
		"dateline.bak":           "dateline.bak.raw",
		"dateline.db.2026-11-25": "dateline.db.2026-11-25.raw",
		"old.d/news.db":          "old.d/news.raw",
	} {
		if got := Dir(db); got != want {
			t.Errorf("%s: %s, want %s", db, got, want)
		}
	}
}
