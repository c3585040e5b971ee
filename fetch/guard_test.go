package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

const tinyFeed = `<rss version="2.0"><channel><title>T</title><item><link>/1</link></item></channel></rss>`

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// noProxy makes a test independent of the machine that it runs on.
func noProxy(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"} {
		t.Setenv(name, "")
	}
}

func reasonOf(err error) Reason {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}

// These are ways to write the machine itself, its neighbours, or a cloud's metadata service. A name that has no address
// is as good as a refusal.
func TestAttack01AddressesInside(t *testing.T) {
	noProxy(t)
	c := New(Options{HostInterval: -1})
	for _, host := range []string{
		"127.0.0.1", "127.1.2.3", "[::1]", "0.0.0.0", "[::]", "localhost", "localhost.", "127.1", "0x7f.1", "2130706433",
		"10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "198.18.0.1", "192.0.2.1", "224.0.0.1",
		"255.255.255.255", "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::1]",
		"[2001::1]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "ⓛocalhost", "127。0。0。1",
	} {
		_, err := c.Poll(t.Context(), "http://"+host+"/feed", Validators{})
		if r := reasonOf(err); r != Blocked && r != DNS {
			t.Errorf("%s: %v, want it refused", host, err)
		}
	}
}

func TestAttack08Ports(t *testing.T) {
	noProxy(t)
	c := New(Options{HostInterval: -1})
	for _, port := range []string{"22", "25", "6379", "8080", "65535"} {
		_, err := c.Poll(t.Context(), "http://93.184.216.34:"+port+"/", Validators{})
		if reasonOf(err) != Blocked {
			t.Errorf("port %s: %v, want it refused", port, err)
		}
	}
}

func TestGuardAllowsNetworks(t *testing.T) {
	noProxy(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, tinyFeed) }))
	defer server.Close()
	if _, err := New(Options{}).Poll(t.Context(), server.URL, Validators{}); reasonOf(err) != Blocked {
		t.Errorf("without leave: %v, want it refused", err)
	}
	c := New(Options{HostInterval: -1, Allow: loopback})
	defer c.Close()
	if _, err := c.Poll(t.Context(), server.URL, Validators{}); err != nil {
		t.Errorf("with leave, and on another port: %v", err)
	}
	if _, err := c.Poll(t.Context(), "http://[::1]/", Validators{}); reasonOf(err) != Blocked {
		t.Errorf("a network that is not in the list: %v, want it refused", err)
	}
}

// The guard sees each hop and robots.txt too, not only the address that was asked for.
func TestAttack05RedirectsInside(t *testing.T) {
	noProxy(t)
	var target string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", target)
		w.WriteHeader(http.StatusFound)
	}))
	defer server.Close()
	c := New(Options{HostInterval: -1, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	defer c.Close()
	for _, target = range []string{"http://127.0.0.2/", "http://169.254.169.254/latest", "http://[::ffff:10.0.0.1]/", "http://10.0.0.1:22/"} {
		if _, err := c.Poll(t.Context(), server.URL, Validators{}); reasonOf(err) != Blocked {
			t.Errorf("redirect to %s: %v, want it refused", target, err)
		}
	}
	if _, err := c.Page(t.Context(), "http://127.0.0.2/page"); reasonOf(err) != Blocked {
		t.Errorf("a page on a private address: %v, want it refused", err)
	}
}

// proxied is a proxy on loopback, and a client whose environment names it.
func proxied(t *testing.T) (c *Client, seen *[]string) {
	noProxy(t)
	seen = new([]string)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*seen = append(*seen, r.RequestURI)
		if strings.HasSuffix(r.URL.Path, "/inside") {
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
			return
		}
		fmt.Fprint(w, tinyFeed)
	}))
	t.Cleanup(proxy.Close)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("NO_PROXY", "direct.invalid")
	c = New(Options{HostInterval: -1})
	t.Cleanup(c.Close)
	return c, seen
}

// The operator's proxy may live anywhere; it was chosen by the operator and not by a feed.
func TestProxyIsExempt(t *testing.T) {
	c, seen := proxied(t)
	f, err := c.Poll(t.Context(), "http://news.invalid/feed", Validators{})
	if err != nil || f.URL != "http://news.invalid/feed" {
		t.Fatalf("through the proxy: %+v, %v", f, err)
	}
	if want := []string{"http://news.invalid/feed"}; !slices.Equal(*seen, want) {
		t.Errorf("the proxy saw %q, want %q", *seen, want)
	}
	if _, err := c.Poll(t.Context(), "http://direct.invalid/", Validators{}); reasonOf(err) != DNS {
		t.Errorf("a host in NO_PROXY: %v, want its own look-up to fail", err)
	}
}

