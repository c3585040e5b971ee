package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// edit has a publisher change an entry, and stores what its page then says.
func edit(t *testing.T, s *storage.Store, d storage.Draft, mark, text string) storage.Outcome {
	t.Helper()
	d.Mark = mark
	poll(t, s, d.Record.Feed, d)
	return store(t, s, d, text)
}

// revisions are the lines of a record and of how it was before, the newest first.
func revisions(t *testing.T, s *storage.Store, id string) (lines []string) {
	t.Helper()
	for r, err := range s.Revisions(t.Context(), id) {
		if err != nil {
			t.Fatal(err)
		}
		line, err := r.Line()
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(line))
	}
	return lines
}

// revisionModel remembers each line that was ever a record's last before the next revision.
type revisionModel struct {
	now  map[string]storage.Record // by id
	past map[string]map[int]string // line by id and revision
}

// look compares the store with the model, and takes over what has changed.
func (m *revisionModel) look(t *testing.T, s *storage.Store, ids []string) {
	t.Helper()
	for _, id := range ids {
		r, err := s.Record(t.Context(), id)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			t.Fatal(err)
		}
		was, known := m.now[id]
		if known && (err != nil || r.ID != id || r.Revision > was.Revision) {
			line, _ := was.Line()
			m.past[id][was.Revision] = string(line)
			delete(m.now, id)
		}
		if err != nil || r.ID != id { // not stored, or another's duplicate
			continue
		}
		m.now[id] = r
		lines := revisions(t, s, id)
		if len(lines) != r.Revision {
			t.Fatalf("%s has %d revisions, want %d", id, len(lines), r.Revision)
		}
		for n := 1; n < r.Revision; n++ {
			got := lines[r.Revision-n]
			if want, seen := m.past[id][n]; seen && got != want {
				t.Fatalf("revision %d of %s:\n%s\nwant\n%s", n, id, got, want)
			}
		}
	}
}

// TestRevisionsSurviveAll has random edits, late carriers, duplicates that fold and pages that don't come: how a record was
// before comes back byte for byte, whatever became of its row since.
func TestRevisionsSurviveAll(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 7))
		s := newStore(t)
		m := &revisionModel{map[string]storage.Record{}, map[string]map[int]string{}}
		var drafts []storage.Draft
		var ids []string
		for i := range 4 {
			d := draft("a", "https://a.example/rss", fmt.Sprintf("https://a.example/%d", i), "Title <&> "+fmt.Sprint(i), now.Add(time.Duration(i)*time.Hour))
			drafts, ids = append(drafts, d), append(ids, d.Record.ID)
			m.past[d.Record.ID] = map[int]string{}
		}
		for step := range 60 {
			d := drafts[r.IntN(len(drafts))]
			switch r.IntN(4) {
			case 0: // another feed lists the same address
				feed := fmt.Sprintf("https://a.example/rss%d", r.IntN(9))
				d.Record.Feed = feed
				poll(t, s, feed, d)
			case 1: // the page no longer comes
				d.Mark = fmt.Sprint("mark", step)
				poll(t, s, d.Record.Feed, d)
				partial(t, s, d, "short")
			default: // few texts, so that some meet
				edit(t, s, d, fmt.Sprint("mark", step), long(fmt.Sprint("text ", r.IntN(6), " <b> & “quoted”")))
			}
			m.look(t, s, ids)
		}
		storagetest.Check(t, s)
	}
}

// TestDamagedRevision flips each byte of a way back, and cuts it anywhere: an error names the revision, and nothing panics or
// comes back wrong.
func TestDamagedRevision(t *testing.T) {
	memory := storagetest.NewMemory()
	s, err := storage.Open(t.Context(), memory)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d := draft("a", "https://a.example/rss", "https://a.example/1", "Title", now)
	poll(t, s, d.Record.Feed, d)
	store(t, s, d, long("Before"))
	edit(t, s, d, "2", long("After"))
	want := revisions(t, s, d.Record.ID)[1]
	key := append([]byte(d.Record.ID), 0, 0, 0, 1)
	sound := rawRow(t, memory, "revisions", key)
	try := func(what string, row []byte) {
		t.Helper()
		err := memory.Update(t.Context(), func(tx storage.Tx) error { return tx.Put("revisions", key, row) })
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Revision(t.Context(), d.Record.ID, 1)
		if err == nil {
			if line, _ := r.Line(); string(line) != want {
				t.Errorf("%s: %s", what, line)
			}
			return
		}
		if !strings.Contains(err.Error(), "revision 1 of record \""+d.Record.ID) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := range sound {
		bad := bytes.Clone(sound)
		bad[i] ^= 0x41
		try(fmt.Sprint("flipped at ", i), bad)
		try(fmt.Sprint("cut at ", i), sound[:i])
	}
}

func rawRow(t *testing.T, d storage.Driver, bucket string, key []byte) (row []byte) {
	t.Helper()
	err := d.View(t.Context(), func(tx storage.Tx) error {
		b, err := tx.Get(bucket, key)
		row = bytes.Clone(b)
		return err
	})
	if err != nil || row == nil {
		t.Fatalf("%s %q: %v", bucket, key, err)
	}
	return row
}

// TestRevisionOfAnOlderDatabase reads a row as databases before schema 4 have it, and goes on from there.
func TestRevisionOfAnOlderDatabase(t *testing.T) {
	memory := storagetest.NewMemory()
	s, err := storage.Open(t.Context(), memory)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d := draft("a", "https://a.example/rss", "https://a.example/1", "Title", now)
	poll(t, s, d.Record.Feed, d)
	store(t, s, d, long("First"))
	first := revisions(t, s, d.Record.ID)[0]
	edit(t, s, d, "2", long("Second"))
	key := append([]byte(d.Record.ID), 0, 0, 0, 1)
	err = memory.Update(t.Context(), func(tx storage.Tx) error { return tx.Put("revisions", key, []byte(first)) })
	if err != nil {
		t.Fatal(err)
	}
	edit(t, s, d, "3", long("Third"))
	if lines := revisions(t, s, d.Record.ID); len(lines) != 3 || lines[2] != first {
		t.Errorf("%d revisions, the first %s", len(lines), lines[len(lines)-1])
	}
}
