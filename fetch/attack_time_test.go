package fetch

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"dateline/fetch/fetchtest"
)

// Nobody vouches for these certificates, whatever is wrong with them, and there is no option to believe them.
func TestAttack50Certificates(t *testing.T) {
	noProxy(t)
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, tinyFeed) })
	unknown := httptest.NewTLSServer(answer)
	defer unknown.Close()
	old := httptest.NewUnstartedServer(answer)
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	old.StartTLS()
	defer old.Close()
	trusted := trusting(old, Options{})
	defer trusted.Close()
	stranger := New(Options{HostInterval: -1, Allow: loopback})
	defer stranger.Close()
	late := trusting(unknown, Options{})
	defer late.Close()
	late.routes.direct.TLSClientConfig.Time = func() time.Time { return time.Now().AddDate(100, 0, 0) }
	_, port, _ := net.SplitHostPort(unknown.Listener.Addr().String())
	for name, visit := range map[string]struct {
		c    *Client
		addr string
	}{
		"self-signed": {stranger, unknown.URL}, "TLS 1.1": {trusted, old.URL}, "expired": {late, unknown.URL},
		"another host's": {trusting(unknown, Options{}), "https://localhost:" + port},
	} {
		if _, err := visit.c.Poll(t.Context(), visit.addr, Validators{}); reasonOf(err) != TLS {
			t.Errorf("%s: %v, want %q", name, err, TLS)
		}
		if tlsConfig := New(Options{}).routes.direct.TLSClientConfig; tlsConfig != nil && tlsConfig.InsecureSkipVerify {
			t.Error("certificates are not verified")
		}
	}
}

// flood is an HTTP/2 server that, once it has a request, sends frames of one kind for as long as somebody listens.
func flood(t *testing.T, send func(f *http2.Framer) error) (server *httptest.Server, ended chan struct{}) {
	server = httptest.NewUnstartedServer(nil)
	server.TLS = &tls.Config{NextProtos: []string{"h2"}}
	ended = make(chan struct{})
	server.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
		"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
			defer close(ended)
			io.ReadFull(conn, make([]byte, len(http2.ClientPreface)))
			f := http2.NewFramer(conn, conn)
			f.WriteSettings()
			go io.Copy(io.Discard, conn)
			time.Sleep(50 * time.Millisecond) // the request is under way
			for send(f) == nil {
			}
		},
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, ended
}

// Floods are cut off by the limit on the time until the headers are there, and the connection with them.
func TestAttack19HTTP2Floods(t *testing.T) {
	noProxy(t)
	var block strings.Builder
	hpack.NewEncoder(&block).WriteField(hpack.HeaderField{Name: "x", Value: strings.Repeat("y", 4000)})
	begun := false
	for name, send := range map[string]func(f *http2.Framer) error{
		"PING":     func(f *http2.Framer) error { return f.WritePing(false, [8]byte{}) },
		"SETTINGS": func(f *http2.Framer) error { return f.WriteSettings() },
		"empty DATA": func(f *http2.Framer) error {
			if !begun {
				begun = true
				var ok strings.Builder
				hpack.NewEncoder(&ok).WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
				return f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte(ok.String()), EndHeaders: true})
			}
			return f.WriteData(1, false, nil)
		},
		"CONTINUATION": func(f *http2.Framer) error {
			if err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte(block.String())}); err != nil {
				return err
			}
			for range 100000 {
				if err := f.WriteContinuation(1, false, []byte(block.String())); err != nil {
					return err
				}
			}
			return io.EOF
		},
	} {
		t.Run(name, func(t *testing.T) {
			server, ended := flood(t, send)
			c := trusting(server, Options{Timeout: 500 * time.Millisecond, Limits: Limits{Headers: 300 * time.Millisecond}})
			defer c.Close()
			_, err := c.Poll(t.Context(), server.URL, Validators{})
			if r := reasonOf(err); r != Timeout && r != Broken && r != TooLarge {
				t.Errorf("%v, want it cut off", err)
			}
			select {
			case <-ended:
			case <-time.After(10 * time.Second):
				t.Error("somebody still listens")
			}
		})
	}
}

// However many feeds a slow host has, they wait in its line and hold up nobody else.
func TestAttack26ManyFeedsOnOneSlowHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := fetchtest.New(t, "-- http://quick.example/feed --\n"+tinyFeed)
		var busy, most atomic.Int32
		web.Handle("slow.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			most.Store(max(most.Load(), busy.Add(1)))
			defer busy.Add(-1)
			time.Sleep(9 * time.Second)
			fmt.Fprint(w, tinyFeed)
		}))
		c := New(Options{Dial: web.Dial})
		defer c.Close()
		var wg sync.WaitGroup
		for i := range 1000 {
			wg.Go(func() {
				if _, err := c.Poll(t.Context(), fmt.Sprintf("http://slow.example/%d", i), Validators{}); err != nil {
					t.Error(err) // waiting in line is no timeout
				}
			})
		}
		synctest.Wait()
		began := time.Now()
		if _, err := c.Poll(t.Context(), "http://quick.example/feed", Validators{}); err != nil || time.Since(began) > 0 {
			t.Errorf("the quick host: %v after %s", err, time.Since(began))
		}
		wg.Wait()
		if most.Load() != 1 {
			t.Errorf("the slow host had %d requests at once", most.Load())
		}
	})
}

// After all that, nothing is left: no goroutine, no connection, no file.
func TestAttack52NothingLeaks(t *testing.T) {
	noProxy(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/huge":
			io.Copy(w, io.LimitReader(zeros{}, 64<<20))
		case "/silent":
			<-r.Context().Done()
		case "/cut":
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, "<rss")
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		default:
			fmt.Fprint(w, tinyFeed)
		}
	}))
	defer server.Close()
	visit := func() {
		c := New(Options{HostInterval: -1, Allow: loopback, Timeout: 100 * time.Millisecond})
		defer c.Close()
		for _, path := range []string{"/feed", "/huge", "/silent", "/cut", "/gone", "/loop"} {
			c.Poll(t.Context(), server.URL+path, Validators{})
			c.Page(t.Context(), server.URL+path)
		}
		c.Poll(t.Context(), "http://nothing.invalid/", Validators{})
	}
	visit()
	server.CloseClientConnections()
	goroutines, files := settled(runtime.NumGoroutine), settled(openFiles)
	for range 5 {
		visit()
	}
	server.CloseClientConnections()
	if n := settled(runtime.NumGoroutine); n > goroutines+2 {
		t.Errorf("%d goroutines, at first %d", n, goroutines)
	}
	if n := settled(openFiles); n > files+2 {
		t.Errorf("%d files, at first %d", n, files)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// settled is a count once it no longer falls.
func settled(count func() int) int {
	n := count()
	for quiet := 0; quiet < 5; {
		time.Sleep(20 * time.Millisecond)
		if now := count(); now < n {
			n, quiet = now, 0
		} else {
			quiet++
		}
	}
	return n
}

// openFiles are the open files of this process; 0 where the system does not list them.
func openFiles() int {
	all, _ := os.ReadDir("/proc/self/fd")
	return len(all)
}
