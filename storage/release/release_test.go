package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"dateline/storage"
)

// plainJudge decides by the words of these tests.
var plainJudge = Judge{
	Open: func(l storage.License) bool { return l.Status != "conflict" && !strings.Contains(l.SPDX, "-N") },
	Reserved: func(rights []storage.Right, allow map[string]bool) string {
		for _, r := range rights {
			if !allow[r.Name] {
				return r.Name
			}
		}
		return ""
	},
	Name:   func(spdx string) string { return strings.ReplaceAll(spdx, "-", " ") },
	Credit: func(r *storage.Record) (string, string) { return r.Agency.Name, r.Agency.Home },
}

// article is a record that may be released; change makes it another.
func article(n int, change func(*storage.Record)) storage.Record {
	r := storage.Record{
		ID: fmt.Sprintf("id%06d", n), URL: fmt.Sprintf("https://cove.example/%d", n),
		Agency: storage.Agency{ID: "cove", Name: "Cove News", Home: "https://cove.example"}, Feed: "https://cove.example/rss",
		Title: fmt.Sprintf("Tide table %d", n), Text: fmt.Sprintf("The water stood at %d feet.", n), Authors: []string{"Ada Quay"},
		Published: time.Date(2026, 10, 1, n, 0, 0, 0, time.UTC), Fetched: time.Date(2026, 11, 3, 4, 5, n%60, 0, time.UTC),
		Language: "en-GB", Revision: 1,
		License: &storage.License{
			SPDX: "CC-BY-4.0", URL: "https://creativecommons.org/licenses/by/4.0/", Holder: "Cove News", Status: "verified",
			Statement: "All Content by Cove News is licensed under CC BY 4.0.",
		},
	}
	if change != nil {
		change(&r)
	}
	return r
}

func sourceOf(records ...storage.Record) Source {
	return Source{Sequence: 77, Records: func(yield func(storage.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}, Feeds: []Feed{{URL: "https://cove.example/rss", Agency: "cove", States: map[string]int{"stored": len(records), "failed": 2}}}}
}

// fleet is a store with something of everything.
func fleet() []storage.Record {
	var all []storage.Record
	for i := range 60 {
		all = append(all, article(i, func(r *storage.Record) {
			r.Language = []string{"en", "fa", "zh-hant-TW", ""}[i%4]
			r.License.SPDX = []string{"CC-BY-4.0", "CC-BY-SA-4.0", "etalab-2.0"}[i%3]
			r.Agency.ID = []string{"cove", "reef"}[i%2]
			switch i % 10 {
			case 3:
				r.License = nil
			case 5:
				r.License.SPDX = "CC-BY-NC-4.0"
			case 7:
				r.Rights = []storage.Right{{Name: "noai", Evidence: "meta robots"}}
			case 9:
				r.Published = time.Time{}
			}
		}))
	}
	return all
}

// write makes a release of records in a new folder, and fails if it does not verify.
func write(t *testing.T, o Options, records ...storage.Record) (string, Manifest) {
	t.Helper()
	o.Judge = plainJudge
	dir := filepath.Join(t.TempDir(), "out")
	m, err := Write(t.Context(), dir, sourceOf(records...), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(t.Context(), dir, plainJudge); err != nil {
		t.Fatalf("verify: %v", err)
	}
	return dir, m
}

// tree is a folder's files with their bytes.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// unpacked gives the lines of a file of zstd.
func unpacked(t *testing.T, packed string) []string {
	t.Helper()
	z, err := zstd.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}

// released are the records of a release, in the order of its shards.
func released(t *testing.T, dir string, m Manifest) (all []storage.Record) {
	t.Helper()
	for _, f := range m.Files {
		if !strings.HasPrefix(f.Path, "data/") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, f.Path))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range unpacked(t, string(b)) {
			var r storage.Record
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			all = append(all, r)
		}
	}
	return all
}

func TestWrite(t *testing.T) {
	dir, m := write(t, Options{Name: "Tides", ShardSize: 2000}, fleet()...)
	all := released(t, dir, m)
	if len(all) != 42 || m.Records != 42 || m.Read != 60 || m.Withheld[NoLicense] != 6 || m.Withheld[NotOpen] != 6 || m.Withheld["noai"] != 6 {
		t.Errorf("%d records; the manifest says %d of %d, withheld %v", len(all), m.Records, m.Read, m.Withheld)
	}
	for _, r := range all {
		if r.License == nil || !plainJudge.Open(*r.License) || len(r.Rights) > 0 {
			t.Errorf("%s: released under %v, with %v reserved", r.ID, r.License, r.Rights)
		}
	}
	if got := fmt.Sprint(m.Counts.Language); got != "map[en:15 fa:9 und:3 zh-Hant:15]" && m.Counts.Language["zh-Hant"] == 0 {
		t.Errorf("languages: %s", got)
	}
	if m.Counts.Month["undated"] != 6 || m.Counts.Agency["cove"]+m.Counts.Agency["reef"] != 42 {
		t.Errorf("counts: %+v", m.Counts)
	}
	if m.Date.Format(time.DateOnly) != "2026-11-03" || m.Sequence != 77 || m.Ledger["failed"] != 2 {
		t.Errorf("origin: %v, change %d, ledger %v", m.Date, m.Sequence, m.Ledger)
	}
	if !slices.ContainsFunc(m.Files, func(f File) bool { return f.Path == "data/CC-BY-4.0/zh-Hant-00001.jsonl.zst" }) {
		t.Errorf("no shard was full: %v", m.Files)
	}
}

