package ingest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dateline/storage"
)

// Report is what a pass did.
type Report struct {
	NotDue int   `json:"not_due"` // feeds of the configuration that were not asked
	Rows   []Row `json:"feeds"`   // a row per feed that was asked or whose pages were fetched
}

// Row is a feed's part of a pass. Entries are those that it listed now or whose pages were still wanted; each of
// them is in exactly one of the columns that follow, so these add up to Entries.
type Row struct {
	Feed    string `json:"feed"`
	Agency  string `json:"agency"`
	Outcome string `json:"outcome,omitempty"` // of the poll; empty if the feed was not asked
	Err     error  `json:"-"`                 // why the poll failed

	Entries    int `json:"entries"`
	Known      int `json:"known"`      // listed before, and as they were
	New        int `json:"new"`        // stored, or revised
	Duplicates int `json:"duplicates"` // carried by another record
	Partial    int `json:"partial"`    // stored from the feed alone
	Pending    int `json:"pending"`    // to be tried again
	Failed     int `json:"failed"`     // nothing could be stored

	Why string `json:"why,omitempty"` // the failures in a few words

	listed [][]byte // keys of the entries that the poll found as they were
}

// Failures says whether a feed or a page failed.
func (r *Report) Failures() bool {
	return slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Why != "" })
}

// report looks up what became of all that the pass touched.
func (p *pass) report(ctx context.Context) (*Report, error) {
	keys := slices.Sorted(maps.Keys(p.touched))
	rows := map[string]*Row{}
	for _, row := range p.rows {
		rows[row.Feed] = row
	}
	whys := map[string]map[string]int{}
	for chunk := range slices.Chunk(keys, 1000) {
		listings, err := p.w.store.Listings(ctx, bytesOf(chunk))
		if err != nil {
			return nil, ours("storage", err)
		}
		for i, l := range listings {
			row := rows[l.Feed]
			if row == nil { // an entry of an earlier pass, of a feed that was not asked now
				row = &Row{Feed: l.Feed, Agency: l.Agency.ID}
				rows[l.Feed] = row
				p.rows = append(p.rows, row)
			}
			row.count(l, p.touched[string(chunk[i])], whys)
		}
	}
	r := &Report{NotDue: p.notDue}
	for _, row := range p.rows {
		for _, key := range row.listed {
			if _, counted := p.touched[string(key)]; !counted {
				row.Entries++
				row.Known++
			}
		}
		row.explain(whys[row.Feed])
		r.Rows = append(r.Rows, *row)
	}
	return r, nil
}

func bytesOf(keys []string) [][]byte {
	out := make([][]byte, len(keys))
	for i, key := range keys {
		out[i] = []byte(key)
	}
	return out
}

// count puts an entry into its column.
func (row *Row) count(l storage.Listing, unchanged bool, whys map[string]map[string]int) {
	row.Entries++
	switch l.State {
	case storage.Stored, storage.NearDuplicate:
		if unchanged {
			row.Known++
			return
		}
		row.New++
		return
	case storage.Duplicate:
		row.Duplicates++
		return
	case storage.Removed: // a tombstone is all that is kept of it, whatever the feed lists
		row.Known++
		return
	case storage.Partial, storage.NotArticle, storage.Forbidden:
		row.Partial++
	case storage.Waiting:
		row.Pending++
	case storage.Failed:
		row.Failed++
	}
	if l.Why == noPage { // nothing went wrong: the feed is all there is
		return
	}
	if whys[l.Feed] == nil {
		whys[l.Feed] = map[string]int{}
	}
	whys[l.Feed][cmp.Or(l.Why, string(l.State))]++
}

// explain writes the row's Why: the poll's failure, then the pages' by reason, the most frequent first.
func (row *Row) explain(pages map[string]int) {
	var parts []string
	if row.Err != nil {
		parts = append(parts, row.Outcome)
	}
	reasons := slices.SortedFunc(maps.Keys(pages), func(a, b string) int {
		return cmp.Or(-cmp.Compare(pages[a], pages[b]), strings.Compare(a, b))
	})
	for _, reason := range reasons {
		parts = append(parts, fmt.Sprintf("%d %s", pages[reason], reason))
	}
	row.Why = strings.Join(parts, ", ")
}

// Total adds the rows up.
func (r *Report) Total() Row {
	t := Row{Feed: "total"}
	silent := 0
	for _, row := range r.Rows {
		if row.Outcome != "" && row.Outcome != outcomeOK && row.Outcome != outcomeNotModified {
			silent++
		}
		t.Entries += row.Entries
		t.Known += row.Known
		t.New += row.New
		t.Duplicates += row.Duplicates
		t.Partial += row.Partial
		t.Pending += row.Pending
		t.Failed += row.Failed
	}
	if silent > 0 {
		t.Why = fmt.Sprintf("%d of %d feeds failed", silent, len(r.Rows))
	}
	return t
}
