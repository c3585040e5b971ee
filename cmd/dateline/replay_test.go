package main

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"dateline/ingest"
	"dateline/storage"
)

// exportAll gives all records of a database as they are exported.
func exportAll(t *testing.T, a *app) []byte {
	t.Helper()
	db, err := a.open(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out bytes.Buffer
	if _, err := storage.Export(&out, "jsonl", db.Records(t.Context(), storage.Filter{})); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestReplayRealWeb reads pages of the real web, extracts them again, and does all of it a second time from the raw segments: three
// exports, the same bytes, times included.
func TestReplayRealWeb(t *testing.T) {
	slowUnderRace(t)
	web := newReleaseWeb(t)
	a := web.ingestAll(t)
	first := exportAll(t, a)
	if err := a.reprocess(t.Context(), ingest.Reprocess{}); err != nil {
		t.Fatal(err)
	}
	b := newApp(strings.NewReader(""), io.Discard, io.Discard)
	b.configPath, b.dbPath = a.configPath, filepath.Join(t.TempDir(), "again.db")
	if err := b.replay(t.Context(), strings.TrimSuffix(a.dbPath, ".db")+".raw", nil); err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string][]byte{"reprocess": exportAll(t, a), "ingest --replay": exportAll(t, b)} {
		x, y := bytes.Split(got, []byte("\n")), bytes.Split(first, []byte("\n"))
		if len(x) != len(y) {
			t.Fatalf("%s: %d records, want %d", what, len(x)-1, len(y)-1)
		}
		for i := range x {
			if !bytes.Equal(x[i], y[i]) {
				t.Errorf("%s: record %d\n got %.300s\nwant %.300s", what, i, x[i], y[i])
			}
		}
	}
}