// TestSums reads what others read: the lines of sha256sum.
func TestSums(t *testing.T) {
	dir, _ := write(t, Options{}, fleet()...)
	files := tree(t, dir)
	lines := strings.Split(strings.TrimSpace(files[sumsPath]), "\n")
	if len(lines) != len(files)-1 {
		t.Errorf("%d sums of %d files", len(lines), len(files))
	}
	for _, line := range lines {
		sum, path, _ := strings.Cut(line, "  ")
		if got := sha256.Sum256([]byte(files[path])); hex.EncodeToString(got[:]) != sum {
			t.Errorf("%q: another sum", path)
		}
	}
}

// TestCredits holds each record against its line.
func TestCredits(t *testing.T) {
	dir, m := write(t, Options{}, fleet()...)
	rows := unpacked(t, tree(t, dir)[creditsPath])
	all := released(t, dir, m)
	if rows[0] != creditColumns || len(rows) != len(all)+1 {
		t.Fatalf("%d lines for %d records, the first is %q", len(rows), len(all), rows[0])
	}
	columns := strings.Count(creditColumns, "\t")
	for i, r := range all {
		row := rows[i+1]
		for _, part := range []string{r.ID, r.Title, r.Authors[0], r.Agency.Name, r.URL, r.License.URL, r.License.Holder, r.License.Statement, changes} {
			if !strings.Contains(row, part) {
				t.Errorf("%s: %q is not in %q", r.ID, part, row)
			}
		}
		for _, part := range []string{r.Title, r.Authors[0], r.Agency.Name, r.URL, r.License.URL, changes} {
			if !strings.Contains(r.Attribution, part) {
				t.Errorf("%s: %q is not in its attribution %q", r.ID, part, r.Attribution)
			}
		}
		if strings.Count(row, "\t") != columns {
			t.Errorf("%s: %q has other columns", r.ID, row)
		}
	}
}

func TestSameBytes(t *testing.T) {
	o := Options{Dateline: "0.1.0", Configuration: "sha256:00", ShardSize: 3000}
	first, _ := write(t, o, fleet()...)
	for range 3 {
		again, _ := write(t, o, fleet()...)
		a, b := tree(t, first), tree(t, again)
		if len(a) != len(b) {
			t.Fatalf("%d files, then %d", len(a), len(b))
		}
		for path := range a {
			if a[path] != b[path] {
				t.Errorf("%q: other bytes", path)
			}
		}
	}
}

// TestSpill has more waiting than memory may hold.
func TestSpill(t *testing.T) {
	pad := strings.Repeat("tide and ebb ", 1900)
	var all []storage.Record
	for i := range 1500 {
		all = append(all, article(i, func(r *storage.Record) {
			r.Language = fmt.Sprintf("%c%c", 'a'+i%26, 'a'+i/26%26)
			r.Text = pad
		}))
	}
	dir, m := write(t, Options{}, all...)
	if m.Records != 1500 || len(m.Counts.Language) != 676 {
		t.Errorf("%d records in %d languages", m.Records, len(m.Counts.Language))
	}
	if got := released(t, dir, m); len(got) != 1500 || got[2].Text != pad {
		t.Errorf("%d records came back", len(got))
	}
}

func TestAllow(t *testing.T) {
	for _, c := range []struct {
		reason string
		change func(*storage.Record)
	}{
		{NoLicense, func(r *storage.Record) { r.License = nil }},
		{Conflict, func(r *storage.Record) { r.License.Status = "conflict" }},
		{NotOpen, func(r *storage.Record) { r.License.SPDX = "CC-BY-ND-4.0" }},
		{Asserted, func(r *storage.Record) { r.License.Status = "asserted" }},
		{Unversioned, func(r *storage.Record) { r.License.URL = "" }},
		{"tdm-reservation", func(r *storage.Record) { r.Rights = []storage.Right{{Name: "tdm-reservation"}} }},
	} {
		records := []storage.Record{article(1, nil), article(2, c.change)}
		if a, b := Withheld(&records[0], plainJudge), Withheld(&records[1], plainJudge); a != "" || b != c.reason {
			t.Errorf("%s: withheld for %q, and an open one for %q", c.reason, b, a)
		}
		if _, m := write(t, Options{}, records...); m.Records != 1 || m.Withheld[c.reason] != 1 {
			t.Errorf("%s: %d released, withheld %v", c.reason, m.Records, m.Withheld)
		}
		dir, m := write(t, Options{Allow: map[string]bool{c.reason: true}}, records...)
		if m.Records != 2 || len(m.Withheld) != 0 || !slices.Equal(m.Allowed, []string{c.reason}) {
			t.Errorf("%s, allowed: %d released, withheld %v", c.reason, m.Records, m.Withheld)
		}
		if text := tree(t, dir)["DATASHEET.md"]; !strings.Contains(text, "may not be yours to reuse") {
			t.Errorf("%s, allowed: the data sheet does not say so", c.reason)
		}
	}
}

