// Package storage keeps what was read: the records, the state of the feeds, what is pending, and the ledger that
// says what became of every entry.
//
// A [Store] holds the rules; a [Driver] below it moves bytes. Two transactions carry the program. [Store.SavePoll]
// commits a feed's new state together with the entries that it brought, so no validator is saved before what it vouches
// for. [Store.Put] commits a record together with its keys and the removal of its pending entry. A kill at any instant
// repeats work at worst; it loses nothing and stores nothing twice.
//
// What is on the disk, bucket by bucket; values are JSON, packed (see codec.go) where that is worth it, unless said otherwise:
//
//	meta      schema                      → the schema's number, decimal; steps: how many of an upgrade's are done; name: see cursor.go
//	feeds     feed URL                    → FeedState
//	tallies   feed URL                    → Tally: how many entries are in which state
//	days      hash(feed) day(4)           → Tally of the entries that the feed listed first on that day, UTC
//	listings  hash(feed) hash(identity)   → Listing: the ledger, a row per entry of a feed, without its facts: see brief.go
//	entries   the listing's key           → the entry's facts, until a record's tail tells them
//	guids     hash(feed) hash(guid)       → the listing's key, bytes: finds an entry whose address changed; not of a guid that is the address
//	pending   id                          → Draft
//	due       time(8) id                  → the page's URL, bytes: pending by when it is to be fetched
//	records   id                          → Record, as exported, and its tail (see tail.go), packed; the driver keeps its order of changes
//	revisions id revision(4)              → Record, as it was before: the way back to it, see revision.go
//	revisits  id                          → Revisit: the next second look at the article's page
//	looks     time(8) id                  → the page's URL, bytes: second looks by when they are due
//	order     time(8) id                  → empty: records by date, undated first, the order of export
//	urls      hash(URL), short            → id, short (see short.go): whose article the address is, or has the number in it (number.go)
//	texts     hash(normalised text), short → id, short
//	sketches  day(4) id(10)               → the sketch of a record's text, 128 bytes of package near
//	edges     id(10)                      → ties to records that it nearly repeats, see tie.go
//	aliases   id                          → id, bytes: an article that was folded into another
//	stories   id                          → Story: what happened to an entry, bounded; of a record, what happened since its row was written
//	tombstones id                         → Tombstone: what was removed, and why; urls, texts and listings still lead to the id
//	lessons   time(8) id                  → Lesson: what an article's page teaches, until it is learned; by date as in order
//	sites     hash(host)                  → what the host's pages have in common, bytes of package extract, 16 KB at most
//	health    hash(agency's id)           → Health
//	hosts     hash(host)                  → HostState: until when a host is left alone
//	robots    hash(origin)                → what an origin's robots.txt said, and when
//	manners   day(4) hash(host)           → Manners: what a host was asked for on a day, kept for 30 days
//	pushes    hash(feed)                  → Subscription: what a hub was asked to deliver, until when, under which secret
//	captures  segment(4) offset(8)        → Capture, bytes: a row per record of the raw store, see [Capture]
//	captured  hash segment(4) offset(8)   → empty: captures by address, and by the feed or the entry's id
//	erasures  segment(4) offset(8)        → Capture, bytes: what is still to be erased from the raw store
//
// Times in keys are big-endian seconds since 1970 with the sign bit flipped; hashes are the first 16 bytes of SHA-256.
package storage

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

const (
	bucketMeta       = "meta"
	bucketFeeds      = "feeds"
	bucketTallies    = "tallies"
	bucketDays       = "days"
	bucketListings   = "listings"
	bucketEntries    = "entries"
	bucketGUIDs      = "guids"
	bucketPending    = "pending"
	bucketDue        = "due"
	bucketRecords    = "records"
	bucketRevisions  = "revisions"
	bucketRevisits   = "revisits"
	bucketLooks      = "looks"
	bucketOrder      = "order"
	bucketURLs       = "urls"
	bucketTexts      = "texts"
	bucketSketches   = "sketches"
	bucketEdges      = "edges"
	bucketAliases    = "aliases"
	bucketStories    = "stories"
	bucketTombstones = "tombstones"
	bucketLessons    = "lessons"
	bucketSites      = "sites"
	bucketHealth     = "health"
	bucketHosts      = "hosts"
	bucketRobots     = "robots"
	bucketManners    = "manners"
	bucketPushes     = "pushes"
	bucketCaptures   = "captures"
	bucketCaptured   = "captured"
	bucketErasures   = "erasures"
)

