package bolt_test

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/bolt"
)

// The whole benchmark is the million of
//
//	go test ./storage/bolt -run '^$' -bench Store -benchtime 1x -timeout 2h -records 1000000
//
// which takes some 10 GB beside the database, in -dir if one is named. By default it is small, so that it shows the shape and no more.
var (
	records  = flag.Int("records", 3000, "how many records BenchmarkStore stores")
	benchDir = flag.String("dir", "", "where BenchmarkStore puts its files; a temporary folder if empty")
)

const (
	putters    = 256 // goroutines that store articles
	chunkPolls = 30  // polls that are made ahead, outside of the clock
)

// BenchmarkStore fills a database the way ingest does and prints what that came to, each figure with its floor.
func BenchmarkStore(b *testing.B) {
	for range b.N {
		s := &storeBench{B: b, dir: cmp.Or(*benchDir, b.TempDir())}
		s.fill(*records)
		s.bare()
		s.open()
		s.size()
		s.export()
		s.lookups()
		if err := errors.Join(s.store.Close(), s.spool.remove()); err != nil {
			b.Fatal(err)
		}
	}
}

type storeBench struct {
	*testing.B
	dir   string
	store *storage.Store
	spool *spool

	took   time.Duration // to store everything, without the making of it
	used   time.Duration // of the processors, for that
	rates  []float64     // records a second, by chunk
	sizes  []int         // of the chunks
	sample []newsArticle // some of what was stored
}

func (s *storeBench) path() string { return filepath.Join(s.dir, "bench.db") }

// say prints a line. A benchmark's own log is cut after ten of them.
func (s *storeBench) say(format string, args ...any) { fmt.Printf("    "+format+"\n", args...) }

// figure prints a figure and what it must not fall below, or rise above.
func (s *storeBench) figure(value float64, unit string, least bool, floor float64) {
	s.Helper()
	word, ok := "at most", value <= floor
	if least {
		word, ok = "at least", value >= floor
	}
	verdict := "holds"
	if !ok {
		verdict = "MISSED"
	}
	s.say("%-38s %10.3f   %s %g: %s", unit, value, word, floor, verdict)
	s.ReportMetric(value, unit)
}

func (s *storeBench) fill(records int) {
	_ = os.Remove(s.path())
	d, err := bolt.Open(s.path(), bolt.Options{})
	if err != nil {
		s.Fatal(err)
	}
	s.spool = newSpool(s.B, d, filepath.Join(s.dir, "bench.spool"))
	if s.store, err = storage.Open(s.Context(), s.spool); err != nil {
		s.Fatal(err)
	}
	n := newNews(1)
	for done := 0; done < records; {
		size := s.chunk(n, records-done)
		done += size
	}
	tenth := max(records/10, 1)
	first, last := s.rate(tenth, false), s.rate(tenth, true)
	s.say("%d records in %v: %.0f a second, %.0f for the first tenth, %.0f for the last", records, s.took.Round(time.Millisecond), float64(records)/s.took.Seconds(), first, last)
	s.say("%v of CPU a record", s.used/time.Duration(records))
	s.figure(last/first, "last/first-tenth", true, 0.75)
}

// rate is the records a second of the first or last so many records.
func (s *storeBench) rate(records int, last bool) float64 {
	rates, sizes := slices.Clone(s.rates), slices.Clone(s.sizes)
	if last {
		slices.Reverse(rates)
		slices.Reverse(sizes)
	}
	n, took := 0, 0.0
	for i := 0; i < len(rates) && n < records; i++ {
		n += sizes[i]
		took += float64(sizes[i]) / rates[i]
	}
	return float64(n) / took
}

// chunk makes some polls, then stores them against the clock.
func (s *storeBench) chunk(n *news, left int) (size int) {
	polls := map[string][]newsArticle{} // a feed is polled once at a time
	states := map[string]storage.FeedState{}
	for range chunkPolls {
		if size >= left {
			break
		}
		state, articles := n.poll(min(20+n.rnd.IntN(40), left-size))
		polls[state.URL] = append(polls[state.URL], articles...)
		states[state.URL] = state
		size += len(articles)
	}
	began, used := time.Now(), cpu()
	var articles []newsArticle
	s.parallel(len(polls), 16, func(yield func(func() error)) {
		for feed, of := range polls {
			yield(func() error { return s.savePoll(states[feed], of) })
			articles = append(articles, of...)
		}
	})
	s.parallel(len(articles), putters, func(yield func(func() error)) {
		for _, a := range articles {
			yield(func() error {
				_, err := s.store.PutPage(s.Context(), a.record, a.draft.Mark, nil, nil, a.events...)
				return err
			})
		}
	})
	took := time.Since(began)
	s.took += took
	s.used += cpu() - used
	s.rates, s.sizes = append(s.rates, float64(size)/took.Seconds()), append(s.sizes, size)
	s.sample = append(s.sample, articles[rand.IntN(len(articles))])
	if done := len(s.rates); done%25 == 0 {
		s.say("chunk %d: %.0f a second", done, s.rate(size*25, true))
	}
	return size
}

func (s *storeBench) savePoll(state storage.FeedState, articles []newsArticle) error {
	known, err := s.store.Feed(s.Context(), state.URL)
	if err != nil {
		return err
	}
	state.Revision = known.Revision
	var drafts []storage.Draft
	for _, a := range articles {
		drafts = append(drafts, a.draft)
	}
	_, err = s.store.SavePoll(s.Context(), state, drafts)
	return err
}

