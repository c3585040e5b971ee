package storage_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"dateline/storage"
)

// account reads what is kept, newest day last.
func account(t *testing.T, s *storage.Store, at time.Time) []storage.Manners {
	t.Helper()
	var all []storage.Manners
	for m, err := range s.Manners(t.Context(), at) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// TestManners adds up what several passes noted of one host and day, and keeps other hosts and days apart.
func TestManners(t *testing.T) {
	s := newStore(t)
	noon := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	row := func(host string, at time.Time, gap time.Duration) storage.Manners {
		return storage.Manners{Host: host, Day: at, Requests: map[string]int{"feed": 2, "page": 1}, Answers: map[string]int{"200": 3},
			Polls: 2, Unconditional: 1, LeastGap: gap, Robots: map[string]int{storage.RobotsAllowed: 1}}
	}
	for _, rows := range [][]storage.Manners{
		{row("a.example", noon, 0)},
		{row("a.example", noon.Add(time.Hour), 3*time.Second), row("b.example", noon, time.Second)},
		{row("a.example", noon, 2*time.Second), row("a.example", noon.Add(24*time.Hour), 0)},
	} {
		if err := s.NoteRequests(t.Context(), rows, noon); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]storage.Manners{}
	for _, m := range account(t, s, noon.Add(24*time.Hour)) {
		got[m.Host+m.Day.Format(" Jan 2 15:04")] = m
	}
	sum := storage.Manners{Host: "a.example", Day: noon.Truncate(24 * time.Hour), Requests: map[string]int{"feed": 6, "page": 3},
		Answers: map[string]int{"200": 9}, Polls: 6, Unconditional: 3, LeastGap: 2 * time.Second, Robots: map[string]int{"allowed": 3}}
	if m := got["a.example Nov 3 00:00"]; !reflect.DeepEqual(m, sum) || sum.Total() != 9 {
		t.Errorf("got %+v, want %+v", m, sum)
	}
	if len(got) != 3 || got["a.example Nov 4 00:00"].Total() != 3 || got["b.example Nov 3 00:00"].Total() != 3 {
		t.Errorf("rows %+v", got)
	}
}

// TestMannersForget: what is older than 30 days is not told, and goes with the next notes, some of it at a time.
func TestMannersForget(t *testing.T) {
	s := newStore(t)
	first := time.Date(2026, 1, 31, 23, 59, 59, 0, time.UTC)
	var rows []storage.Manners
	for n := range 2500 {
		rows = append(rows, storage.Manners{Host: fmt.Sprint(n, ".example"), Day: first, Requests: map[string]int{"page": 1}})
	}
	if err := s.NoteRequests(t.Context(), rows, first); err != nil {
		t.Fatal(err)
	}
	last := first.AddDate(0, 0, 29)
	if n := len(account(t, s, last)); n != 2500 {
		t.Errorf("on the 30th day %d rows, want all 2500", n)
	}
	if n := len(account(t, s, last.Add(time.Second))); n != 0 {
		t.Errorf("on the 31st day %d rows, want none", n)
	}
	for _, left := range []int{1501, 501, 1, 1} {
		note := []storage.Manners{{Host: "a.example", Day: last.Add(time.Second), Requests: map[string]int{"feed": 1}}}
		if err := s.NoteRequests(t.Context(), note, last.Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		n := 0
		for range account(t, s, first) { // as if it were the first day still
			n++
		}
		if n != left {
			t.Errorf("%d rows are left, want %d", n, left)
		}
	}
}
