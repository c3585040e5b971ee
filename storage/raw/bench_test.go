package raw

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// benchPage is a page of some 100 KB, as repetitive as pages are.
func benchPage() []byte {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html><head><title>News</title></head><body>")
	for i := 0; b.Len() < 100_000; i++ {
		fmt.Fprintf(&b, `<div class="item item-%d"><h2><a href="/news/%d/slug-of-item-%x">Title %x of a story</a></h2><p>It was said on day %d that %x and %x.</p></div>`,
			i%7, 4_000_000+i*37, i*7919, i*104729, i%31, i*15485863, i*32452843)
	}
	return []byte(b.String())
}

// BenchmarkAppend keeps a page of 100 KB; the floor is html.Parse of the same page, in the same run.
func BenchmarkAppend(b *testing.B) {
	page := benchPage()
	b.Run("plain", func(b *testing.B) { benchAppend(b, page, nil) })
	b.Run("coded", func(b *testing.B) { benchAppend(b, page[:20_000], []string{"gzip"}) })
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			if _, err := html.Parse(bytes.NewReader(page)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func benchAppend(b *testing.B, body []byte, coding []string) {
	s, err := Open(b.Context(), b.TempDir(), openMemory(b), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	x := Exchange{Kind: "page", URL: "http://a.example/1", Start: rawDay, Status: 200, Body: body, Header: map[string][]string{"Content-Encoding": coding}}
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, _, err := s.Append(x, "subject"); err != nil {
			b.Fatal(err)
		}
	}
}
