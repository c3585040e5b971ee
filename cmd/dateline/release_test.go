package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"dateline/config"
	"dateline/storage"
	"dateline/storage/release"
)

// releaseWeb serves pages of the real web under their own addresses, and a feed of each host that lists them.
type releaseWeb struct {
	pages map[string][]byte   // by address
	hosts map[string][]string // addresses, in their order
}

// releaseCorpus is the folder of the corpora, which are not part of the project.
const releaseCorpus = root + "/../shared/corpus"

// newReleaseWeb reads the corpora that ../shared/replay serves, and of a third the pages on which a person found a licence, since
// those of the first two state none that is open.
func newReleaseWeb(t *testing.T) *releaseWeb {
	t.Helper()
	web := &releaseWeb{pages: map[string][]byte{}, hosts: map[string][]string{}}
	for _, set := range []string{"aeb", "fundus", "trafilatura"} {
		b, err := os.ReadFile(filepath.Join(releaseCorpus, set, "gold.json"))
		if errors.Is(err, os.ErrNotExist) {
			t.Skipf("no corpus at %s", releaseCorpus)
		}
		var rows []struct{ URL, File, License string }
		if err := errors.Join(err, json.Unmarshal(b, &rows)); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if set == "trafilatura" && row.License == "" || set != "trafilatura" && i%releaseSample > 0 {
				continue
			}
			web.add(row.URL, gunzipped(t, filepath.Join(releaseCorpus, set, row.File)))
		}
	}
	t.Logf("%d pages of %d hosts", len(web.pages), len(web.hosts))
	if len(web.pages) < 50 {
		t.Fatalf("only %d pages in the corpora", len(web.pages))
	}
	return web
}

// gunzipped reads a file that gzip packed.
func gunzipped(t *testing.T, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (web *releaseWeb) add(address string, page []byte) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return
	}
	at := u.Host + u.RequestURI()
	if web.pages[at] == nil {
		web.hosts[u.Host] = append(web.hosts[u.Host], at)
	}
	web.pages[at] = page
}

func (web *releaseWeb) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	page := web.pages[r.Host+r.URL.RequestURI()]
	switch {
	case r.URL.Path == "/feed.xml":
		io.WriteString(w, `<rss version="2.0"><channel><title>`+r.Host+`</title>`)
		for i, at := range web.hosts[r.Host] {
			var link bytes.Buffer
			_ = xml.EscapeText(&link, []byte("http://"+at))
			fmt.Fprintf(w, "<item><title>Article %d</title><link>%s</link><guid>%[2]s</guid></item>", i, &link)
		}
		io.WriteString(w, `</channel></rss>`)
	case page == nil:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(page)
	}
}