// parallel runs what each yields in so many goroutines, and waits.
func (s *storeBench) parallel(n, workers int, each func(yield func(func() error))) {
	work := make(chan func() error, n)
	each(func(do func() error) { work <- do })
	close(work)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for do := range work {
				if err := do(); err != nil {
					s.Error(err)
				}
			}
		})
	}
	group.Wait()
	if s.Failed() {
		s.FailNow()
	}
}

// bare writes the same keys and values to bbolt itself, in transactions of the same size.
func (s *storeBench) bare() {
	path := filepath.Join(s.dir, "bare.db")
	used := cpu()
	took, transactions, err := s.spool.replay(path)
	if err != nil {
		s.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		s.Fatal(err)
	}
	s.say("bare bbolt: %v for %d transactions, %.0f records a second, %v of CPU a record, %d bytes of file", took.Round(time.Millisecond), transactions,
		float64(s.count())/took.Seconds(), (cpu()-used)/time.Duration(s.count()), info.Size())
	s.figure(took.Seconds()/s.took.Seconds(), "rate/bare-bbolt", true, 0.6)
	if err := os.Remove(path); err != nil {
		s.Fatal(err)
	}
}

func (s *storeBench) count() (n int) {
	for _, size := range s.sizes {
		n += size
	}
	return n
}

func (s *storeBench) open() {
	if err := s.store.Close(); err != nil {
		s.Fatal(err)
	}
	began := time.Now()
	s.reopen()
	s.figure(float64(time.Since(began).Microseconds())/1000, "ms-to-open", false, 1000)
}

func (s *storeBench) reopen() {
	d, err := bolt.Open(s.path(), bolt.Options{})
	if err != nil {
		s.Fatal(err)
	}
	if s.store, err = storage.Open(s.Context(), d); err != nil {
		s.Fatal(err)
	}
}

// size holds the file against what it exports.
func (s *storeBench) size() {
	var bytes int64
	n := 0
	for l, err := range s.store.Lines(s.Context(), storage.Filter{}) {
		if err != nil {
			s.Fatal(err)
		}
		bytes += int64(len(l.JSON)) + 1
		n++
	}
	info, err := os.Stat(s.path())
	if err != nil {
		s.Fatal(err)
	}
	s.say("%d records, %d bytes of JSONL, %d of database: %d and %d a record", n, bytes, info.Size(), bytes/int64(n), info.Size()/int64(n))
	s.figure(float64(info.Size())/float64(bytes), "database/JSONL", false, 0.55)
	s.buckets(n)
}

// buckets says what each bucket takes.
func (s *storeBench) buckets(records int) {
	if err := s.store.Close(); err != nil {
		s.Fatal(err)
	}
	sizes := bucketBytes(s.B, s.path())
	s.reopen()
	for _, name := range slices.SortedFunc(maps.Keys(sizes), func(a, b string) int { return sizes[b] - sizes[a] }) {
		if sizes[name] >= records {
			s.say("  %-16s %6d bytes a record", name, sizes[name]/records)
		}
	}
}

// export writes all records in each format, as the command does.
func (s *storeBench) export() {
	alone := s.readAlone()
	for _, format := range storage.Formats {
		debug.FreeOSMemory()
		before := memory()
		peak, stop := watchMemory()
		began := time.Now()
		o := storage.ExportOptions{Format: storage.Format{Name: format}}
		if _, err := storage.ExportLines(io.Discard, o, s.store.Lines(s.Context(), storage.Filter{})); err != nil {
			s.Fatal(err)
		}
		took := time.Since(began)
		stop()
		used := float64(max(peak(), before)-before) / 1e6
		if format == "jsonl" {
			s.figure(alone.Seconds()/took.Seconds(), "export/reading-alone", true, 0.6)
			s.figure(used, "MB-of-memory-to-export", false, 200)
			continue
		}
		s.say("  %-8s %5.2f of reading alone, %.0f MB of memory", format, alone.Seconds()/took.Seconds(), used)
	}
}

// readAlone reads and unpacks every record in the same order, and does nothing with it.
func (s *storeBench) readAlone() time.Duration {
	began := time.Now()
	err := s.store.Driver().View(s.Context(), func(t storage.Tx) error {
		for row, err := range t.Scan("order", nil, nil) {
			if err != nil {
				return err
			}
			value, err := t.Get("records", row.Key[8:])
			if err != nil {
				return err
			}
			if _, err := storage.Unpack(value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
	return time.Since(began)
}

func (s *storeBench) lookups() {
	for what, key := range map[string]func(newsArticle) string{
		"id": func(a newsArticle) string { return a.record.ID }, "url": func(a newsArticle) string { return a.record.URL },
	} {
		var took []time.Duration
		for range 2000 {
			a := s.sample[rand.IntN(len(s.sample))]
			began := time.Now()
			r, err := s.store.Record(context.Background(), key(a))
			took = append(took, time.Since(began))
			if err != nil || r.ID != a.record.ID {
				s.Fatalf("%s: %v", key(a), err)
			}
		}
		slices.Sort(took)
		s.figure(float64(took[len(took)/2].Nanoseconds())/1e6, "ms-by-"+what, false, 1)
	}
}

// cpu is what this process has used of the processors. On a machine that others use too it says more than a clock.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// memory is what the Go runtime has of the system and not given back. Pages of the file that are mapped are the system's.
func memory() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}

func watchMemory() (peak func() uint64, stop func()) {
	runtime.GC()
	done, ended := make(chan struct{}), make(chan struct{})
	most := memory()
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
				most = max(most, memory())
			}
		}
	}()
	return func() uint64 { return most }, func() { close(done); <-ended }
}
