package bolt_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// TestNewsIsNoEasierThanReal compares the benchmark's texts with real articles: a store must not look better than it is.
func TestNewsIsNoEasierThanReal(t *testing.T) {
	b, err := os.ReadFile("../../../shared/corpus/aeb/gold.json")
	if err != nil {
		t.Skip("the corpus is not here")
	}
	var pages []struct{ Text string }
	if err := json.Unmarshal(b, &pages); err != nil {
		t.Fatal(err)
	}
	var real, made []string
	for _, p := range pages {
		if len(p.Text) > 1500 {
			real = append(real, p.Text[:min(len(p.Text), 3000)])
		}
	}
	n := newNews(1)
	total := 0
	for range 5 {
		_, articles := n.poll(200)
		for _, a := range articles {
			total += len(a.record.Text)
			if text := a.record.Text; len(text) > 1500 && a.record.Language == "en" {
				made = append(made, text[:min(len(text), 3000)])
			}
		}
	}
	if mean := total / 1000; mean < 2800 || mean > 3300 {
		t.Errorf("a text has %d bytes on average, want about 3,000", mean)
	}
	dict, err := os.ReadFile("../dict/record-1.zdict")
	if err != nil {
		t.Fatal(err)
	}
	for name, with := range map[string][]zstd.EOption{
		"without a dictionary": nil, "with that of records": {zstd.WithEncoderDict(dict)},
	} {
		e, err := zstd.NewWriter(nil, append(with, zstd.WithEncoderLevel(zstd.SpeedBetterCompression))...)
		if err != nil {
			t.Fatal(err)
		}
		r, m := packedShare(e, real), packedShare(e, made)
		t.Logf("%s: real texts pack to %.3f, the benchmark's to %.3f", name, r, m)
		if m < r {
			t.Errorf("%s: the benchmark's texts pack to %.3f of their size, real ones to %.3f", name, m, r)
		}
	}
}

func packedShare(e *zstd.Encoder, texts []string) float64 {
	var from, to int
	for _, text := range texts {
		from += len(text)
		to += len(e.EncodeAll([]byte(text), nil))
	}
	return float64(to) / float64(from)
}
