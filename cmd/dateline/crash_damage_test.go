package main

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var crashFlips = flag.Int("flips", 4, "in how many places TestDamagedPages damages a page of each kind")

// span is a part of a file.
type span struct{ from, to int }

// pagesByKind finds the pages of a bbolt file. What flows over the end of a leaf's first page is a kind of its own.
func pagesByKind(file []byte) map[string][]span {
	const size = 4096
	kinds := map[uint16]string{0x01: "branch", 0x02: "leaf", 0x04: "meta", 0x10: "freelist"}
	pages := map[string][]span{}
	for i := 0; i+size <= len(file); i += size {
		id, flags := binary.LittleEndian.Uint64(file[i:]), binary.LittleEndian.Uint16(file[i+8:])
		more := int(binary.LittleEndian.Uint32(file[i+12:])) * size
		kind, known := kinds[flags]
		if !known || id != uint64(i/size) || i+size+more > len(file) {
			continue
		}
		used := size
		if kind == "meta" {
			used = 80
		}
		pages[kind] = append(pages[kind], span{i, i + used})
		if more > 0 {
			pages["overflow"] = append(pages["overflow"], span{i + size, i + size + more})
			i += more
		}
	}
	return pages
}

// TestDamagedPages flips a byte in a page of each kind, or cuts the file there. It is refused with the command that helps, or what is
// read is what was written; if db check finds nothing, nothing is missing.
func TestDamagedPages(t *testing.T) {
	slowUnderRace(t)
	c := newCrashSite(t)
	whole, err := os.ReadFile(filepath.Join(c.base, "dateline.db"))
	if err != nil {
		t.Fatal(err)
	}
	pages := pagesByKind(whole)
	rnd := rand.New(rand.NewPCG(5, 6))
	for _, kind := range []string{"meta", "freelist", "branch", "leaf", "overflow"} {
		if len(pages[kind]) == 0 {
			t.Errorf("no %s page in the file", kind)
			continue
		}
		refused := 0
		for i := range *crashFlips {
			page := pages[kind][rnd.IntN(len(pages[kind]))]
			at := page.from + rnd.IntN(page.to-page.from)
			if i%2 == 0 && kind != "overflow" {
				at = page.from + rnd.IntN(48) // the head, and where its rows are
			}
			b := slices.Clone(whole)
			b[at] ^= byte(1 + rnd.IntN(255))
			what := fmt.Sprintf("%s, byte %d flipped", kind, at)
			if i%4 == 3 {
				b, what = b[:at], fmt.Sprintf("cut in a %s, after %d bytes", kind, at)
			}
			if c.damaged(t, what, b) {
				refused++
			}
		}
		t.Logf("%s: %d of %d refused", kind, refused, *crashFlips)
	}
}

// damaged looks at a damaged database with all commands that read it; true if db check refused it.
func (c *crashSite) damaged(t *testing.T, what string, db []byte) bool {
	t.Helper()
	dir := filepath.Join(c.dir, "damaged")
	c.copyBase(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "dateline.db"), db, 0o600); err != nil {
		t.Fatal(err)
	}
	checked, code := c.readOrRefuse(t, what, dir, "db", "check")
	got, exported := c.readOrRefuse(t, what, dir, "export")
	if exported == exitOK {
		c.onlyTrue(t, what, got)
	}
	if code == exitOK && (exported != exitOK || withoutFetched(t, got) != c.filled) {
		t.Errorf("%s: db check finds nothing, but the export has code %d, and not all records: %s", what, exported, checked)
	}
	c.readOrRefuse(t, what, dir, "db", "backup", "copy.db")
	if _, err := os.Stat(filepath.Join(dir, "copy.db")); err == nil && code == exitStore && !strings.Contains(checked, "segment") {
		t.Errorf("%s: db check refuses it, and a backup was made", what)
	}
	if _, said, code := c.run(t, dir, "db", "rescue", "saved.jsonl"); code == exitOK || code == exitSome {
		saved, err := os.ReadFile(filepath.Join(dir, "saved.jsonl"))
		if err != nil {
			t.Error(err)
		}
		c.onlyTrue(t, what+", rescued", string(saved))
	} else if code != exitStore {
		t.Errorf("%s: rescue: %d %s", what, code, said)
	}
	c.goesOn(t, what, dir, code == exitOK)
	return code != exitOK
}

// goesOn writes to a damaged database. What db check found nothing in is as good as before: no page that is used was written over.
func (c *crashSite) goesOn(t *testing.T, what, dir string, clean bool) {
	t.Helper()
	for _, host := range c.press.hosts {
		c.ingestAlone(t, what, dir, host+"/rss")
	}
	if !clean {
		return
	}
	if out, code := c.readOrRefuse(t, what, dir, "db", "check"); code != exitOK {
		t.Errorf("%s: db check found nothing, but after an ingest: %s", what, out)
	}
	if got, code := c.readOrRefuse(t, what, dir, "export"); code != exitOK || withoutFetched(t, got) != c.filled {
		t.Errorf("%s: db check found nothing, but after an ingest records are missing", what)
	}
}

