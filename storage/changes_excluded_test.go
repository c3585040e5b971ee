package storage_test

import (
	"slices"
	"testing"

	"dateline/storage"
)

// TestChangesExclude changes an article's licence to one that a reader did not ask for, and then other things happen to it before the
// reader comes again. It has to be told all the same.
func TestChangesExclude(t *testing.T) {
	s := newStore(t)
	open := storage.Filter{License: storage.OpenLicenses}
	names := map[string]string{}
	entry := func(agencyID, name, spdx string) storage.Draft {
		url := "http://" + agencyID + ".example/" + name
		d := draft(agencyID, "http://"+agencyID+".example/rss", url, name, now)
		d.Record.License = &storage.License{SPDX: spdx}
		names[d.Record.ID] = name
		return d
	}
	closing := entry("a", "closing", "CC-BY-4.0")
	put(t, s, closing, long("one text"))
	put(t, s, entry("a", "closed", "CC-BY-NC-4.0"), long("another text"))
	got, seen := changedKinds(t, s, 0, open, names)
	if want := []string{"stored closing"}; !slices.Equal(got, want) {
		t.Errorf("at first:\n got %q\nwant %q", got, want)
	}

	closing.Record.License = &storage.License{SPDX: "CC-BY-NC-4.0"}
	for _, mark := range []string{"relicensed", "looked at, and the same"} {
		closing.Mark = mark
		put(t, s, closing, long("one text"))
	}
	carrier := entry("b", "carrier", "CC-BY-NC-4.0")
	carrier.Record.Published = now.AddDate(0, 0, 1)
	put(t, s, carrier, long("one text"))

	got, _ = changedKinds(t, s, seen, open, names)
	if want := []string{"excluded closing"}; !slices.Equal(got, want) {
		t.Errorf("after its licence changed, and more:\n got %q\nwant %q", got, want)
	}
}