// ingestAll reads the whole web into a store, and gives the program that stands on it.
func (web *releaseWeb) ingestAll(t *testing.T) *app {
	t.Helper()
	server := httptest.NewServer(web)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	a := newApp(strings.NewReader(""), io.Discard, io.Discard)
	a.configPath, a.dbPath = filepath.Join(dir, "dateline.toml"), filepath.Join(dir, "dateline.db")
	text := "contact = \"mailto:desk@test.example\"\nenable = []\n[fetch]\nhost_interval = \"0s\"\n"
	if err := os.WriteFile(a.configPath, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(a.configPath)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Fetch.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	db, err := a.open(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var feeds []string
	for _, host := range slices.Sorted(maps.Keys(web.hosts)) {
		feeds = append(feeds, "http://"+host+"/feed.xml")
	}
	report, err := a.passHere(t.Context(), cfg, db, feeds, nil)
	if err != nil {
		t.Fatal(err)
	}
	if total := report.Total(); total.New < len(web.pages)*9/10 {
		t.Fatalf("only %d of %d pages were stored", total.New, len(web.pages))
	}
	return a
}

// TestReleaseReplay makes a release of the real web and reads it as others would, with nothing of the package that wrote it.
func TestReleaseReplay(t *testing.T) {
	slowUnderRace(t)
	a := newReleaseWeb(t).ingestAll(t)
	dirs := []string{filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "two")}
	for _, dir := range dirs {
		var o releaseOptions
		if err := a.release(t.Context(), dir, o); err != nil {
			t.Fatal(err)
		}
		if err := a.verifyRelease(t.Context(), dir); err != nil {
			t.Error(err)
		}
	}
	files := releaseFiles(t, dirs[0])
	for path, b := range releaseFiles(t, dirs[1]) {
		if !bytes.Equal(files[path], b) {
			t.Errorf("%q: other bytes the second time", path)
		}
	}
	checkReleaseSums(t, files)
	checkReleaseRecords(t, files)
	checkReleaseLedger(t, a, files)
}

func releaseFiles(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(rel)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func checkReleaseSums(t *testing.T, files map[string][]byte) {
	t.Helper()
	sums := strings.Fields(string(files["SHA256SUMS"]))
	if len(sums) != 2*(len(files)-1) {
		t.Errorf("%d words of sums for %d files", len(sums), len(files))
	}
	for i := 0; i+1 < len(sums); i += 2 {
		if got := sha256.Sum256(files[sums[i+1]]); hex.EncodeToString(got[:]) != sums[i] {
			t.Errorf("%q: another sum", sums[i+1])
		}
	}
}

// releaseOpen are the licences that anybody may reuse a text under and change it.
var releaseOpen = regexp.MustCompile(`^(CC0-1\.0|CC-PDM|CC-PDDC|(CC|LicenseRef-cc)-(BY|by)(-SA|-sa)?-\d\.\d.*)$`)

// checkReleaseRecords holds each record against its line of the attributions, and the counts against the manifest's.
func checkReleaseRecords(t *testing.T, files map[string][]byte) {
	t.Helper()
	var m release.Manifest
	if err := json.Unmarshal(files["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	credits := map[string][]string{}
	for _, line := range releaseLines(t, files["attribution.tsv.zst"])[1:] {
		cells := strings.Split(line, "\t")
		credits[cells[1]] = cells
	}
	counts := map[string]map[string]int{"agency": {}, "license": {}, "month": {}}
	n := 0
	for path, b := range files {
		if !strings.HasPrefix(path, "data/") {
			continue
		}
		for _, line := range releaseLines(t, b) {
			var r storage.Record
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatalf("%q: %v", path, err)
			}
			n++
			checkReleaseRecord(t, path, r, credits[r.ID])
			counts["agency"][r.Agency.ID]++
			counts["license"][r.License.SPDX]++
			if r.Published.IsZero() {
				counts["month"]["undated"]++
			} else {
				counts["month"][r.Published.Format("2006-01")]++
			}
		}
	}
	if n < 10 || n != m.Records || n != len(credits) {
		t.Errorf("%d records, %d in the manifest, %d attributions", n, m.Records, len(credits))
	}
	if !maps.Equal(counts["agency"], m.Counts.Agency) || !maps.Equal(counts["license"], m.Counts.License) || !maps.Equal(counts["month"], m.Counts.Month) {
		t.Errorf("counted %v, the manifest has %+v", counts, m.Counts)
	}
}

func checkReleaseRecord(t *testing.T, path string, r storage.Record, credit []string) {
	t.Helper()
	if r.License == nil || !releaseOpen.MatchString(r.License.SPDX) || r.License.Status != "verified" || r.License.URL == "" || r.Text == "" {
		t.Errorf("%s: released under %+v", r.ID, r.License)
		return
	}
	if len(credit) != 11 || credit[0] != path {
		t.Errorf("%s: no line of attribution in %q", r.ID, path)
		return
	}
	for _, part := range append([]string{r.Title, r.URL, r.License.URL, r.License.Holder, "Changes: "}, r.Authors...) {
		if !strings.Contains(r.Attribution, part) || !strings.Contains(credit[10], part) {
			t.Errorf("%s: %q is not in %q", r.ID, part, r.Attribution)
		}
	}
}

func releaseLines(t *testing.T, packed []byte) []string {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(packed))
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

// checkReleaseLedger compares the release's ledger with the store's, and what was read with what is stored.
func checkReleaseLedger(t *testing.T, a *app, files map[string][]byte) {
	t.Helper()
	var m release.Manifest
	if err := json.Unmarshal(files["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	db, err := a.open(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	stored, newest := 0, time.Time{}
	for r, err := range db.Records(t.Context(), storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		stored++
		if r.Fetched.After(newest) {
			newest = r.Fetched
		}
	}
	if m.Read != stored || !m.Date.Equal(newest.Truncate(24*time.Hour)) {
		t.Errorf("%d records read until %v; the store has %d until %v", m.Read, m.Date, stored, newest)
	}
	entries := map[string]int{}
	for f, err := range db.Feeds(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		tally, err := db.Tally(t.Context(), f.URL)
		if err != nil {
			t.Fatal(err)
		}
		for state, n := range tally {
			if n != 0 {
				entries[string(state)] += n
			}
		}
	}
	if !maps.Equal(entries, m.Ledger) || len(entries) == 0 {
		t.Errorf("the ledger has %v, the release %v", entries, m.Ledger)
	}
}