// ingestAlone is an ingest in a process of its own: a file that broke while it was written to is held until its process ends.
func (c *crashSite) ingestAlone(t *testing.T, what, dir, feed string) {
	t.Helper()
	run := c.command(dir, "ingest", feed)
	said, err := run.CombinedOutput()
	code := run.ProcessState.ExitCode()
	if err != nil && (code != exitStore || !strings.Contains(string(said), "\nhint: ")) && code != exitSome {
		t.Errorf("%s: ingest: exit code %d without what helps\n%.2000s", what, code, said)
	}
}

// readOrRefuse runs a command on damage: it goes well, or is refused with a reason and with what helps.
func (c *crashSite) readOrRefuse(t *testing.T, what, dir string, args ...string) (out string, code int) {
	t.Helper()
	out, said, code := c.run(t, dir, args...)
	switch {
	case code == exitOK || code == exitSome:
	case code == exitStore && strings.Contains(said, "\nhint: "):
	default:
		t.Errorf("%s: %q: exit code %d without what helps\n%.1000s", what, args, code, said)
	}
	if strings.Contains(said, "goroutine ") {
		t.Errorf("%s: %q: a panic\n%.3000s", what, args, said)
	}
	return out, code
}

// onlyTrue fails if an export has a record that is not as it was stored, or one twice.
func (c *crashSite) onlyTrue(t *testing.T, what, export string) {
	t.Helper()
	seen := map[string]bool{}
	for line := range strings.Lines(withoutFetched(t, export)) {
		if seen[line] || !strings.Contains(c.filled, line) {
			t.Errorf("%s: a record that nobody wrote, or for the second time: %.300s", what, line)
		}
		seen[line] = true
	}
}

// TestDamagedSegments flips a byte of the raw store, in the head of a WARC record and in its body, and cuts the file. The records are
// what they were, what is lost is named, and the worker goes on.
func TestDamagedSegments(t *testing.T) {
	slowUnderRace(t)
	c := newCrashSite(t)
	dir := filepath.Join(c.dir, "damaged")
	segments, err := filepath.Glob(filepath.Join(c.base, "dateline.raw", "*.warc.gz"))
	if err != nil || len(segments) != 1 {
		t.Fatalf("%d segments, %v", len(segments), err)
	}
	whole, err := os.ReadFile(segments[0])
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(7, 9))
	refused := 0
	for i := range *crashFlips {
		c.copyBase(t, dir)
		b, at := slices.Clone(whole), rnd.IntN(len(whole))
		b[at] ^= byte(1 + rnd.IntN(255))
		what := fmt.Sprintf("segment, byte %d flipped", at)
		if i%4 == 3 {
			b, what = whole[:at], fmt.Sprintf("segment cut after %d bytes", at)
		}
		if err := os.WriteFile(filepath.Join(dir, "dateline.raw", filepath.Base(segments[0])), b, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, code := c.readOrRefuse(t, what, dir, "db", "check"); code != exitOK {
			refused++
			if !strings.Contains(out, "segment 1, byte ") && !strings.Contains(out, filepath.Base(segments[0])) {
				t.Errorf("%s: db check does not say where: %s", what, out)
			}
		} else if i%4 == 3 {
			t.Errorf("%s: db check finds nothing", what)
		}
		c.readOrRefuse(t, what, dir, "reprocess")
		c.readOrRefuse(t, what, dir, "ingest")
		if got := c.export(t, dir); got != c.filled {
			t.Errorf("%s: the records differ: %s", what, firstDifference(got, c.filled))
		}
	}
	t.Logf("%d of %d refused", refused, *crashFlips)
}

// TestDamagedCursor flips each byte of a cursor file, and cuts it there. It is refused, or nothing is missing in the output.
func TestDamagedCursor(t *testing.T) {
	slowUnderRace(t)
	c := newCrashSite(t)
	dir := filepath.Join(c.dir, "damaged")
	c.copyBase(t, dir)
	follow := []string{"export", "-o", "changes.jsonl", "--cursor-file", "cursor"}
	c.must(t, dir, follow...)
	cursor, err := os.ReadFile(filepath.Join(dir, "cursor"))
	changes, err2 := os.ReadFile(filepath.Join(dir, "changes.jsonl"))
	if err := errors.Join(err, err2); err != nil || len(cursor) < 4 {
		t.Fatalf("cursor %q, %v", cursor, err)
	}
	for at := range cursor {
		flipped := slices.Clone(cursor)
		flipped[at] ^= 1
		for _, b := range [][]byte{flipped, cursor[:at]} {
			err := errors.Join(os.WriteFile(filepath.Join(dir, "cursor"), b, 0o600), os.WriteFile(filepath.Join(dir, "changes.jsonl"), changes, 0o600))
			if err != nil {
				t.Fatal(err)
			}
			_, said, code := c.run(t, dir, follow...)
			if code != exitOK && !strings.Contains(said, "cursor") {
				t.Errorf("cursor %q: exit code %d, %s", b, code, said)
			}
			if got, err := os.ReadFile(filepath.Join(dir, "changes.jsonl")); err != nil || !strings.HasPrefix(string(got), string(changes)) {
				t.Errorf("cursor %q: what was written before is gone, %v", b, err)
			}
		}
	}
}
