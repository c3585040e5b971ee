package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/config"
	"dateline/fetch"
)

func TestReadDocument(t *testing.T) {
	cfg := &config.Config{Fetch: fetch.Options{MaxBody: 10}}
	file := filepath.Join(t.TempDir(), "page.html")
	for _, c := range []struct{ content, wrong string }{
		{"0123456789", ""}, // as large as is allowed
		{"0123456789a", "larger than 10 bytes"},
		{"", "empty"},
		{" \n\t ", "empty"},
	} {
		if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, arg := range []string{file, "-"} {
			a := newApp(strings.NewReader(c.content), io.Discard, io.Discard)
			b, err := a.readDocument(t.Context(), cfg, arg)
			switch {
			case c.wrong == "" && (err != nil || string(b) != c.content):
				t.Errorf("%q from %s: %q, %v", c.content, arg, b, err)
			case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong) || strings.Count(err.Error(), arg) != 1):
				t.Errorf("%q from %s: error %v, want %q", c.content, arg, err, c.wrong)
			}
		}
	}
}

// TestReadDocumentSilent interrupts the wait for a pipe that nobody writes to.
func TestReadDocumentSilent(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newApp(r, io.Discard, io.Discard).readDocument(ctx, &config.Config{Fetch: fetch.Options{MaxBody: 10}}, "-")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestIsURL(t *testing.T) {
	for arg, want := range map[string]bool{
		"http://a.example/x": true, "https://a.example": true,
		"HTTPS://a.example/": true, "page.html": false, "-": false, "ftp://a.example": false, "./https://x": false, "httpd.html": false,
	} {
		if isURL(arg) != want {
			t.Errorf("%q: %v", arg, !want)
		}
	}
}

func TestIsHost(t *testing.T) {
	for arg, want := range map[string]bool{
		"apnews.com": true, "www.bbc.co.uk/news": true, "Tasnimnews.IR": true,
		"page.html": false, "feed.xml": false, "lists/reader.opml": false, "com": false, "-": false, "": false, "/apnews.com": false,
	} {
		if isHost(arg) != want {
			t.Errorf("%q: %v", arg, !want)
		}
	}
}
