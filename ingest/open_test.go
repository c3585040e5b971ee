package ingest_test

import (
	"testing"
	"time"

	"dateline/extract"
	"dateline/storage"
	"dateline/storage/storagetest"
)

// TestOpenLicences: what the extractor calls open is what an export of open licences holds. The two packages do not know each
// other.
func TestOpenLicences(t *testing.T) {
	store, err := storage.Open(t.Context(), storagetest.NewMemory())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	const feed = "http://news.example/rss"
	state, err := store.Feed(t.Context(), feed)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	var drafts []storage.Draft
	for _, id := range []string{
		"CC0-1.0", "CC-PDM-1.0", "CC-PDDC", "CC-BY-4.0", "CC-BY-3.0-US", "LicenseRef-cc-by", "CC-BY-SA-4.0", "LicenseRef-cc-by-sa-2.0-kr", "LicenseRef-cc-sa-1.0", "CC-SA-1.0",
		"CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-ND-1.0", "LicenseRef-cc-by-nc-nd", "LicenseRef-cc-nc-1.0", "LicenseRef-cc-samplingplus-1.0", "LicenseRef-cc-devnations-2.0",
		"OGL-UK-3.0", "LicenseRef-OGL-UK", "OGL-Canada-2.0", "etalab-2.0", "LicenseRef-etalab", "LicenseRef-kogl-1", "LicenseRef-kogl-2", "LicenseRef-kogl-4",
		"LicenseRef-us-government-work", "DL-DE-BY-2.0", "DL-DE-ZERO-2.0", "NLOD-2.0", "MIT",
	} {
		r := storage.Record{ID: storage.ID("a", id), Agency: storage.Agency{ID: "a"}, Feed: feed, GUID: id, Title: id, Text: "The harbour opens: " + id, Published: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC),
			License: &storage.License{SPDX: id, Status: "verified"}}
		want[id] = (extract.License{SPDX: id}).Open()
		drafts = append(drafts, storage.Draft{Record: r})
	}
	if _, err := store.SavePoll(t.Context(), state, drafts); err != nil {
		t.Fatal(err)
	}
	for _, d := range drafts {
		if out, err := store.Put(t.Context(), d.Record, d.Mark); err != nil || out != storage.Added {
			t.Fatalf("%s: %s, %v", d.Record.GUID, out, err)
		}
	}
	got := map[string]bool{}
	for r, err := range store.Records(t.Context(), storage.Filter{License: storage.OpenLicenses}) {
		if err != nil {
			t.Fatal(err)
		}
		got[r.License.SPDX] = true
	}
	for id, open := range want {
		if got[id] != open {
			t.Errorf("%s: the extractor says open %t, the export %t", id, open, got[id])
		}
	}
}
