// Package fetchtest is a small web for tests: hosts and what they answer, written down in a text file and served over
// net.Pipe. Nothing leaves the process, so it works with the fake time of testing/synctest, in which a loopback
// connection would hang.
//
// The text is a txtar archive. The name of a file is a URL, its content the answer, either whole
//
//	-- http://news.example/feed --
//	HTTP/1.1 200 OK
//	Content-Type: application/rss+xml
//	ETag: "a"
//
//	<rss version="2.0">…
//
// or a body alone, whose type is sniffed. A file at http://news.example/feed is asked for by its URL, with its
// query; all else on a known host is a 404, and a host that no file names does not exist. Only http is spoken.
//
// A [Publisher] is a host of such a web that minds every request as the strictest of publishers do.
package fetchtest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// Web is a set of hosts. Give its Dial to fetch.Options.
type Web struct {
	listener *listener
	server   *http.Server

	mu      sync.Mutex
	hosts   map[string]http.Handler
	log     []Request
	dials   []string
	running int        // handlers
	idle    *sync.Cond // running has become 0
}

// Request is one request that a Web has seen.
type Request struct {
	Method string
	URL    string // as the client named it, with its host
	Header http.Header
	Time   time.Time // when it came
}

// New serves an archive until the test ends. A mistake in the archive fails the test.
func New(t testing.TB, archive string) *Web {
	t.Helper()
	w := &Web{listener: newListener(), hosts: map[string]http.Handler{}}
	w.idle = sync.NewCond(&w.mu)
	for _, f := range txtar.Parse([]byte(archive)).Files {
		if err := w.add(f); err != nil {
			t.Fatalf("file %q: %v", f.Name, err)
		}
	}
	w.server = &http.Server{Handler: http.HandlerFunc(w.serve), ConnContext: withPipe}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.server.Serve(w.listener)
	}()
	t.Cleanup(func() {
		w.server.Close()
		<-ended
		w.wait()
	})
	return w
}

// wait lets the handlers end: closing the server closes their connections only, and one that still sleeps would be
// left behind in a bubble of synctest.
func (w *Web) wait() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.running > 0 {
		w.idle.Wait()
	}
}

// Handle puts a handler behind a host's name, in place of what the archive says of it.
func (w *Web) Handle(host string, h http.Handler) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hosts[host] = h
}

// Dial connects to a host of this web, as net.Dialer.DialContext would.
func (w *Web) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host := strings.TrimSuffix(addr, ":80")
	w.mu.Lock()
	w.dials = append(w.dials, addr)
	known := w.hosts[host] != nil
	w.mu.Unlock()
	if !known {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return w.listener.dial(ctx)
}

// Requests lists what was asked for so far, in the order in which it came.
func (w *Web) Requests() []Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.log)
}

// Dials lists the addresses that were dialled so far, also those that do not exist.
func (w *Web) Dials() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.dials)
}

// serve logs a request and passes it to its host.
func (w *Web) serve(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	h := w.hosts[r.Host]
	w.running++
	w.log = append(w.log, Request{r.Method, "http://" + r.Host + r.RequestURI, r.Header.Clone(), time.Now()})
	w.mu.Unlock()
	defer w.done()
	if h == nil {
		http.Error(rw, "no such host", http.StatusMisdirectedRequest)
		return
	}
	h.ServeHTTP(rw, r)
}

func (w *Web) done() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running--; w.running == 0 {
		w.idle.Broadcast()
	}
}

// add puts one file of the archive on its host.
func (w *Web) add(f txtar.File) error {
	u, err := url.Parse(f.Name)
	if err != nil {
		return err
	}
	if u.Scheme != "http" || u.Host == "" {
		return fmt.Errorf("is no http address")
	}
	a, err := parseAnswer(f.Data)
	if err != nil {
		return err
	}
	site, _ := w.hosts[u.Host].(site)
	if site == nil {
		site = map[string]answer{}
		w.hosts[u.Host] = site
	}
	site[u.RequestURI()] = a
	return nil
}

// site is a host of the archive: its answers by request URI.
type site map[string]answer

type answer struct {
	status int
	header http.Header
	body   []byte
}

func (s site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, ok := s[r.RequestURI]
	if !ok {
		http.NotFound(w, r)
		return
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	w.Write(a.body)
}

// parseAnswer reads a file's content: an HTTP response, or a body alone.
func parseAnswer(data []byte) (answer, error) {
	if !bytes.HasPrefix(data, []byte("HTTP/")) {
		return answer{status: http.StatusOK, body: data}, nil
	}
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	words := strings.Fields(string(first))
	if len(words) < 2 {
		return answer{}, fmt.Errorf("status line %q: has no status", first)
	}
	status, err := strconv.Atoi(words[1])
	if err != nil || status < 200 || status > 999 {
		return answer{}, fmt.Errorf("status %q: must be 200 to 999", words[1])
	}
	head, body, found := bytes.Cut(rest, []byte("\n\n"))
	if bytes.HasPrefix(rest, []byte("\n")) {
		head, body, found = nil, rest[1:], true
	}
	if !found {
		head, body = bytes.TrimSuffix(rest, []byte("\n")), nil
	}
	header, err := readHeader(head)
	return answer{status, header, body}, err
}

func readHeader(head []byte) (http.Header, error) {
	if len(head) == 0 {
		return nil, nil
	}
	r := textproto.NewReader(bufio.NewReader(strings.NewReader(string(head) + "\r\n\r\n")))
	h, err := r.ReadMIMEHeader()
	return http.Header(h), err
}

// listener accepts the far ends of pipes.
type listener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newListener() *listener {
	return &listener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

// dial makes a pipe and hands its far end to the server.
func (l *listener) dial(ctx context.Context) (net.Conn, error) {
	near, far := net.Pipe()
	c := &pipe{Conn: far}
	select {
	case l.conns <- c:
		return visitorsEnd{near, c}, nil
	case <-l.closed:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr has no place on a network.
func (l *listener) Addr() net.Addr { return &net.UnixAddr{Name: "fetchtest", Net: "pipe"} }