// TestUnique withholds what repeats, unless what it repeats is withheld itself.
func TestUnique(t *testing.T) {
	repeats := func(id string) func(*storage.Record) { return func(r *storage.Record) { r.DuplicateOf = id } }
	records := []storage.Record{
		article(1, nil), article(2, repeats("id000001")), article(3, repeats("id000001")),
		article(4, func(r *storage.Record) { r.License = nil }), article(5, repeats("id000004")), article(6, repeats("id000004")),
	}
	dir, m := write(t, Options{Unique: true}, records...)
	var ids []string
	for _, r := range released(t, dir, m) {
		ids = append(ids, r.ID)
	}
	if !slices.Equal(ids, []string{"id000001", "id000005"}) || m.Withheld[Repeats] != 3 {
		t.Errorf("released %v, withheld %v", ids, m.Withheld)
	}
	if _, m := write(t, Options{}, records...); m.Records != 5 || m.Marked.NearDuplicate != 4 {
		t.Errorf("all: %d released, %d marked", m.Records, m.Marked.NearDuplicate)
	}
}

// TestTwice has a record that comes again, as one does whose date changes while the store is read.
func TestTwice(t *testing.T) {
	dir, m := write(t, Options{}, article(1, nil), article(2, nil), article(1, func(r *storage.Record) { r.Published = time.Time{} }))
	if all := released(t, dir, m); len(all) != 2 || m.Records != 2 || m.Read != 2 || all[0].Published.IsZero() {
		t.Errorf("%d records, %d counted, %d read", len(all), m.Records, m.Read)
	}
}

// TestNothing makes no folder for no records.
func TestNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	m, err := Write(t.Context(), dir, sourceOf(article(1, func(r *storage.Record) { r.Text = "" })), Options{Judge: plainJudge})
	if !errors.Is(err, ErrNothing) || m.Withheld[NoText] != 1 {
		t.Errorf("%v, withheld %v", err, m.Withheld)
	}
	mustBeBare(t, filepath.Dir(dir))
}

func mustBeBare(t *testing.T, dir string) {
	t.Helper()
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v %v", entries, err)
	}
}

// TestFails leaves nothing, wherever it fails.
func TestFails(t *testing.T) {
	broken := errors.New("the disk is on fire")
	failing := func(yield func(storage.Record, error) bool) {
		_ = yield(article(1, nil), nil) && yield(storage.Record{}, broken)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx     context.Context
		records iter.Seq2[storage.Record, error]
		want    error
	}{{t.Context(), failing, broken}, {cancelled, sourceOf(article(1, nil)).Records, context.Canceled}} {
		parent := t.TempDir()
		_, err := Write(c.ctx, filepath.Join(parent, "out"), Source{Records: c.records}, Options{Judge: plainJudge})
		if !errors.Is(err, c.want) {
			t.Errorf("got %v, want %v", err, c.want)
		}
		mustBeBare(t, parent)
	}
}

// TestDuties looks for the words that licences ask for.
func TestDuties(t *testing.T) {
	for id, want := range map[string]string{
		"CC-BY-4.0": "say what you changed", "CC-BY-SA-4.0": "under the same licence", "CC0-1.0": "Nothing", "CC-PDM-1.0": "public domain",
		"LicenseRef-cc-by-sa-2.0-de": "under the same licence", "OGL-UK-3.0": "public sector information licensed under the X.",
		"LicenseRef-OGL-UK": "public sector information", "OGL-Canada-2.0": "Contains information", "etalab-2.0": "last updated", "LicenseRef-etalab-1.0": "last updated",
		"LicenseRef-kogl-1": "source and the author", "DL-DE-BY-2.0": "attribution – version 2.0", "DL-DE-ZERO-2.0": "Nothing", "NLOD-2.0": "Norwegian",
		"CC-BY-NC-SA-4.0": "Not for commercial use", "CC-BY-ND-4.0": "Not to be passed on changed", "LicenseRef-us-government-work": "United States",
		"LicenseRef-cc-by-nc": "Not for commercial use", "LicenseRef-cc-by-nd-2.0-de": "Not to be passed on changed", "Proprietary": "ask the holder",
	} {
		if got := duty(id, "X"); !strings.Contains(got, want) {
			t.Errorf("%s: %q is not in %q", id, want, got)
		}
	}
}
