package near

import (
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

var million = flag.Bool("million", false, "measure the index with a million texts")

// cpu is what the process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkIndex adds texts to an index that holds all others, each looked up first: CPU per text at the end, and memory. The
// floor is making the sketch alone.
func BenchmarkIndex(b *testing.B) {
	n := 100_000
	if *million {
		n = 1_000_000
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	lexicon := make([]string, 20_000)
	for i := range lexicon {
		lexicon[i] = fmt.Sprintf("w%x", rnd.Uint32N(1<<24))
	}
	zipf := rand.NewZipf(rnd, 1.05, 4, uint64(len(lexicon)-1))
	article := func() string {
		var s strings.Builder
		for range 500 {
			s.WriteString(lexicon[zipf.Uint64()])
			s.WriteByte(' ')
		}
		return s.String()
	}
	for range b.N {
		var x Index
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var sketching, finding time.Duration
		found := 0
		for i := range n {
			var s Sketch
			if i < n-20_000 { // what was there before: sketches of unrelated texts
				for j := range s {
					s[j] = byte(rnd.Uint32())
				}
				x.Add(id(i), s)
				continue
			}
			text := article()
			start := cpu()
			s = New(text).Sketch()
			mid := cpu()
			found += len(x.Find(&s))
			x.Add(id(i), s)
			sketching += mid - start
			finding += cpu() - mid
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(n), "B/text")
		b.ReportMetric(float64(sketching.Microseconds())/20_000, "µs/sketch")
		b.ReportMetric(float64(finding.Microseconds())/20_000, "µs/find+add")
		b.ReportMetric(float64(found)/20_000, "found/text")
		runtime.KeepAlive(&x)
	}
}

func id(n int) (id ID) {
	binary.BigEndian.PutUint64(id[:], mix(uint64(n)))
	return id
}