// What a proxy would dial for us is judged by its text.
func TestAttack10ProxyIsNoWayAroundTheGuard(t *testing.T) {
	c, seen := proxied(t)
	for _, addr := range []string{
		"http://10.0.0.1/", "http://[fd00::1]/", "http://127.0.0.1/", "http://localhost/", "http://localhost./", "http://x.localhost/",
		"http://127.1/", "http://0x7f000001/", "http://2130706433/", "http://news.invalid:22/", "http://news.invalid/inside",
	} {
		before := len(*seen)
		if _, err := c.Poll(t.Context(), addr, Validators{}); reasonOf(err) != Blocked && reasonOf(err) != DNS {
			t.Errorf("%s: %v, want it refused", addr, err)
		}
		if asked := (*seen)[before:]; len(asked) > 0 && asked[len(asked)-1] != "http://news.invalid/inside" {
			t.Errorf("%s: the proxy was asked for %q", addr, asked)
		}
	}
}

// A feed that names the proxy's own address gets no unguarded connection to it.
func TestAttack10ProxyIsNoTarget(t *testing.T) {
	noProxy(t)
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked.Add(1) }))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	if _, err := New(Options{}).Poll(t.Context(), proxy.URL+"/admin", Validators{}); reasonOf(err) != Blocked {
		t.Errorf("%v, want it refused", err)
	}
	if asked.Load() != 0 {
		t.Error("the proxy was asked for its own page")
	}
}

func TestTidyURL(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"http://Example.ORG", "http://example.org/"},
		{"https://bücher.example:8443/x", "https://xn--bcher-kva.example:8443/x"},
		{"http://example.org/?a b", "http://example.org/?a%20b"},
		{"http://example.org/%7E", "http://example.org/%7E"},
		{"http://[2001:DB8::1]/", "http://[2001:db8::1]/"},
	} {
		u, err := parseURL(c.in)
		if err != nil || u.String() != c.want {
			t.Errorf("parseURL(%q) = %v, %v; want %q", c.in, u, err, c.want)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	for _, s := range []string{"http://example.org/a?b#c", "http://u:p@h/", "http://bücher.example/ü?ü", "http://[::1]:80/", "//x", "http://a b/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if u, err := parseURL(s); err == nil {
			onTheWire(t, s, u)
		}
	})
}

// FuzzRedirect: wherever a server points, what is asked for next is an address like any other.
func FuzzRedirect(f *testing.F) {
	for _, s := range []string{"/a", "../b?c d#e", "//other.example", "?q=ü", "http://u:p@h/", "file:///etc/passwd", "http://127.1/", "\\\\h\\a", "http://ⓛocalhost/", "%zz"} {
		f.Add("http://news.example/x/feed?a=b", s)
	}
	f.Fuzz(func(t *testing.T, from, location string) {
		at, err := parseURL(from)
		if err != nil {
			return
		}
		j := &journey{at: at, most: 5}
		if err := j.follow(&answer{status: http.StatusFound, header: header("Location", location)}); err == nil {
			onTheWire(t, from+" to "+location, j.at)
		}
	})
}

// onTheWire checks that what is asked for is one line of ASCII without a user name, and that reading it again changes nothing.
func onTheWire(t *testing.T, s string, u *url.URL) {
	t.Helper()
	line := u.String()
	if strings.ContainsFunc(line, func(r rune) bool { return r <= ' ' || r > '~' }) || u.User != nil || u.Fragment != "" || u.Scheme != "http" && u.Scheme != "https" {
		t.Errorf("%q becomes %q", s, line)
	}
	if len(line) > maxURL {
		return // escaping has made it longer than what would be read
	}
	if again, err := parseURL(line); err != nil || again.String() != line {
		t.Errorf("%q becomes %q, read again %v, %v", s, line, again, err)
	}
}

func TestHost(t *testing.T) {
	for address, want := range map[string]string{
		"HTTPS://News.Example:8443/a": "news.example", "http://bücher.example/": "xn--bcher-kva.example", "mailto:a@b.example": "", "": "",
	} {
		if got := Host(address); got != want {
			t.Errorf("Host(%q) = %q, want %q", address, got, want)
		}
	}
}
