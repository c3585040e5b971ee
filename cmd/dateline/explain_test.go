package main

import (
	"strings"
	"testing"
	"time"

	"dateline/storage"
)

func TestFate(t *testing.T) {
	past := time.Date(2025, 11, 3, 8, 0, 0, 0, time.UTC)
	future := time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		found storage.Account
		want  string
	}{
		{"waits", storage.Account{
			Listings: []storage.Listing{{State: storage.Waiting}}, Pending: &storage.Draft{},
		}, "pending: not asked for yet, due now"},
		{"failed twice", storage.Account{
			Listings: []storage.Listing{{State: storage.Waiting}}, Pending: &storage.Draft{Tries: 2, Error: "timeout", Due: future},
		}, "pending: asked for 2 times in vain (timeout), due 9000-01-01 00:00:00"},
		{"edited", storage.Account{
			Listings: []storage.Listing{{State: storage.Waiting}}, Pending: &storage.Draft{Due: past}, Record: &storage.Record{Revision: 3},
		}, "stored, revision 3; edited since, and its page is wanted again: not asked for yet, due now"},
		{"stored, and carried elsewhere", storage.Account{
			Listings: []storage.Listing{{State: storage.Duplicate}, {State: storage.Stored}}, Record: &storage.Record{Revision: 1},
		}, "stored, revision 1"},
		{"robots", storage.Account{
			Listings: []storage.Listing{{State: storage.Forbidden}}, Record: &storage.Record{Revision: 1, Partial: "robots"},
		}, "forbidden, from the feed alone: robots; revision 1"},
		{"near another", storage.Account{
			Listings: []storage.Listing{{State: storage.NearDuplicate}}, Record: &storage.Record{Revision: 1},
		}, "near-duplicate, revision 1"},
		{"nothing to store", storage.Account{Listings: []storage.Listing{{State: storage.Failed}}}, "failed"},
	} {
		told := tell(c.found)
		if got := told.fate(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestShort(t *testing.T) {
	whole := strings.Repeat("ü", 160)
	for in, want := range map[string]string{
		"":                               "",
		whole:                            whole,
		whole + "x":                      whole + "…",
		strings.Repeat("ü", 159) + " xy": strings.Repeat("ü", 159) + "…",
	} {
		if got := short(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}
