package fetch

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"dateline/fetch/fetchtest"
)

// servePage asks for a page that is served just so.
func servePage(t *testing.T, status int, body string, header ...string) (Page, error) {
	t.Helper()
	web := fetchtest.New(t, "")
	web.Handle("news.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header()["Content-Type"] = nil // no sniffing on the server's side
		for i := 0; i < len(header); i += 2 {
			w.Header().Add(header[i], header[i+1])
		}
		w.WriteHeader(status)
		w.Write([]byte(body))
	}))
	c := New(Options{HostInterval: -1, Dial: web.Dial, MaxBody: 64 << 10})
	t.Cleanup(c.Close)
	return c.Page(t.Context(), "http://news.example/a")
}

func TestPageTypes(t *testing.T) {
	const page = "<!DOCTYPE html><title>T</title><p>text"
	for _, c := range []struct {
		kind, body string
		want       Reason
	}{
		{"text/html", page, ""},
		{"TEXT/HTML;charset", page, ""}, // a parameter that can't be read takes nothing from the type
		{"application/xhtml+xml", page, ""},
		{"application/xml", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>`, ""},
		{"", page, ""},
		{"", "\n  <html><body>text", ""},
		{"text/xml", "<rss version='2.0'/>", NotHTML},
		{"text/plain", page, NotHTML},
		{"application/pdf", "%PDF-1.7", NotHTML},
		{"image/jpeg", "\xff\xd8\xff", NotHTML},
		{"", "%PDF-1.7 …", NotHTML},
		{"", "just words", NotHTML},
		{"text/html", "", Empty},
		{"text/html", " \n ", Empty},
		{"text/html", strings.Repeat("x", 65<<10), TooLarge},
	} {
		header := []string{"Content-Type", c.kind}
		if c.kind == "" {
			header = nil
		}
		if _, err := servePage(t, 200, c.body, header...); reasonOf(err) != c.want || err != nil && c.want == "" {
			t.Errorf("%q, %.20q: %v, want reason %q", c.kind, c.body, err, c.want)
		}
	}
}

func TestPageStatuses(t *testing.T) {
	for status, want := range map[int]Reason{203: "", 204: Empty, 206: Status, 304: Status, 401: Denied, 404: NotFound, 410: Gone, 429: RateLimited, 503: ServerError} {
		body := "<html>sorry"
		if status == 204 || status == 304 {
			body = ""
		}
		_, err := servePage(t, status, body, "Content-Type", "text/html", "Retry-After", "60")
		if reasonOf(err) != want || err != nil && want == "" {
			t.Errorf("status %d: %v, want reason %q", status, err, want)
		}
	}
}

func encode(t *testing.T, enc interface {
	String(string) (string, error)
}, s string) string {
	t.Helper()
	out, err := enc.String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPageCharset(t *testing.T) {
	const persian = "<html><p>خبرگزاری مهر – تهران</p>"
	const accents = "<html><p>Le Conseil d’État à Paris</p>"
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()
	for _, c := range []struct{ name, kind, body, want string }{
		{"UTF-8 without a word", "text/html", persian, persian},
		{"UTF-8 beats a lying header", "text/html; charset=windows-1256", persian, persian},
		{"UTF-8 beats a lying meta", "text/html", `<meta charset="iso-8859-1">` + persian, `<meta charset="iso-8859-1">` + persian},
		{"a byte order mark", "text/html; charset=iso-8859-1", "\ufeff" + persian, persian},
		{"UTF-16 by its mark", "text/html", encode(t, utf16, persian), persian},
		{"UTF-16 by the header", "text/html; charset=utf-16le", encode(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder(), persian), persian},
		{"the header", "text/html; charset=windows-1252", encode(t, charmap.Windows1252.NewEncoder(), accents), accents},
		{"the meta element", "text/html", `<meta charset=windows-1252>` + encode(t, charmap.Windows1252.NewEncoder(), accents), `<meta charset=windows-1252>` + accents},
		{"Arabic", "text/html; charset=windows-1256", encode(t, charmap.Windows1256.NewEncoder(), "<p>وكالة مهر"), "<p>وكالة مهر"},
		{"Japanese with escapes", "text/html; charset=iso-2022-jp", encode(t, japanese.ISO2022JP.NewEncoder(), "<p>共同通信"), "<p>共同通信"},
		{"nothing but a guess", "text/html", encode(t, charmap.Windows1252.NewEncoder(), accents), accents},
		{"one bad byte in UTF-8", "text/html; charset=utf-8", "<p>a\xffb", "<p>a\uFFFDb"},
		{"a charset that is none", "text/html; charset=klingon", "<p>a\x92b", "<p>a’b"},
	} {
		p, err := servePage(t, 200, c.body, "Content-Type", c.kind)
		if err != nil || string(p.HTML) != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, p.HTML, err, c.want)
		}
	}
}

func TestPageKeepsTheHeadersOfRights(t *testing.T) {
	p, err := servePage(t, 200, "<html>", "Content-Type", "text/html", "X-Robots-Tag", "noai", "X-Robots-Tag", "noimageai",
		"Tdm-Reservation", "1", "tdm-policy", "https://news.example/tdm", "Content-Language", "fa", "Link", `<https://x>; rel="license"`,
		"Set-Cookie", "a=b", "Content-Usage", "train-ai=n")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(p.Header); n != 6 {
		t.Errorf("headers = %v, want six", p.Header)
	}
	if v := p.Header["X-Robots-Tag"]; len(v) != 2 || v[0] != "noai" {
		t.Errorf("X-Robots-Tag = %q, want both", v)
	}
	if v := p.Header["Tdm-Policy"]; len(v) != 1 {
		t.Errorf("Tdm-Policy = %q, want it under its canonical name", v)
	}
}
