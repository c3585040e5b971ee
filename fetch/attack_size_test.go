package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode/utf32"

	"dateline/fetch/fetchtest"
)

// coded puts a text through a coder.
func coded(t *testing.T, text string, coder func(io.Writer) (io.WriteCloser, error)) string {
	t.Helper()
	var b bytes.Buffer
	w, err := coder(&b)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func byGzip(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestSpeed) }
func byBrotli(w io.Writer) (io.WriteCloser, error) {
	return brotli.NewWriterLevel(w, brotli.BestSpeed), nil
}
func byZstd(w io.Writer) (io.WriteCloser, error)  { return zstd.NewWriter(w) }
func byZlib(w io.Writer) (io.WriteCloser, error)  { return zlib.NewWriter(w), nil }
func byFlate(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 6) }

// serveBody asks for a feed and a page that are served with these bytes, and gives the two errors.
func serveBody(t *testing.T, body, coding, kind string) (feed, page error) {
	t.Helper()
	web := fetchtest.New(t, "")
	web.Handle("news.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", kind)
		if coding != "" {
			w.Header().Set("Content-Encoding", coding)
		}
		io.WriteString(w, body)
	}))
	c := New(Options{HostInterval: -1, Dial: web.Dial})
	t.Cleanup(c.Close)
	_, feed = c.Poll(t.Context(), "http://news.example/feed", Validators{})
	_, page = c.Page(t.Context(), "http://news.example/page")
	return feed, page
}

// Every coding that is offered is read, and one that is not but is common.
func TestManner37Codings(t *testing.T) {
	for coding, body := range map[string]string{
		"gzip": coded(t, tinyFeed, byGzip), "br": coded(t, tinyFeed, byBrotli), "zstd": coded(t, tinyFeed, byZstd),
		"deflate": coded(t, tinyFeed, byZlib), "Deflate": coded(t, tinyFeed, byFlate), "identity": tinyFeed,
	} {
		if err, _ := serveBody(t, body, coding, "application/rss+xml"); err != nil {
			t.Errorf("%s: %v", coding, err)
		}
	}
	for coding, body := range map[string]string{
		"br": coded(t, tinyFeed, byBrotli)[:40], "zstd": coded(t, tinyFeed, byZstd)[:40], "deflate": coded(t, tinyFeed, byZlib)[:40],
		"gzip, br": coded(t, coded(t, tinyFeed, byGzip), byBrotli), "compress": "x", "br,": "x",
	} {
		if err, _ := serveBody(t, body, coding, "application/rss+xml"); reasonOf(err) != Broken {
			t.Errorf("%s, damaged: %v, want %q", coding, err, Broken)
		}
	}
}

// A bomb is stopped at the first limit that it meets, long before it has the size that it would like to have.
func TestAttack13Bombs(t *testing.T) {
	const size = 12 << 20 // more than any limit; a larger one would only cost the test its time
	zeros := strings.Repeat("\x00", size)
	gzipBomb := coded(t, zeros, byGzip)
	for _, c := range []struct{ name, coding, body string }{
		{"gzip", "gzip", gzipBomb},
		{"gzip in gzip", "gzip", coded(t, gzipBomb, byGzip)},
		{"gzip in gzip, both named", "gzip, gzip", coded(t, gzipBomb, byGzip)},
		{"gzip that nobody named", "", gzipBomb},
		{"1,000 gzip members", "gzip", strings.Repeat(coded(t, strings.Repeat(" ", 1000), byGzip), 1000)},
		{"100,000 empty gzip members", "gzip", strings.Repeat(coded(t, "", byGzip), 100000)},
		{"brotli", "br", coded(t, zeros, byBrotli)},
		{"zstd", "zstd", coded(t, zeros, byZstd)},
		{"zstd with a window of 2 GiB", "zstd", "\x28\xb5\x2f\xfd\x00\xa8" + "\x01\x00\x00"},
		{"deflate", "deflate", coded(t, zeros, byZlib)},
		{"text of one letter", "gzip", coded(t, strings.Repeat("a", size), byGzip)},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			feed, page := serveBody(t, c.body, c.coding, "text/html")
			runtime.ReadMemStats(&after)
			for _, err := range []error{feed, page} {
				if r := reasonOf(err); r != TooLarge && r != Broken && r != NotFeed && r != NotHTML {
					t.Errorf("%v, want it stopped", err)
				}
			}
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 96 { // all that was ever allocated, with the copies of a slice that grows
				t.Errorf("took %d MB of memory", used)
			}
		})
	}
}

