package storage_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"dateline/storage"
)

func TestRobotsAreKept(t *testing.T) {
	s := newStore(t)
	if _, ok, err := s.Robots(t.Context(), "https://news.example"); ok || err != nil {
		t.Errorf("an origin never asked: %t, %v", ok, err)
	}
	want := storage.Robots{Origin: "https://news.example", Asked: now, Until: now.Add(24 * time.Hour), Read: now, Rules: []byte(`{"delay":5}`)}
	for range 2 { // the second replaces the first
		if err := s.SaveRobots(t.Context(), want); err != nil {
			t.Fatal(err)
		}
	}
	if got, ok, err := s.Robots(t.Context(), want.Origin); !ok || err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %t, %v; want %+v", got, ok, err, want)
	}
}

// What nobody asks for any more goes by itself, a few rows with each write.
func TestRobotsAreDropped(t *testing.T) {
	s := newStore(t)
	save := func(name string, i int, at time.Time) {
		t.Helper()
		if err := s.SaveRobots(t.Context(), storage.Robots{Origin: fmt.Sprintf("https://%s%d.example", name, i), Asked: at}); err != nil {
			t.Fatal(err)
		}
	}
	count := func(name string) (n int) {
		t.Helper()
		for i := range 200 {
			_, ok, err := s.Robots(t.Context(), fmt.Sprintf("https://%s%d.example", name, i))
			if err != nil {
				t.Fatal(err)
			}
			if ok {
				n++
			}
		}
		return n
	}
	for i := range 200 {
		save("old", i, now)
	}
	if n := count("old"); n != 200 {
		t.Fatalf("%d of 200 are there", n)
	}
	later := now.Add(32 * 24 * time.Hour)
	for i := range 200 {
		save("new", i, later)
	}
	if n := count("old"); n > 20 {
		t.Errorf("%d of 200 old rows are still there", n)
	}
	if n := count("new"); n != 200 {
		t.Errorf("%d of 200 new rows are there", n)
	}
}

func TestRobotsAreBounded(t *testing.T) {
	s := newStore(t)
	huge := storage.Robots{Origin: "https://news.example", Asked: now, Until: now.Add(time.Hour), Rules: []byte(`"` + strings.Repeat("x", 200<<10) + `"`)}
	if err := s.SaveRobots(t.Context(), huge); err != nil {
		t.Fatal(err)
	}
	got, ok, err := s.Robots(t.Context(), huge.Origin)
	if err != nil || !ok || len(got.Rules) > 0 || !got.Until.IsZero() {
		t.Errorf("got %d bytes until %s (%t, %v), want no rules", len(got.Rules), got.Until, ok, err)
	}
}
