package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestErrorNamesItsURLOnce(t *testing.T) {
	for _, c := range []struct {
		err  *Error
		want string
	}{
		{fail("http://h/a", Empty, nil), `"http://h/a": empty`},
		{fail("", NotFeed, errors.New("an HTML page")), "not-a-feed: an HTML page"},
		{&Error{Reason: NotFound, URL: "http://h/a", Status: 404}, `"http://h/a": not-found (HTTP 404)`},
		{fail("http://h/a", NotHTML, errors.New(`content type "image/png"`)), `"http://h/a": not-html: content type "image/png"`},
		{fail("http://user:secret@h/a", BadURL, nil), `"http://…@h/a": bad-url`},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("Error() = %s, want %s", got, c.want)
		}
	}
}

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"http://h/":                       "http://h/",
		"http://u@h/":                     "http://…@h/",
		"http://u:p@h/a@b":                "http://…@h/a@b",
		"http://u:p@q@h/":                 "http://…@h/",
		"http://u:p%zz@h/":                "http://…@h/",
		"http://news.example/@name":       "http://news.example/@name",
		"http://news.example?mail=a@b.c":  "http://news.example?mail=a@b.c",
		"mailto:desk@example.org":         "mailto:desk@example.org",
		"//u:p@h":                         "//…@h",
		"":                                "",
		"http://":                         "http://",
		"http://u:p@h\\@127.0.0.1/":       "http://…@h\\@127.0.0.1/",
		"http://example.com@127.0.0.1/#x": "http://…@127.0.0.1/#x",
		"http://h/?a=1&Token=x&b=2#token": "http://h/?a=1&Token=…&b=2#token",
		"http://u:p@h/?api_key=x;sig=y":   "http://…@h/?api_key=…;sig=…",
		"http://h/?token&key=1&tokens=2":  "http://h/?token&key=1&tokens=2",
	} {
		if got := Redact(in); got != want {
			t.Errorf("Redact(%q) = %q, want %q", in, got, want)
		}
	}
}

// Real faults of real connections, each in the one word that tells the operator where to look.
func TestReasonsOfConnections(t *testing.T) {
	noProxy(t)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	refusing, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusing.Close()
	c := New(Options{HostInterval: -1, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	defer c.Close()
	for addr, want := range map[string]Reason{
		secure.URL: TLS, // nobody vouches for its certificate
		"https" + strings.TrimPrefix(plain.URL, "http"): TLS,
		"http://" + refusing.Addr().String() + "/":      Connect,
		"http://nothing.invalid/":                       DNS,
		plain.URL:                                       NotFound,
	} {
		if _, err := c.Poll(t.Context(), addr, Validators{}); reasonOf(err) != want {
			t.Errorf("%s: %v, want reason %q", addr, err, want)
		}
	}
}

func TestReason(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	for _, c := range []struct {
		err  error
		want Reason
	}{
		{context.DeadlineExceeded, Timeout},
		{dial(context.DeadlineExceeded), Timeout},
		{&net.DNSError{IsNotFound: true}, DNS},
		{dial(&net.DNSError{IsNotFound: true}), DNS},
		{&net.DNSError{IsTimeout: true}, Timeout},
		{dial(errors.New("connection refused")), Connect},
		{&net.OpError{Op: "proxyconnect", Err: errors.New("refused")}, Connect},
		{&net.OpError{Op: "read", Err: errors.New("connection reset by peer")}, Broken},
		{dial(fmt.Errorf("%w: port 22", errBlocked)), Blocked},
		{&tls.CertificateVerificationError{Err: errors.New("expired")}, TLS},
		{fmt.Errorf("%w: more than 5 bytes", errTooLarge), TooLarge},
		{errors.New("malformed HTTP response"), Broken},
	} {
		if got := reason(c.err); got != c.want {
			t.Errorf("reason(%v) = %q, want %q", c.err, got, c.want)
		}
	}
}

func TestExplainKeepsTheCallersContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("shutting down"))
	err := explain(ctx, "http://u:p@h/", &Error{Reason: Timeout})
	if !errors.Is(err, context.Canceled) || reasonOf(err) != "" || strings.Contains(err.Error(), "u:p") {
		t.Errorf("error = %v, want context.Canceled and nothing else", err)
	}
	known := &Error{Reason: RobotsDown, RetryAfter: time.Hour, Err: errors.New("x")}
	var e *Error
	if err := explain(t.Context(), "http://h/", known); !errors.As(err, &e) || e.URL != "http://h/" || e.RetryAfter != time.Hour {
		t.Errorf("error = %+v, want the address added", e)
	}
	if known.URL != "" {
		t.Error("a shared error was changed")
	}
}
