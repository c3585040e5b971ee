package extract

import (
	"bytes"
	"os"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// pages gives the corpus where it is there, else the project's own page.
func pages(b *testing.B) [][]byte {
	b.Helper()
	var out [][]byte
	if _, err := os.Stat(corpus); err != nil {
		b.Logf("no corpus at %s: measured on the project's own page", corpus)
		return [][]byte{[]byte(nastooh)}
	}
	for _, g := range goldOf(b, "aeb") {
		out = append(out, htmlOf(b, "aeb", g))
	}
	return out
}

// BenchmarkPage reports the time of Page as a multiple of html.Parse of the same bytes in the same run.
func BenchmarkPage(b *testing.B) {
	corpus := pages(b)
	var parse, page time.Duration
	b.ReportAllocs()
	for b.Loop() {
		for _, h := range corpus {
			start := time.Now()
			if _, err := html.Parse(bytes.NewReader(h)); err != nil {
				b.Log(err)
			}
			middle := time.Now()
			Page(h, Source{URL: "https://news.example/a"})
			parse += middle.Sub(start)
			page += time.Since(middle)
		}
	}
	b.ReportMetric(float64(page)/float64(parse), "x-parse")
	b.ReportMetric(float64(page.Microseconds())/1000/float64(b.N*len(corpus)), "ms/page")
}
