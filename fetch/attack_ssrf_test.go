package fetch

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"code.dny.dev/ssrf"
	"golang.org/x/net/dns/dnsmessage"
)

// The numbers of the attacks are those of the 52 that dateline is tested against. On this machine there is no public
// address to play the honest part, so 127.0.0.1 plays it, by leave of the options, and all others are private.

// resolver answers each look-up of a name with the next of its sets of addresses, the last one for ever.
func resolver(t *testing.T, sets ...[]string) *net.Resolver {
	var asked atomic.Int32
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			defer far.Close()
			answerDNS(far, func() []string { return sets[min(int(asked.Add(1))-1, len(sets)-1)] })
		}()
		return near, nil
	}}
}

// answerDNS speaks DNS as over TCP (RFC 1035, section 4.2.2), to one question.
func answerDNS(conn net.Conn, next func() []string) {
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return
	}
	query := make([]byte, binary.BigEndian.Uint16(size[:]))
	var m dnsmessage.Message
	if _, err := io.ReadFull(conn, query); err != nil || m.Unpack(query) != nil {
		return
	}
	m.Response, m.Additionals = true, nil
	if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
		for _, addr := range next() {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 1},
				Body:   &dnsmessage.AResource{A: netip.MustParseAddr(addr).As4()},
			})
		}
	}
	reply, err := m.Pack()
	if err != nil {
		return
	}
	conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
}

// resolving is a client whose names are looked up there; 127.0.0.1 is public to it.
func resolving(t *testing.T, r *net.Resolver) *Client {
	g := guard{public: ssrf.New(), allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	d := g.dialer()
	d.Resolver = r
	c := New(Options{HostInterval: -1, Dial: d.DialContext})
	t.Cleanup(c.Close)
	return c
}

// honest is a server at 127.0.0.1 that closes each connection, so that the next request looks its name up again.
func honest(t *testing.T) (port string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		fmt.Fprint(w, tinyFeed)
	}))
	t.Cleanup(server.Close)
	_, port, _ = net.SplitHostPort(server.Listener.Addr().String())
	return port
}

// secret is a server inside, at 127.0.0.2, that counts who comes.
func secret(t *testing.T) (addr string, visits *atomic.Int32) {
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip("this machine has no second loopback address: ", err)
	}
	visits = new(atomic.Int32)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			visits.Add(1)
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close() })
	return l.Addr().String(), visits
}

func TestAttack02PublicNameOfAPrivateAddress(t *testing.T) {
	for _, addr := range []string{"169.254.169.254", "10.0.0.1", "127.0.0.2", "100.64.0.1"} {
		c := resolving(t, resolver(t, []string{addr}))
		if _, err := c.Poll(t.Context(), "http://news.example/feed", Validators{}); reasonOf(err) != Blocked {
			t.Errorf("%s: %v, want it refused", addr, err)
		}
	}
}

// A name that was public when it was looked up first need not be so the second time.
func TestAttack03DNSRebinding(t *testing.T) {
	port := honest(t)
	c := resolving(t, resolver(t, []string{"127.0.0.1"}, []string{"169.254.169.254"}))
	if _, err := c.Poll(t.Context(), "http://news.example:"+port+"/feed", Validators{}); err != nil {
		t.Fatalf("public: %v", err)
	}
	if _, err := c.Poll(t.Context(), "http://news.example:"+port+"/feed", Validators{}); reasonOf(err) != Blocked {
		t.Errorf("private: %v, want it refused", err)
	}
}

func TestAttack04MixedAddresses(t *testing.T) {
	inside, visits := secret(t)
	_, port, _ := net.SplitHostPort(inside)
	c := resolving(t, resolver(t, []string{"127.0.0.2", "10.0.0.1", "127.0.0.1"}))
	// Nobody listens at the public address's port: all that could answer is the private one.
	if _, err := c.Poll(t.Context(), "http://news.example:"+port+"/feed", Validators{}); err == nil {
		t.Error("a private address answered")
	}
	c = resolving(t, resolver(t, []string{"127.0.0.2", "127.0.0.1"}))
	if _, err := c.Poll(t.Context(), "http://news.example:"+honest(t)+"/feed", Validators{}); err != nil {
		t.Errorf("the public address was not tried: %v", err)
	}
	if n := visits.Load(); n != 0 {
		t.Errorf("the private address had %d connections", n)
	}
}

func TestAttack06SchemesOfRedirects(t *testing.T) {
	noProxy(t)
	var target string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Location", target)
		w.WriteHeader(http.StatusFound)
	}))
	defer server.Close()
	c := New(Options{HostInterval: -1, Allow: loopback})
	defer c.Close()
	for _, target = range []string{"file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://127.0.0.1:70/_x", "data:text/html,<p>x",
		"javascript:alert(1)", "unix:///var/run/docker.sock", "FILE:/etc/passwd", "//127.0.0.1:99999/", "http://"} {
		if _, err := c.Poll(t.Context(), server.URL, Validators{}); reasonOf(err) != Redirects {
			t.Errorf("feed to %s: %v, want it refused", target, err)
		}
		if _, err := c.Page(t.Context(), server.URL+"/page"); reasonOf(err) != Redirects {
			t.Errorf("page to %s: %v, want it refused", target, err)
		}
	}
}

// Each kind of request goes past the guard: feeds, pages, robots.txt, tdmrep.json, and where any of them leads.
func TestAttack07EveryWayOut(t *testing.T) {
	noProxy(t)
	inside, visits := secret(t)
	var leads string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == leads:
			http.Redirect(w, r, "http://"+inside+"/", http.StatusFound)
		case r.URL.Path == "/page":
			fmt.Fprint(w, "<html>text")
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	for _, leads = range []string{"/feed", "/page", "/robots.txt", "/.well-known/tdmrep.json"} {
		c := New(Options{HostInterval: -1, TDM: true, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
		_, feedErr := c.Poll(t.Context(), server.URL+"/feed", Validators{})
		_, pageErr := c.Page(t.Context(), server.URL+"/page")
		if leads == "/feed" && reasonOf(feedErr) != Blocked || strings.HasPrefix(leads, "/page") && reasonOf(pageErr) != Blocked {
			t.Errorf("%s leads inside: %v, %v", leads, feedErr, pageErr)
		}
		c.Close()
	}
	c := New(Options{HostInterval: -1})
	defer c.Close()
	c.Poll(t.Context(), "http://"+inside+"/feed", Validators{})
	c.Page(t.Context(), "http://"+inside+"/page")
	if n := visits.Load(); n != 0 {
		t.Errorf("the server inside had %d connections", n)
	}
}

// Names that look like another one, or turn into one, are judged as what they turn into.
func TestAttack11Homographs(t *testing.T) {
	noProxy(t)
	c := New(Options{HostInterval: -1})
	defer c.Close()
	for _, host := range []string{"ⓛocalhost", "127。0。0。1", "１２７.０.０.１", "127.0.0.1．", "loc\u00adalhost", "[::ﬀﬀ:7f00:1]", "①②⑦.0.0.1"} {
		if _, err := c.Poll(t.Context(), "http://"+host+"/feed", Validators{}); reasonOf(err) != Blocked && reasonOf(err) != DNS && reasonOf(err) != BadURL {
			t.Errorf("%s: %v, want it refused", host, err)
		}
	}
	// Not one address but the name that a browser would show in this form, so that one host has one queue.
	u, err := parseURL("http://аррӏе.example/")
	if err != nil || !strings.HasPrefix(u.Host, "xn--") {
		t.Errorf("a Cyrillic look-alike became %v, %v", u, err)
	}
}
