package storage

import (
	"bytes"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// A row of the ledger is brief: it has only what may change with every poll. The rest, the entry's facts, is in the bucket entries
// until the entry is a record, whose tail tells the same in a few bytes. So the rows of the ledger, which stay for ever, are
// small, and what is large doesn't stay. Rows of schema 3 and before are JSON and whole, and so is one that brief could not say.
//
// A brief row is the letter L, a letter for the state, the seconds since 1970 of the first poll that listed the entry and
// from there to the last one as varints, then the mark, the id and the reason, each after its length.

// entryFacts are what the ledger says of an entry that a poll does not change as a rule.
type entryFacts struct {
	URL       string    `json:"url,omitempty"`
	Agency    Agency    `json:"agency"`
	Feed      string    `json:"feed"`
	GUID      string    `json:"guid,omitempty"`
	Title     string    `json:"title,omitempty"`
	Published time.Time `json:"published,omitzero"`
}

func (l *Listing) facts() entryFacts {
	return entryFacts{Feed: l.Feed, Agency: l.Agency, URL: l.URL, GUID: l.GUID, Title: l.Title, Published: l.Published}
}

func (f *entryFacts) key() []byte { return listingKey(f.Feed, Identity(f.URL, f.GUID, f.Title)) }

func (f *entryFacts) equal(g entryFacts) bool {
	same := f.Published.Equal(g.Published)
	g.Published = f.Published
	return same && *f == g
}

// join makes a whole listing of a brief one.
func (f *entryFacts) join(l Listing) Listing {
	l.Feed, l.Agency, l.URL, l.GUID, l.Title, l.Published = f.Feed, f.Agency, f.URL, f.GUID, f.Title, f.Published
	return l
}

const briefMark = 'L'

// briefStates are the letters of the states in brief rows, for ever.
var briefStates = map[State]byte{
	Waiting: 'w', Stored: 's', Duplicate: 'd', NearDuplicate: 'n', Partial: 'p', NotArticle: 'a', Forbidden: 'f', Failed: 'x', Removed: 'r',
}

// canBeBrief says whether a brief row would lose nothing.
func (l *Listing) canBeBrief() bool {
	whole := func(t time.Time) bool { return t.Nanosecond() == 0 && t.Unix() >= 0 }
	return briefStates[l.State] != 0 && l.Trace == "" && whole(l.First) && whole(l.Last) && !l.Last.Before(l.First)
}

func (l *Listing) brief() []byte {
	b := []byte{briefMark, briefStates[l.State]}
	b = binary.AppendUvarint(b, uint64(l.First.Unix()))
	b = binary.AppendUvarint(b, uint64(l.Last.Sub(l.First)/time.Second))
	for _, field := range [][]byte{shortMark(l.Mark), shortID(l.ID), []byte(l.Why)} {
		b = binary.AppendUvarint(b, uint64(len(field)))
		b = append(b, field...)
	}
	return b
}

// parseBrief reads a brief row; ok is false if it is no such row, or a damaged one.
func parseBrief(row []byte) (l Listing, ok bool) {
	if len(row) < 2 || row[0] != briefMark {
		return l, false
	}
	for state, letter := range briefStates {
		if letter == row[1] {
			l.State = state
		}
	}
	b := row[2:]
	var times [2]uint64
	for i := range times {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > 1<<40 {
			return l, false
		}
		times[i], b = v, b[n:]
	}
	var fields [3][]byte
	for i := range fields {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > uint64(len(b)-n) {
			return l, false
		}
		fields[i], b = b[n:n+int(v)], b[n+int(v):]
	}
	l.First = time.Unix(int64(times[0]), 0).UTC()
	l.Last = l.First.Add(time.Duration(times[1]) * time.Second)
	l.Mark, l.ID, l.Why = longMark(fields[0]), longID(fields[1]), string(fields[2])
	return l, l.State != ""
}

// shortMark and shortID halve what is hexadecimal and base32; whatever else somebody takes for a mark or an id begins
// with a zero and stays as it is.
func shortMark(mark string) []byte {
	if b, err := hex.DecodeString(mark); err == nil && len(b) == 8 && strings.ToLower(mark) == mark {
		return b
	}
	return longhand(mark, 8)
}

func longMark(b []byte) string {
	if len(b) == 8 {
		return hex.EncodeToString(b)
	}
	return string(bytes.TrimLeft(b, "\x00"))
}

func shortID(id string) []byte {
	if b, err := base32.StdEncoding.DecodeString(strings.ToUpper(id)); err == nil && len(b) == 10 && strings.ToLower(id) == id {
		return b
	}
	return longhand(id, 10)
}

// longhand puts zeros before what has no short form, so that it has another length than one.
func longhand(s string, short int) []byte {
	b := append([]byte{0}, s...)
	if len(b) == short {
		b = append([]byte{0}, b...)
	}
	return b
}

func longID(b []byte) string {
	if len(b) == 10 {
		return strings.ToLower(base32.StdEncoding.EncodeToString(b))
	}
	return string(bytes.TrimLeft(b, "\x00"))
}

// listing gives a row of the ledger, whichever form it has; ok is false if there is none.
func (t tx) listing(key []byte) (l Listing, ok bool, err error) { return t.listingOf(told{}, key) }

// told is what records' tails tell of entries, by the record's id and the listing's key, as far as it was read: an article with
// hundreds of carriers is read once.
type told map[string]map[string]entryFacts

func (t tx) listingOf(seen told, key []byte) (l Listing, ok bool, err error) {
	row, err := t.Get(bucketListings, key)
	if err != nil || row == nil {
		return l, false, err
	}
	l, err = t.readListingOf(seen, Row{Key: key, Value: row})
	return l, err == nil, err
}

func (t tx) readListing(row Row) (Listing, error) { return t.readListingOf(told{}, row) }

func (t tx) readListingOf(seen told, row Row) (Listing, error) {
	l, ok := parseBrief(row.Value)
	if !ok {
		return decode[Listing](fmt.Sprintf("listing %x", row.Key), row.Value)
	}
	facts, ok, err := load[entryFacts](t, bucketEntries, row.Key)
	if err == nil && !ok {
		facts, ok, err = t.facts(seen, row.Key, l.ID)
	}
	if err != nil {
		return Listing{}, err
	}
	if !ok {
		return Listing{}, fmt.Errorf("listing %x: %w: neither entries nor record %q has the rest of it", row.Key, errDecode, l.ID)
	}
	return facts.join(l), nil
}

// facts finds what a record's tail says of an entry; ok is false if it says nothing.
func (t tx) facts(seen told, key []byte, id string) (facts entryFacts, ok bool, err error) {
	of, read := seen[id]
	if !read {
		rest, err := t.tail(id)
		if err != nil {
			return facts, false, err
		}
		of = map[string]entryFacts{}
		for i := range rest.Listings {
			of[string(rest.Listings[i].key())] = rest.Listings[i]
		}
		seen[id] = of
	}
	facts, ok = of[string(key)]
	return facts, ok, nil
}

// putListing writes a row of the ledger, and its facts unless the record that it counts for tells them.
func (t tx) putListing(key []byte, l Listing) error {
	known, ok, err := t.facts(told{}, key, l.ID)
	if err != nil {
		return err
	}
	if ok && known.equal(l.facts()) || !l.canBeBrief() {
		return t.putTold(key, l)
	}
	if err := t.Put(bucketListings, key, l.brief()); err != nil {
		return err
	}
	return t.put(bucketEntries, key, l.facts())
}

// putTold writes a row of the ledger whose facts are told elsewhere, or that has them itself.
func (t tx) putTold(key []byte, l Listing) error {
	if err := t.Delete(bucketEntries, key); err != nil {
		return err
	}
	if !l.canBeBrief() {
		return t.put(bucketListings, key, l)
	}
	return t.Put(bucketListings, key, l.brief())
}

// listed gives a row of the ledger without its facts.
func (t tx) listed(key []byte) (l Listing, ok bool, err error) {
	row, err := t.Get(bucketListings, key)
	if err != nil || row == nil {
		return l, false, err
	}
	if l, ok = parseBrief(row); ok {
		return l, true, nil
	}
	l, err = decode[Listing](fmt.Sprintf("listing %x", key), row)
	return l, err == nil, err
}
