package fetch

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// trusting is a client that believes in a test server's certificate.
func trusting(server *httptest.Server, o Options) *Client {
	o.Allow = loopback
	o.HostInterval = -1
	c := New(o)
	c.routes.direct.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	return c
}

// openConns counts a server's connections.
func openConns(server *httptest.Server) *atomic.Int32 {
	var n, most atomic.Int32
	server.Config.ConnState = func(c net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			most.Store(max(most.Load(), n.Add(1)))
		case http.StateClosed, http.StateHijacked:
			n.Add(-1)
		}
	}
	return &most
}

// A host is spoken to by HTTP/2 where it can, on one connection.
func TestManner39HTTP2(t *testing.T) {
	noProxy(t)
	var versions []string
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		versions = append(versions, r.Proto)
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, tinyFeed)
	}))
	server.EnableHTTP2 = true
	most := openConns(server)
	server.StartTLS()
	defer server.Close()
	c := trusting(server, Options{})
	defer c.Close()
	f, err := c.Poll(t.Context(), server.URL+"/feed", Validators{})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if f, err = c.Poll(t.Context(), server.URL+"/feed", f.Validators); err != nil || !f.NotModified {
			t.Errorf("again: %+v, %v", f, err)
		}
	}
	c.Page(t.Context(), server.URL+"/page")
	if got := fmt.Sprint(versions); got != "[HTTP/2.0 HTTP/2.0 HTTP/2.0 HTTP/2.0 HTTP/2.0 HTTP/2.0]" || most.Load() != 1 {
		t.Errorf("%s on %d connections, want HTTP/2.0 on one", got, most.Load())
	}
}

// A host that leads from http to https has one connection at a time, too.
func TestManner39OneConnectionForBothSchemes(t *testing.T) {
	noProxy(t)
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, tinyFeed) }))
	defer secure.Close()
	closed, once := make(chan struct{}), sync.Once{}
	plain := httptest.NewUnstartedServer(http.RedirectHandler(secure.URL, http.StatusMovedPermanently))
	plain.Config.ConnState = func(c net.Conn, s http.ConnState) {
		if s == http.StateClosed {
			once.Do(func() { close(closed) })
		}
	}
	plain.Start()
	defer plain.Close()
	c := trusting(secure, Options{})
	defer c.Close()
	if _, err := c.Poll(t.Context(), plain.URL, Validators{}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-closed:
	case <-time.After(5 * time.Second):
		t.Error("the connection for http is still open")
	}
}

func TestManner40Downgrade(t *testing.T) {
	noProxy(t)
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, tinyFeed) }))
	defer plain.Close()
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL+"/feed", http.StatusFound))
	defer secure.Close()
	for _, leave := range []bool{false, true} {
		c := trusting(secure, Options{Downgrade: leave})
		_, err := c.Poll(t.Context(), secure.URL, Validators{})
		if leave && err != nil || !leave && (reasonOf(err) != Redirects || !strings.Contains(err.Error(), "fetch.downgrade")) {
			t.Errorf("with leave %t: %v", leave, err)
		}
		// A robots.txt that is not read is no leave to fetch pages.
		if _, err := c.Page(t.Context(), secure.URL+"/page"); !leave && reasonOf(err) != RobotsDown {
			t.Errorf("page: %v", err)
		}
		c.Close()
	}
}
