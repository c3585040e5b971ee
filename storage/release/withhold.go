package release

import (
	"cmp"
	"crypto/sha256"
	"maps"
	"slices"

	"dateline/storage"
)

// Why a record is not part of a release. Beside these there are the names of reservations, as [Judge.Reserved] gives them.
const (
	NoLicense   = "no-license"     // none is stated
	Conflict    = "conflict"       // statements contradict each other
	NotOpen     = "not-open"       // the licence forbids somebody's reuse or changes, or is not known
	Asserted    = "asserted"       // only the configuration says so; the page does not
	Unversioned = "unversioned"    // the licence's version is not stated, so there is no text of it to link to
	NoText      = "no-text"        // the article is known and its text is not
	Repeats     = "near-duplicate" // with Options.Unique
)

// Reasons are those that [Options.Allow] may name. A record without any text is of no use to anybody, and repetition has a
// switch of its own.
var Reasons = []string{NoLicense, Conflict, NotOpen, Asserted, Unversioned}

// Withheld says why a release that allows nothing leaves a record out; "" if it holds it.
func Withheld(r *storage.Record, j Judge) string {
	b := &builder{Options: Options{Judge: j}}
	return b.withheld(r)
}

// withheld is the reason for which a record is not released; "" if it is.
//
// Doubt goes against release. An open licence does not take back what the publisher reserves beside it: both are stated by
// the same hand, and a data set is read by machines. A licence that only the configuration asserts can't be proved by the
// record. One without an address can't be linked to, as CC BY 4.0 asks in section 3(a)(1)(C).
func (b *builder) withheld(r *storage.Record) string {
	for _, reason := range b.doubts(r) {
		if !b.Allow[reason] {
			return reason
		}
	}
	if name := b.Judge.Reserved(r.Rights, b.Allow); name != "" {
		return name
	}
	if r.Text == "" {
		return NoText
	}
	if b.Unique && b.repeats(r) {
		return Repeats
	}
	return ""
}

// doubts are what the licence lacks, the worst first.
func (b *builder) doubts(r *storage.Record) []string {
	l := r.License
	if l == nil || l.SPDX == "" {
		return []string{NoLicense}
	}
	var out []string
	stated := *l
	if l.Status == "conflict" {
		out = append(out, Conflict)
		stated.Status = "" // judged by itself: each doubt is one of its own
	}
	if !b.Judge.Open(stated) {
		out = append(out, NotOpen)
	}
	if l.Status == "asserted" {
		out = append(out, Asserted)
	}
	if l.URL == "" {
		out = append(out, Unversioned)
	}
	return out
}

// repeats says whether an article has a record in the release. A near-duplicate names the first of its cluster, which is read
// before it; but that may be withheld where a later one is not.
func (b *builder) repeats(r *storage.Record) bool { return b.unique.add(cmp.Or(r.DuplicateOf, r.ID)) }

// ids are a set of records' ids, 16 bytes each: a million of them fit in memory.
type ids map[[16]byte]struct{}

// add says whether the id was there.
func (s ids) add(id string) (known bool) {
	var key [16]byte
	if len(id) != len(key) {
		sum := sha256.Sum256([]byte(id))
		id = string(sum[:len(key)])
	}
	copy(key[:], id)
	_, known = s[key]
	s[key] = struct{}{}
	return known
}

func allowed(reasons map[string]bool) []string {
	var out []string
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		if reasons[reason] {
			out = append(out, reason)
		}
	}
	return out
}
