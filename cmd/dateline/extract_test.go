package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"dateline/config"
	"dateline/storage"
)

func TestAgencyOf(t *testing.T) {
	cfg := &config.Config{Agencies: []config.Agency{
		{ID: "wire", Feeds: []string{"https://feeds.example/wire", "https://news.example/wire"}},
		{ID: "news", Home: "https://www.news.example/", Feeds: []string{"https://feeds.example/news"}},
		{ID: "bare"},
	}}
	for address, want := range map[string]string{
		"https://news.example/a/1":      "news", // a home goes before another agency's feed
		"http://WWW.NEWS.example/a/1":   "news",
		"https://feeds.example/x":       "wire", // of two, the first
		"https://sub.news.example/a/1":  "",
		"https://news.example:8443/a/1": "",
		"":                              "",
		"page.html":                     "",
		"http://[broken":                "",
	} {
		got, _ := agencyOf(cfg, address)
		if got.ID != want {
			t.Errorf("%q is of %q, want %q", address, got.ID, want)
		}
	}
}

// TestExtractionKeys holds the keys of `extract` to those of a record, in its order.
func TestExtractionKeys(t *testing.T) {
	full := storage.Record{
		ID: "x", URL: "u", Agency: storage.Agency{ID: "a"}, Title: "t", Text: "b", Revision: 1, Partial: "p",
		Tags: []string{"g"}, License: &storage.License{SPDX: "CC0-1.0"},
	}
	want, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(extraction{ID: full.ID, URL: full.URL, Agency: &full.Agency, Record: full})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
	if empty, _ := json.Marshal(extraction{}); string(empty) != "{}" {
		t.Errorf("nothing gives %s", empty)
	}
}

func TestDecodeHTML(t *testing.T) {
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte("<p>سلام</p>"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, in, want string }{
		{"utf-8", "<p>é سلام</p>", "<p>é سلام</p>"},
		{"utf-8 that calls itself latin", `<meta charset="latin1"><p>é</p>`, `<meta charset="latin1"><p>é</p>`},
		{"latin", "<meta charset=\"iso-8859-1\"><p>\xe9</p>", `<meta charset="iso-8859-1"><p>é</p>`},
		{"arabic", "<meta charset=\"windows-1256\"><p>\xd3\xe1\xc7\xe3</p>", `<meta charset="windows-1256"><p>سلام</p>`},
		{"utf-8 with a mark", "\ufeff<p>é</p>", "<p>é</p>"},
		{"utf-16", string(utf16), "<p>سلام</p>"},
		{"nothing said", "<p>\xe9</p>", "<p>é</p>"},
	} {
		got, err := decodeHTML([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
}

// FuzzDecodeHTML checks that whatever bytes come, UTF-8 leaves, and that UTF-8 is not touched.
func FuzzDecodeHTML(f *testing.F) {
	for _, s := range []string{"", "<p>é</p>", "\xff\xfe<\x00", "\x1b$B", "<meta charset=utf-7>\xff", "<meta charset=gb18030>\x81\x30\x81", "\x00\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := decodeHTML(b)
		if err != nil {
			return
		}
		if !utf8.Valid(got) {
			t.Errorf("%q became %q", b, got)
		}
		if utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 && !bytes.Equal(got, bytes.TrimPrefix(b, []byte("\ufeff"))) {
			t.Errorf("%q was touched: %q", b, got)
		}
	})
}
