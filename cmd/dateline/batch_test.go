package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bells is a page with an article.
const bells = `<html lang="en"><title>Bells %[1]d</title><article><p>The bells of both banks rang on Saturday when bridge number %[1]d was opened, four years after the old one had been closed to carts.</p></article>`

// TestBatchOrder: the lines leave in the order of the list, whichever page is done first, gzip by name or by its bytes.
func TestBatchOrder(t *testing.T) {
	dir := t.TempDir()
	var list, want strings.Builder
	for i := range 200 {
		page := fmt.Appendf(nil, bells, i)
		if i%7 == 0 { // takes longer than those behind it
			page = append(page, strings.Repeat("<p>And so on, as before.</p>", 300)...)
		}
		name := fmt.Sprintf("%d.html", i)
		if i%3 == 0 {
			page = packed(t, page)
		}
		if i%6 == 0 {
			name += ".gz"
		}
		if err := os.WriteFile(filepath.Join(dir, name), page, 0o600); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&list, "{\"id\":\"p%d\",\"file\":%q}\n", i, name)
		fmt.Fprintf(&want, "p%d Bells %d\n", i, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "list"), []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, diag bytes.Buffer
	if code := dateline([]string{"extract", "--batch", filepath.Join(dir, "list")}, strings.NewReader(""), &out, &diag); code != exitOK {
		t.Fatalf("exit code %d: %s", code, &diag)
	}
	var got strings.Builder
	for line := range strings.Lines(out.String()) {
		var r struct{ ID, Title string }
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "%s %s\n", r.ID, r.Title)
	}
	if got.String() != want.String() {
		t.Errorf("got %s\nwant %s", &got, &want)
	}
}

func packed(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestBatchBounds: a line without an end and a file that unpacks to too much are refused, each by its name.
func TestBatchBounds(t *testing.T) {
	dir := t.TempDir()
	big := filepath.Join(dir, "big.gz")
	if err := os.WriteFile(big, packed(t, make([]byte, 11<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	list := strings.Repeat("x", 3<<20) + "\n" + fmt.Sprintf(`{"id":"big","file":%q}`, big)
	var out, diag bytes.Buffer
	code := dateline([]string{"extract", "--batch", "-"}, strings.NewReader(list), &out, &diag)
	if code != exitSome || out.Len() > 0 {
		t.Errorf("exit code %d, printed %q", code, out.String())
	}
	for _, want := range []string{`"-" line 1: longer than 1048576 bytes`, `line 2: "` + big + `": larger than 10485760 bytes`, `"-": 2 lines failed`} {
		if !strings.Contains(diag.String(), want) {
			t.Errorf("%q is not in %s", want, &diag)
		}
	}
}

// TestBatchAnswersALineAtOnce: who feeds the list by hand gets the answer before the next line.
func TestBatchAnswersALineAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.html")
	if err := os.WriteFile(file, fmt.Appendf(nil, bells, 1), 0o600); err != nil {
		t.Fatal(err)
	}
	in, feed := io.Pipe()
	out, answers := io.Pipe()
	done := make(chan int)
	go func() {
		done <- dateline([]string{"extract", "--batch", "-"}, in, answers, io.Discard)
		answers.Close()
	}()
	d := json.NewDecoder(out)
	for i := range 3 {
		fmt.Fprintf(feed, "{\"id\":\"%d\",\"file\":%q}\n", i, file)
		var r struct{ ID string }
		if err := d.Decode(&r); err != nil || r.ID != fmt.Sprint(i) {
			t.Fatalf("got %q, %v", r.ID, err)
		}
	}
	feed.Close()
	if code := <-done; code != exitOK {
		t.Errorf("exit code %d", code)
	}
}
