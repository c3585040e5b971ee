// Package release writes a data set that can be cited: the records that may be passed on, with the proof that they may.
//
// A release is a folder. It appears whole or not at all, and the same store gives the same bytes: nothing in it comes from
// a clock, a map's order or the machine.
//
//	data/LICENSE/LANGUAGE-00000.jsonl.zst  the records, as exported, in the order of publication; one zstd frame a file
//	attribution.tsv.zst                    a line per record, in the order of the shards: whom to credit, and for what
//	ATTRIBUTION.md                         what each licence asks for, and who has published under it
//	DATASHEET.md                           how the records were collected, cleaned and deduplicated; what is missing
//	CITATION.cff                           how to cite it, in the Citation File Format 1.2.0
//	manifest.json                          a [Manifest]: counts, origin, and the sum of each file above
//	SHA256SUMS                             the sums of all files but itself, for sha256sum -c
//
// [Write] reads the records once. They arrive by date and leave by licence and language, so they wait in a [spool] beside the
// release, and memory does not grow with their number. [Verify] holds a release against its own words.
package release

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"dateline/storage"
)

// Source is what a release is made of.
type Source struct {
	Records  iter.Seq2[storage.Record, error] // in the order in which they are to be read; of an id that comes again the first counts
	Sequence uint64                           // the store's last change before the records were read
	Feeds    []Feed                           // the ledger
}

// Feed is how many entries of a feed ended in which state.
type Feed struct {
	URL    string         `json:"url"`
	Agency string         `json:"agency,omitempty"`
	States map[string]int `json:"states"`
}

// Judge knows what licences and reservations mean. All fields must be set.
type Judge struct {
	Open     func(storage.License) bool                                        // everybody may reuse and change the text
	Reserved func(rights []storage.Right, allow map[string]bool) (name string) // the reservation that keeps a record back; "" if none
	Name     func(spdx string) string                                          // as printed: CC BY 4.0
	Credit   func(*storage.Record) (name, url string)                          // who published the article
}

// Options say what a release is called and what it holds.
type Options struct {
	Judge Judge

	Name    string    // default: DefaultName
	Version string    // default: the date
	Date    time.Time // default: the day on which the newest record was fetched
	Authors []string  // who compiled it; default: the agencies

	Dateline      string   // version of the program
	Configuration string   // a hash of the configuration in force
	Contact       string   // of who collected it
	Honoured      []string // the reservations that kept texts out of the store

	Allow  map[string]bool // reasons for which nothing is withheld; see [Reasons]
	Unique bool            // of records that repeat each other, only the first that may be released

	ShardSize int64 // bytes of a shard before compression, but for a record that is larger; default 256 MiB
}

const defaultShardSize = 256 << 20

// DefaultName is not the folder's, since the same store gives the same bytes wherever they are written.
const DefaultName = "News articles collected by dateline"

// ErrNothing is a store of which no record may be released.
var ErrNothing = errors.New("no record may be released")

// Write makes a release in a folder that does not exist or is empty. An error leaves nothing there; so does a kill, whose
// leftover beside the folder is removed by the next run.
func Write(ctx context.Context, dir string, src Source, o Options) (m Manifest, err error) {
	if o.ShardSize <= 0 {
		o.ShardSize = defaultShardSize
	}
	f, err := newFolder(dir)
	if err != nil {
		return Manifest{}, err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	b := newBuilder(f, o)
	if err := b.collect(ctx, src.Records); err != nil {
		return Manifest{}, err
	}
	if b.tally.records == 0 {
		return b.manifest(src), ErrNothing
	}
	if err := b.writeShards(ctx); err != nil {
		return Manifest{}, err
	}
	m = b.manifest(src)
	if err := b.writeAbout(&m); err != nil {
		return Manifest{}, err
	}
	return m, f.commit()
}

// builder is one release in the making.
type builder struct {
	Options
	folder *folder
	spool  *spool
	tally  *tally
	seen   ids
	unique ids
	files  []File
}

func newBuilder(f *folder, o Options) *builder {
	return &builder{Options: o, folder: f, spool: newSpool(f.path(".spool")), tally: newTally(), seen: ids{}, unique: ids{}}
}

// collect reads all records, counts them, and keeps those that may be released.
func (b *builder) collect(ctx context.Context, records iter.Seq2[storage.Record, error]) error {
	if err := b.spool.open(); err != nil {
		return err
	}
	for r, err := range records {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if b.seen.add(r.ID) {
			continue // its date was changed while we read
		}
		b.tally.seen(&r)
		if reason := b.withheld(&r); reason != "" {
			b.tally.withheld[reason]++
			continue
		}
		if err := b.keep(&r); err != nil {
			return fmt.Errorf("record %s: %w", r.ID, err)
		}
	}
	return nil
}

func (b *builder) keep(r *storage.Record) error {
	if !credits(r) {
		r.Attribution = b.attribution(r)
	}
	line, err := r.Line()
	if err != nil {
		return err
	}
	s := shelfOf(r)
	b.tally.add(r, s, b.Judge)
	return b.spool.add(s, line, b.row(r))
}

// manifest says what was collected and written so far.
func (b *builder) manifest(src Source) Manifest {
	m := b.tally.manifest()
	m.Date = b.Date
	if m.Date.IsZero() {
		m.Date = b.tally.newest
	}
	m.Date = m.Date.UTC().Truncate(24 * time.Hour)
	m.Name, m.Version = b.Name, b.Version
	if m.Name == "" {
		m.Name = DefaultName
	}
	if m.Version == "" {
		m.Version = m.Date.Format("2006.01.02")
	}
	m.Generator = Generator{Name: "dateline", Version: b.Dateline, Configuration: b.Configuration}
	m.Sequence, m.Feeds, m.Ledger = src.Sequence, src.Feeds, sum(src.Feeds)
	m.Unique, m.Allowed = b.Unique, allowed(b.Allow)
	m.Files = b.files
	return m
}
