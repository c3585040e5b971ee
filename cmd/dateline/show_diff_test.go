package main

import (
	"strings"
	"testing"
	"time"

	"dateline/storage"
)

// TestDiffInColour sets what was removed in red and what was added in green, the changed words in reverse; what a stranger
// wrote can't set anything.
func TestDiffInColour(t *testing.T) {
	at := time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)
	old := storage.Record{ID: "x", Revision: 1, Fetched: at, Title: "Old \x1b[2Jtitle", Text: "The port was shut on Monday.\n\nNobody was hurt."}
	now := storage.Record{ID: "x", Revision: 2, Fetched: at.Add(time.Hour), Title: "New title", Text: "The port was open on Monday.\n\nNobody was hurt."}
	var b strings.Builder
	if err := compare(&old, &now).write(&b, 2, true); err != nil {
		t.Fatal(err)
	}
	want := "--- revision 1, read 2026-11-03 08:00:00\n+++ revision 2, read 2026-11-03 09:00:00\n\ntitle\n" +
		"\x1b[31m- Old [2Jtitle\x1b[0m\n\x1b[32m+ New title\x1b[0m\n\ntext\n" +
		"\x1b[31m- The port was \x1b[7mshut\x1b[27m on Monday.\x1b[0m\n\x1b[32m+ The port was \x1b[7mopen\x1b[27m on Monday.\x1b[0m\n  … 1 paragraph as before\n"
	if b.String() != want {
		t.Errorf("%q\nwant\n%q", b.String(), want)
	}
}

// TestDiffOfFields tells of what is not in the text.
func TestDiffOfFields(t *testing.T) {
	at := time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)
	old := storage.Record{License: &storage.License{SPDX: "CC-BY-4.0", Holder: "A", Status: "verified"}, Text: "same"}
	now := storage.Record{Notice: &storage.Notice{Kind: "retracted", Evidence: "headline", At: at}, Rights: []storage.Right{{Name: "noai"}}, Text: "same"}
	d := compare(&old, &now)
	want := []field{
		{"license", "CC-BY-4.0 of A (verified)", ""},
		{"rights", "", "noai"},
		{"notice", "", "retracted since 2026-11-03 08:00:00 (headline)"},
	}
	if len(d.Meta) != len(want) || len(d.Text) != 0 {
		t.Fatalf("%+v", d)
	}
	for i := range want {
		if d.Meta[i] != want[i] {
			t.Errorf("%+v, want %+v", d.Meta[i], want[i])
		}
	}
}