// Text that compresses well is no bomb: neither blanks up to a MiB, nor a feed that repeats itself far beyond it.
func TestRatioSparesFeeds(t *testing.T) {
	var b strings.Builder
	b.WriteString(strings.TrimSuffix(tinyFeed, "</channel></rss>"))
	for i := range 30000 {
		fmt.Fprintf(&b, "<item><title>The same headline</title><link>/%d</link><description>The same words again</description></item>", i)
	}
	b.WriteString("</channel></rss>")
	for name, text := range map[string]string{"blanks": tinyFeed + strings.Repeat(" ", 1<<20-len(tinyFeed)), "the same again": b.String()} {
		if err, _ := serveBody(t, coded(t, text, byGzip), "gzip", "application/rss+xml"); err != nil {
			t.Errorf("%s, %d bytes: %v", name, len(text), err)
		}
	}
}

// A body that grows as it is decoded meets the limit again.
func TestAttack27CharsetExpansion(t *testing.T) {
	quotes := "<html>" + strings.Repeat("€", 3<<20)
	single := encode(t, charmap.Windows1252.NewEncoder(), quotes)
	if _, err := serveBody(t, single, "", "text/html; charset=windows-1252"); reasonOf(err) != TooLarge {
		t.Errorf("3 MiB that are 9 in UTF-8: %v, want %q", err, TooLarge)
	}
	wide := "\xff\xfe\x00\x00" + encode(t, utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM).NewEncoder(), "<html>"+strings.Repeat("a", 500<<10))
	if _, err := serveBody(t, wide, "", "text/html"); err != nil && reasonOf(err) != TooLarge {
		t.Errorf("UTF-32: %v", err)
	}
	for _, charset := range []string{"utf-7", "iso-2022-jp", "iso-2022-kr", "hz-gb-2312", "x-user-defined"} {
		_, err := serveBody(t, "<html>"+strings.Repeat("\x1b$B+ADw-", 300<<10), "", "text/html; charset="+charset)
		if err != nil && reasonOf(err) != TooLarge && reasonOf(err) != NotHTML {
			t.Errorf("%s: %v", charset, err)
		}
	}
}

// Of a robots.txt that is 50 MB long 500 KiB are read; of one that is noise, the lines that can be.
func TestAttack49Robots(t *testing.T) {
	noise := make([]byte, 1<<20)
	for i := range noise {
		noise[i] = byte(i * 7919 >> 3)
	}
	for name, c := range map[string]struct {
		robots string
		want   Reason
	}{
		"forbids at its head": {"User-agent: *\nDisallow: /\n" + strings.Repeat("# x\n", 12<<20), Robots},
		"forbids at its end":  {strings.Repeat("# x\n", 12<<20) + "User-agent: *\nDisallow: /\n", ""},
		"a rule without end":  {"User-agent: *\nDisallow: /" + strings.Repeat("*a", 25<<20), ""},
		"noise":               {string(noise), ""},
	} {
		web := fetchtest.New(t, "")
		web.Handle("news.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				io.WriteString(w, c.robots)
				return
			}
			fmt.Fprint(w, "<html>text")
		}))
		client := New(Options{HostInterval: -1, Dial: web.Dial})
		if _, err := client.Page(t.Context(), "http://news.example/page"); reasonOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		client.Close()
	}
}