// Store is the one door to what is kept. Its methods may be called from many goroutines.
type Store struct {
	driver Driver
	writer writer
	near   *finder
	report func(format string, args ...any) // see [Options].Tell
}

// Options say how a store is opened. The zero value is the default.
type Options struct {
	// Tell is told, in words, what is done to bring an older database up, which may take minutes. Nil tells nobody.
	Tell func(format string, args ...any)
}

// Open is [OpenWith] without options.
func Open(ctx context.Context, d Driver) (*Store, error) { return OpenWith(ctx, d, Options{}) }

// OpenWith checks that the driver holds a database of this version, writes the schema's number into an empty one and brings
// an older one up. One that is opened to be read stays as it is. It fails with [ErrNewer] or [ErrForeign]. The driver
// belongs to the store from then on, also after an error.
func OpenWith(ctx context.Context, d Driver, o Options) (*Store, error) {
	s := &Store{driver: d, near: &finder{}, report: o.Tell}
	s.writer = writer{driver: d, near: s.near}
	if s.report == nil {
		s.report = func(string, ...any) {}
	}
	if err := s.checkSchema(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return s, nil
}

// Close waits for what is under way and releases the database. Calls after it fail.
func (s *Store) Close() error { return s.driver.Close() }

// Driver is what the store stands on, for those who hand it on to another process.
func (s *Store) Driver() Driver { return s.driver }

// tx adds JSON and the keys' forms to a driver's transaction.
type tx struct {
	Tx
	ready *prepared // of the record that is being put; nil in any other transaction
	near  *finder
}

func (t tx) put(bucket string, key []byte, v any) error {
	b, err := json.Marshal(v)
	if err == nil && len(b) >= packFrom(bucket) {
		b, err = t.pack(dictRow, b)
	}
	if err != nil {
		return fmt.Errorf("%s %q: %w", bucket, key, err)
	}
	return t.Put(bucket, key, b)
}

// load decodes the value of a key; ok is false if there is none.
func load[T any](t tx, bucket string, key []byte) (v T, ok bool, err error) {
	b, err := t.Get(bucket, key)
	if err != nil || b == nil {
		return v, false, err
	}
	v, err = decode[T](fmt.Sprintf("%s %q", bucket, key), b)
	return v, err == nil, err
}

func (s *Store) view(ctx context.Context, fn func(tx) error) error {
	return s.driver.View(ctx, func(t Tx) error { return fn(tx{Tx: t, near: s.near}) })
}

func (s *Store) update(ctx context.Context, fn func(tx) error) error {
	return s.writer.update(ctx, capturing(ctx, fn))
}

// BeforeCommit has hook called before each commit, to make durable what the rows point at. An error fails the commit. It is
// set before the first write.
func (s *Store) BeforeCommit(hook func(context.Context) error) { s.writer.beforeCommit = hook }

// hash16 makes a key of bounded length out of anything a stranger may send.
func hash16(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:16]
}

// timeKey sorts as the time does. The zero time comes first.
func timeKey(t time.Time) []byte {
	var sec int64 = -1 << 63
	if !t.IsZero() {
		sec = t.Unix()
	}
	return binary.BigEndian.AppendUint64(nil, uint64(sec)^1<<63)
}

func keyTime(key []byte) time.Time {
	sec := int64(binary.BigEndian.Uint64(key) ^ 1<<63)
	if sec == -1<<63 {
		return time.Time{}
	}
	return time.Unix(sec, 0).UTC()
}

// after is the least key that is greater: where a scan goes on.
func after(key []byte) []byte { return append(append([]byte(nil), key...), 0) }
