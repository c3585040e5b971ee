package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
	"golang.org/x/net/http/httpproxy"
	"golang.org/x/net/idna"
)

// errBlocked marks an address that is refused before anything is dialled.
var errBlocked = errors.New("not a public web address")

// maxURL bounds an address, in bytes. Servers refuse longer ones with a 414.
const maxURL = 8 << 10

// routes are the two ways out: straight to the server past the guard, or to the operator's proxy. They are two
// transports because only what dials a proxy may be unguarded: a feed that names the proxy's own address gets no
// connection to it.
type routes struct {
	direct, proxied *http.Transport
	proxy           func(*url.URL) (*url.URL, error)
	guard           guard
}

// newRoutes reads the proxy from the environment, unless the options bring their own dialer.
func newRoutes(o Options) routes {
	g := guard{public: ssrf.New(), allow: o.Allow}
	if o.Dial != nil {
		none := func(*url.URL) (*url.URL, error) { return nil, nil }
		return routes{direct: transport(one(o.Dial), o.Limits), proxied: transport(o.Dial, o.Limits), proxy: none, guard: g}
	}
	r := routes{direct: transport(one(g.dialer().DialContext), o.Limits), proxied: transport(new(net.Dialer).DialContext, o.Limits), guard: g}
	r.proxy = httpproxy.FromEnvironment().ProxyFunc()
	r.proxied.Proxy = func(req *http.Request) (*url.URL, error) { return r.proxy(req.URL) }
	return r
}

// dial is what net.Dialer.DialContext is.
type dial func(ctx context.Context, network, addr string) (net.Conn, error)

// one keeps each host to one connection. The transport keeps connections by scheme and port, and its dials outlive the
// request that asked for them; so what was dialled is shown to the request's turn.
func one(d dial) dial {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := d(ctx, network, addr)
		t, ok := ctx.Value(turnKey{}).(*turn)
		if err != nil || !ok {
			return conn, err
		}
		held, err := t.arrive(conn)
		if err != nil {
			conn.Close()
			return nil, err
		}
		return held, nil
	}
}

// turnKey is under what a context carries a turn to the dialer.
type turnKey struct{}

func (t *turn) with(ctx context.Context) context.Context { return context.WithValue(ctx, turnKey{}, t) }

// transport is net/http's with limits on every stage, and without what it would add by itself.
func transport(d dial, l Limits) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, l.Connect)
			defer cancel()
			return d(ctx, network, addr)
		},
		TLSHandshakeTimeout:    l.TLS,
		ResponseHeaderTimeout:  l.Headers,
		MaxResponseHeaderBytes: l.Header,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // readBody does it, within the limit on the body
		MaxIdleConns:           256,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        idleTimeout,
		ExpectContinueTimeout:  time.Second,
		WriteBufferSize:        1 << 10, // a request fits; the defaults of 4 KiB would be a quarter of what a
		ReadBufferSize:         2 << 10, // feed that is under way takes
	}
}

// pick chooses the way to an address.
func (r routes) pick(u *url.URL) (*http.Transport, error) {
	p, err := r.proxy(u)
	if err != nil {
		return nil, fmt.Errorf("the proxy of the environment: %w", err)
	}
	if p == nil {
		return r.direct, nil
	}
	return r.proxied, r.guard.named(u)
}

func (r routes) close() {
	r.direct.CloseIdleConnections()
	r.proxied.CloseIdleConnections()
}

// guard says which addresses may be dialled: public ones on the web's ports, and what the operator allows.
type guard struct {
	public *ssrf.Guardian
	allow  []netip.Prefix
}

// dialer makes connections past the guard.
func (g guard) dialer() *net.Dialer { return &net.Dialer{Control: g.control} }

// control sees the address that a name resolved to, just before the connection, so that neither a redirect nor a
// name that resolves otherwise the second time gets past it.
func (g guard) control(network, address string, c syscall.RawConn) error {
	if ap, err := netip.ParseAddrPort(address); err == nil && g.allowed(ap.Addr()) {
		return nil
	}
	return g.public.Safe(network, address, c)
}

func (g guard) allowed(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	for _, p := range g.allow {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// named judges an address that a proxy would resolve, by what its text shows. It can't see where a name leads; the
// proxy has to.
func (g guard) named(u *url.URL) error {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	ip, err := netip.ParseAddr(host)
	switch {
	case err == nil && g.allowed(ip):
		return nil
	case u.Port() != "" && u.Port() != "80" && u.Port() != "443":
		return fmt.Errorf("%w: port %s", errBlocked, u.Port())
	case err == nil:
		return g.public.SafeAddr(ip)
	case isNumeric(host):
		return fmt.Errorf("%w: host %q", errBlocked, host)
	case host == "localhost" || strings.HasSuffix(host, ".localhost"):
		return fmt.Errorf("%w: host %q", errBlocked, host)
	}
	return nil
}

// isNumeric tells hosts such as 127.1, 0x7f.1 and 2130706433, which some resolvers read as an IPv4 address (the URL
// standard does so too: whatever ends in a number).
func isNumeric(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if hex, ok := strings.CutPrefix(last, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}

// parseURL reads an address that is to be requested. The fragment is dropped, it is the reader's business.
func parseURL(s string) (*url.URL, error) {
	if len(s) > maxURL {
		return nil, fmt.Errorf("longer than %d bytes", maxURL)
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, errors.New("can't be read as an address") // the cause would print a password
	}
	return u, tidyURL(u)
}

// Host is the host of an address as [Error.Host] names it, in lower case and ASCII; empty for what can't be requested.
func Host(address string) string {
	u, err := parseURL(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// tidyURL refuses what no feed or page has, and writes the rest as it goes on the wire.
func tidyURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("scheme %q: must be http or https", u.Scheme)
	case u.Hostname() == "":
		return errors.New("names no host")
	case u.User != nil:
		return errors.New("carries a user name")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return fmt.Errorf("port %q: must be from 1 to 65535", port)
		}
	}
	if err := asciiHost(u); err != nil {
		return err
	}
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = escapeQuery(u.RawQuery)
	if u.Path == "" {
		u.Path = "/"
	}
	return nil
}

// asciiHost writes an international name in its ASCII form, so that one host has one queue.
func asciiHost(u *url.URL) error {
	host := u.Hostname()
	if !strings.ContainsFunc(host, func(r rune) bool { return r > '~' }) {
		u.Host = strings.ToLower(u.Host)
		return nil
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return fmt.Errorf("host %q: is no name", host)
	}
	if port := u.Port(); port != "" {
		ascii = net.JoinHostPort(ascii, port)
	}
	u.Host = ascii
	return nil
}

// escapeQuery does to a query what net/url does to a path by itself: bytes that may not stand in a request line are
// percent-encoded, and nothing else is touched.
func escapeQuery(q string) string {
	if !strings.ContainsFunc(q, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return q
	}
	var b strings.Builder
	for i := range len(q) {
		if q[i] <= ' ' || q[i] > '~' {
			fmt.Fprintf(&b, "%%%02X", q[i])
		} else {
			b.WriteByte(q[i])
		}
	}
	return b.String()
}

// isWeb tells addresses that can be requested from all others, such as javascript: and mailto:.
func isWeb(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}
