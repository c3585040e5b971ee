package fetch

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"time"
)

// BenchmarkUnchanged asks a feed that has not changed, over loopback. Floor is the least that it could cost: the same
// request by net/http's transport alone. Run it with -cpu 1; the server shares that core.
func BenchmarkUnchanged(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Cache-Control", "max-age=600")
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		io.WriteString(w, tinyFeed)
	}))
	defer server.Close()
	var floor float64
	b.Run("Floor", func(b *testing.B) {
		transport := &http.Transport{DisableCompression: true}
		defer transport.CloseIdleConnections()
		for b.Loop() {
			req, err := http.NewRequest(http.MethodGet, server.URL, nil)
			if err != nil {
				b.Fatal(err)
			}
			req.Header = http.Header{"User-Agent": {"dateline/1"}, "Accept": {feedTypes}, "Accept-Encoding": {offered},
				"If-None-Match": {`"1"`}}
			res, err := transport.RoundTrip(req)
			if err != nil || res.StatusCode != http.StatusNotModified {
				b.Fatal(res, err)
			}
			res.Body.Close()
		}
		floor = perSecond(b)
	})
	b.Run("Poll", func(b *testing.B) {
		c := New(Options{HostInterval: -1, Allow: loopback})
		defer c.Close()
		known := Validators{ETag: `"1"`}
		for b.Loop() {
			if f, err := c.Poll(b.Context(), server.URL, known); err != nil || !f.NotModified {
				b.Fatal(f, err)
			}
		}
		rate := perSecond(b)
		if floor > 0 {
			b.ReportMetric(rate/floor, "of-floor")
		}
	})
}

// perSecond reports how many feeds a second a benchmark has asked.
func perSecond(b *testing.B) float64 {
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "feeds/s")
	return rate
}

// BenchmarkInFlight holds 10,000 feeds under way, each on a host of its own that has begun to answer, and reports the
// memory that they take: of the client, its connections' buffers and its stacks, and not of the servers, which are a
// function each.
func BenchmarkInFlight(b *testing.B) {
	const feeds = 10000
	for b.Loop() {
		var there sync.WaitGroup // until all have had half an answer
		there.Add(feeds)
		release := make(chan struct{})
		c := New(Options{HostInterval: -1, Timeout: time.Hour, Limits: Limits{Headers: time.Hour, Connect: time.Hour, Rate: 1},
			Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
				return &halfway{there: there.Done, release: release, asked: make(chan struct{}), closed: make(chan struct{})}, nil
			}})
		before := memory()
		var done sync.WaitGroup
		for i := range feeds {
			done.Go(func() {
				if _, err := c.Poll(b.Context(), fmt.Sprintf("http://%d.example/feed", i), Validators{ETag: `"1"`}); err != nil {
					b.Error(err)
				}
			})
		}
		there.Wait()
		used := memory() - before
		b.ReportMetric(float64(used)/(1<<20), "MB")
		b.ReportMetric(float64(used)/feeds/1024, "KB/feed")
		close(release)
		done.Wait()
		c.Close()
	}
}

// memory is what the heap and the stacks hold after a collection, in bytes.
func memory() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// halfway is a connection to a server that sends the head of a feed, and the rest when it is released.
type halfway struct {
	net.Conn // nil: what is not here is not called
	there    func()
	release  <-chan struct{}
	asked    chan struct{}
	closed   chan struct{}
	ask      sync.Once
	close    sync.Once
	reads    int
}

const halfHead = "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: \"2\"\r\nConnection: close\r\n\r\n"

// Read waits for the request and gives two pieces; between them it waits again.
func (h *halfway) Read(p []byte) (int, error) {
	h.reads++
	switch h.reads {
	case 1:
		select {
		case <-h.asked:
		case <-h.closed:
			return 0, io.EOF
		}
		return copy(p, halfHead+tinyFeed[:40]), nil
	case 2:
		h.there()
		select {
		case <-h.release:
			return copy(p, tinyFeed[40:]), nil
		case <-h.closed:
		}
	}
	return 0, io.EOF
}

func (h *halfway) Write(p []byte) (int, error) {
	h.ask.Do(func() { close(h.asked) })
	return len(p), nil
}

func (h *halfway) Close() error                     { h.close.Do(func() { close(h.closed) }); return nil }
func (h *halfway) RemoteAddr() net.Addr             { return &net.UnixAddr{} }
func (h *halfway) SetDeadline(time.Time) error      { return nil }
func (h *halfway) SetReadDeadline(time.Time) error  { return nil }
func (h *halfway) SetWriteDeadline(time.Time) error { return nil }
