package release

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"dateline/storage"
)

var benchRecords = flag.Int("release.records", 20_000, "records of BenchmarkWrite; a million takes some minutes and 2 GB of disk")

// dispatches yields records with about 3 KB of text each, in five languages under four licences.
func dispatches(n int) Source {
	words := strings.Fields("harbour council tide vote night ferry the a of in and boats said that Monday pilot light crew storm price market")
	src := sourceOf()
	src.Records = func(yield func(storage.Record, error) bool) {
		rnd := rand.New(rand.NewPCG(1, 2))
		for i := range n {
			var text strings.Builder
			for text.Len() < 3000 {
				if text.WriteString(words[rnd.IntN(len(words))]); rnd.IntN(4) == 0 {
					fmt.Fprintf(&text, "%x", rnd.IntN(1<<16))
				}
				text.WriteByte(' ')
			}
			r := article(i, func(r *storage.Record) {
				r.Text, r.Language = text.String(), []string{"en", "fa", "ar", "fr", "de"}[i%5]
				r.License.SPDX = []string{"CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-3.0", "CC0-1.0"}[i%4]
				r.Published = time.Unix(1_600_000_000+int64(i)*60, 0).UTC()
			})
			if !yield(r, nil) {
				return
			}
		}
	}
	return src
}

// BenchmarkWrite has as its floor the same records, as lines, through one encoder into nothing.
func BenchmarkWrite(b *testing.B) {
	n := *benchRecords
	for b.Loop() {
		began := time.Now()
		floor := compressAlone(b, dispatches(n))
		middle := time.Now()
		peak := watchHeap(func() {
			if _, err := Write(b.Context(), filepath.Join(b.TempDir(), "out"), dispatches(n), Options{Judge: plainJudge}); err != nil {
				b.Fatal(err)
			}
		})
		b.ReportMetric(float64(n)/time.Since(middle).Seconds(), "records/s")
		b.ReportMetric(float64(n)/middle.Sub(began).Seconds(), "floor-records/s")
		b.ReportMetric(float64(floor)/float64(n), "packed-B/record")
		b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
	}
}

func compressAlone(b *testing.B, src Source) (packed int64) {
	z, err := newEncoder()
	if err != nil {
		b.Fatal(err)
	}
	var sink counter
	z.Reset(&sink)
	for r := range src.Records {
		line, err := r.Line()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := z.Write(append(line, '\n')); err != nil {
			b.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	return sink.n
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// watchHeap gives the most memory that was taken from the system while fn ran, in bytes.
func watchHeap(fn func()) (peak uint64) {
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	fn()
	close(done)
	<-stopped
	return peak
}
