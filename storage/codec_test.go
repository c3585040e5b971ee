package storage

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

func TestUnpackRefuses(t *testing.T) {
	good, err := pack(dictRecord, []byte(strings.Repeat("the president of the United States said ", 40)))
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	foreign, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	unknown := bytes.Clone(good)
	unknown[1] ^= 0xff // the dictionary's number
	for name, row := range map[string][]byte{
		"flipped": flipped,
		"cut":     good[:len(good)-5],
		"longer":  append(bytes.Clone(good), 1, 2, 3),
		"unknown": unknown,
		"zeros":   make([]byte, 40),
	} {
		if payload, err := unpack(row); !errors.Is(err, errUnpack) {
			t.Errorf("%s: %d bytes, %v", name, len(payload), err)
		}
	}
	bomb := foreign.EncodeAll(make([]byte, maxUnpacked+1), nil)[len(magic):]
	if _, err := unpack(bomb); !errors.Is(err, errUnpack) {
		t.Errorf("a frame of %d bytes that unpacks to %d: %v", len(bomb), maxUnpacked+1, err)
	}
}

// TestUnpackAllocates unpacks frames that claim to be large and are not: nobody pays for a claim.
func TestUnpackAllocates(t *testing.T) {
	// Single segment, a size of four bytes, no dictionary; then a last block of one byte, raw.
	claim := []byte{0xa0, 0, 0, 0, maxUnpacked >> 24, 0x09, 0, 0, 'x'}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 50 {
		if _, err := unpack(claim); !errors.Is(err, errUnpack) {
			t.Fatalf("%v", err)
		}
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 20*maxUnpacked {
		t.Errorf("50 claims of %d bytes made it allocate %d", maxUnpacked, got)
	}
}

func TestBriefRoundTrip(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	one := func(of ...string) string { return of[rnd.IntN(len(of))] }
	at := time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)
	for range 2000 {
		l := Listing{
			State: State(one(string(Stored), string(Duplicate), string(Waiting), string(Removed), string(NotArticle))),
			ID:    one("", "abcdefghijklmnop", "ABCDEFGHIJKLMNOP", "ninechars", "zwv6xh672xje767f", "x", "überlang-und-fremd"),
			Mark:  one("", "1", "0123456789abcdef", "0123456789ABCDEF", "sevenby", "eightbyt"),
			Why:   one("", "timeout", "address of zwv6xh672xje767f"),
			First: at.Add(time.Duration(rnd.IntN(1e6)) * time.Second),
		}
		l.Last = l.First.Add(time.Duration(rnd.IntN(1e6)) * time.Second)
		row := l.brief()
		if got, ok := parseBrief(row); !ok || got != l {
			t.Fatalf("%+v came back as %+v, %v", l, got, ok)
		}
		for i := range row { // cut anywhere, it is refused
			if _, ok := parseBrief(row[:i]); ok {
				t.Fatalf("%+v, cut to %d of %d bytes, is read", l, i, len(row))
			}
		}
	}
	for _, l := range []Listing{
		{State: "new", First: at, Last: at}, {State: Stored, First: at, Last: at.Add(time.Nanosecond)}, {State: Stored, First: at, Last: at.Add(-time.Second)}, {State: Stored},
	} {
		if l.canBeBrief() {
			t.Errorf("%+v would lose something", l)
		}
	}
}
