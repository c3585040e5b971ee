package storage

import (
	"reflect"
	"testing"
	"time"
)

func TestTailRoundTrip(t *testing.T) {
	at := time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)
	whole := tail{
		Events: []Event{
			{at, "listed", "http://news.example/rss"}, {at.Add(time.Second), "title", "meta og:title: \"<Quoted>\" & more\nlines\u2028 of it"},
			{at.Add(time.Second), "body", ""}, {at.Add(2 * time.Nanosecond), "{odd", "x"}, {at, "", "nothing said"}, {at, "wh\"at", "=y"},
			{at, "@time", "z"}, {time.Time{}, "undated", ""}, {at, "=", "\xff not UTF-8"},
		},
		Listings: []entryFacts{{Feed: "http://news.example/rss", URL: "http://news.example/1", Title: "a\nb", Published: at}, {GUID: "{}"}},
		Others:   [][]byte{{0, 1, 0xff}},
	}
	whole.Events[8].Detail = "\ufffd not UTF-8" // as JSON makes of it
	b, err := whole.append(nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseTail(b)
	if err != nil || !reflect.DeepEqual(got, whole) {
		t.Errorf("%s\ncame back as %+v, %v", b, got, err)
	}
	if got, err := parseTail(nil); err != nil || !reflect.DeepEqual(got, tail{}) {
		t.Errorf("of nothing: %+v, %v", got, err)
	}
}

func FuzzTail(f *testing.F) {
	f.Add([]byte("@2026-11-03T08:00:00Z\ntitle\"x\"\n!{}\n{}\n=00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rest, err := parseTail(b)
		if err != nil {
			return
		}
		for i := range rest.Events {
			if y := rest.Events[i].At.Year(); y < 1 || y > 9999 {
				return
			}
		}
		again, err := rest.append(nil)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := parseTail(again); err != nil || len(back.Events) != len(rest.Events) || len(back.Listings) != len(rest.Listings) || len(back.Others) != len(rest.Others) {
			t.Fatalf("%q became %q, %v", b, again, err)
		}
	})
}
