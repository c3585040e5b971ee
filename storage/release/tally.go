package release

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"dateline/storage"
)

// tally is what is counted while records are read. It grows with agencies, licences and months, not with records.
type tally struct {
	read, records int
	newest        time.Time
	withheld      map[string]int
	counts        Counts
	marked        Marked
	grants        map[grantKey]*Grant
	others        map[string]int // by licence: records of holders that are too many to be listed
	first, last   time.Time
}

// Grant is what an agency has published under one licence of one holder.
type Grant struct {
	License     string
	Name        string // of the licence
	LicenseURL  string
	Agency      storage.Agency
	Holder      string
	Records     int
	First, Last time.Time // published; zero if no date is known
	Notices     []string  // as printed by the publisher: some of them, the attributions have all
}

type grantKey struct{ license, url, agency, holder string }

// Bounds of what ATTRIBUTION.md lists. A page may name any holder it likes.
const (
	maxGrants  = 2000
	maxNotices = 3
)

func newTally() *tally {
	return &tally{
		withheld: map[string]int{}, grants: map[grantKey]*Grant{}, others: map[string]int{},
		counts: Counts{map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}},
	}
}

// seen counts a record that was considered.
func (t *tally) seen(r *storage.Record) {
	t.read++
	if r.Fetched.After(t.newest) {
		t.newest = r.Fetched
	}
}

// add counts a record that is released.
func (t *tally) add(r *storage.Record, s shelf, j Judge) {
	t.records++
	month := "undated"
	if !r.Published.IsZero() {
		month = r.Published.UTC().Format("2006-01")
		t.first, t.last = span(t.first, t.last, r.Published)
	}
	l := storage.License{Status: "none"}
	if r.License != nil {
		l = *r.License
	}
	t.counts.Agency[r.Agency.ID]++
	t.counts.License[cmp.Or(l.SPDX, noLicense)]++
	t.counts.Language[s.language]++
	t.counts.Month[month]++
	t.counts.Status[cmp.Or(l.Status, "none")]++
	t.mark(r)
	t.grant(r, l, j)
}

func (t *tally) mark(r *storage.Record) {
	if r.Partial != "" {
		t.marked.Partial++
	}
	if r.DuplicateOf != "" {
		t.marked.NearDuplicate++
	}
	if r.Revision > 1 {
		t.marked.Revised++
	}
	if r.Notice != nil {
		if t.marked.Notices == nil {
			t.marked.Notices = map[string]int{}
		}
		t.marked.Notices[r.Notice.Kind]++
	}
}

// grant counts a record for who is to be credited.
func (t *tally) grant(r *storage.Record, l storage.License, j Judge) {
	key := grantKey{cmp.Or(l.SPDX, noLicense), l.URL, r.Agency.ID, l.Holder}
	g := t.grants[key]
	if g == nil {
		if len(t.grants) == maxGrants {
			t.others[key.license]++
			return
		}
		g = &Grant{License: key.license, Name: j.Name(key.license), LicenseURL: l.URL, Agency: r.Agency, Holder: l.Holder}
		t.grants[key] = g
	}
	g.Records++
	if !r.Published.IsZero() {
		g.First, g.Last = span(g.First, g.Last, r.Published)
	}
	if l.Statement != "" && len(g.Notices) < maxNotices && !slices.Contains(g.Notices, l.Statement) {
		g.Notices = append(g.Notices, l.Statement)
	}
}

// span widens a span of time.
func span(first, last, at time.Time) (time.Time, time.Time) {
	if first.IsZero() || at.Before(first) {
		first = at
	}
	if at.After(last) {
		last = at
	}
	return first, last
}

// sorted are the grants by licence, then agency, then holder.
func (t *tally) sorted() []*Grant {
	keys := slices.SortedFunc(maps.Keys(t.grants), func(a, b grantKey) int {
		return cmp.Or(cmp.Compare(a.license, b.license), cmp.Compare(a.agency, b.agency), cmp.Compare(a.holder, b.holder), cmp.Compare(a.url, b.url))
	})
	out := make([]*Grant, len(keys))
	for i, key := range keys {
		out[i] = t.grants[key]
	}
	return out
}

func (t *tally) manifest() Manifest {
	return Manifest{
		Format: manifestFormat, Records: t.records, Counts: t.counts, Marked: t.marked, Read: t.read, Withheld: t.withheld,
	}
}
