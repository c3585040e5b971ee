package release

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	manifestPath = "manifest.json"
	sumsPath     = "SHA256SUMS"
)

// manifestFormat is the number of this form of the manifest. It grows when a reader of the old one would go wrong.
const manifestFormat = 1

// Manifest says what a release holds and what it was made of.
type Manifest struct {
	Format    int       `json:"format"`
	Name      string    `json:"name"`
	Version   string    `json:"version"`
	Date      time.Time `json:"date"` // a day, UTC
	Generator Generator `json:"generator"`
	Sequence  uint64    `json:"sequence"` // the store's last change that is in it

	Records int    `json:"records"`
	JSONL   int64  `json:"jsonl"` // bytes of all shards before compression
	Counts  Counts `json:"counts"`
	Marked  Marked `json:"marked,omitzero"`

	Read     int            `json:"read"`               // records that were considered
	Withheld map[string]int `json:"withheld,omitempty"` // of them, by reason
	Allowed  []string       `json:"allowed,omitempty"`  // reasons that withheld nothing, since the compiler said so
	Unique   bool           `json:"unique,omitempty"`   // near-duplicates are withheld

	Ledger map[string]int `json:"ledger,omitempty"` // entries of all feeds by what became of them
	Feeds  []Feed         `json:"feeds,omitempty"`
	Files  []File         `json:"files"`
}

// Generator is the program that wrote a release.
type Generator struct {
	Name          string `json:"name"`
	Version       string `json:"version"`
	Configuration string `json:"configuration,omitempty"` // sha256: of the configuration in force, as dateline config prints it
}

// Counts are numbers of records. Each map adds up to the whole.
type Counts struct {
	Agency   map[string]int `json:"agency"`
	License  map[string]int `json:"license"`  // as stated; a shard's folder is made of it
	Language map[string]int `json:"language"` // as shards are named: without regions
	Month    map[string]int `json:"month"`    // of publication: 2026-11, or undated
	Status   map[string]int `json:"status"`   // of the licence: verified, asserted …
}

// Marked are records that a reader may want to leave out.
type Marked struct {
	Partial       int            `json:"partial,omitempty"`        // the text is the feed's own
	NearDuplicate int            `json:"near_duplicate,omitempty"` // with duplicate_of
	Revised       int            `json:"revised,omitempty"`        // the last of several revisions
	Notices       map[string]int `json:"notices,omitempty"`        // gone, corrected, retracted
}

// IsZero says that nothing is marked.
func (m Marked) IsZero() bool {
	return m.Partial+m.NearDuplicate+m.Revised+len(m.Notices) == 0
}

func sum(feeds []Feed) map[string]int {
	all := map[string]int{}
	for _, f := range feeds {
		for state, n := range f.States {
			all[state] += n
		}
	}
	return all
}

// writeManifest writes the manifest, and the sums of all files with it.
func (b *builder) writeManifest(m *Manifest) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return err
	}
	about, err := b.folder.write(manifestPath, text.Bytes())
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, f := range append(m.Files[:len(m.Files):len(m.Files)], about) {
		fmt.Fprintf(&sums, "%s  %s\n", f.SHA256, f.Path)
	}
	_, err = b.folder.write(sumsPath, []byte(sums.String()))
	return err
}

// write makes a small file of the release.
func (f *folder) write(path string, text []byte) (File, error) {
	o, err := f.create(path)
	if err != nil {
		return File{}, err
	}
	_, err = o.Write(text)
	file, err2 := o.finish()
	return file, errors.Join(err, err2)
}

// maxManifest bounds what is read as a manifest, in bytes: a million shards fit.
const maxManifest = 512 << 20

func readManifest(dir string) (m Manifest, err error) {
	f, err := os.Open(filepath.Join(dir, manifestPath))
	if err != nil {
		return m, err
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, maxManifest)).Decode(&m); err != nil {
		return m, fmt.Errorf("%s: %w", manifestPath, err)
	}
	if m.Format != manifestFormat {
		return m, fmt.Errorf("%s: format %d is not known here, only %d", manifestPath, m.Format, manifestFormat)
	}
	return m, nil
}

// Entries is how many entries the feed ever listed.
func (f Feed) Entries() int { return entries(f.States) }

// Entries is how many entries all feeds ever listed.
func (m Manifest) Entries() int { return entries(m.Ledger) }

func entries(states map[string]int) (n int) {
	for _, k := range states {
		n += k
	}
	return n
}
