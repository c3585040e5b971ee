package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"dateline/config"
	"dateline/extract"
	"dateline/fetch"
	"dateline/ingest"
)

// maxListLine bounds a line of a list of pages, in bytes.
const maxListLine = 1 << 20

// listed is a line of a list of pages.
type listed struct {
	ID   string `json:"id"`
	File string `json:"file"`
	URL  string `json:"url"`
}

// batch extracts the pages of a list. Every line gets a place in a queue before it is worked on, and the writer takes
// the places in turn: so lines leave in their order, and no more are in memory than the queue holds.
type batch struct {
	app   *app
	cfg   *config.Config
	name  string // of the list, for messages
	dir   string // of its files
	queue chan *place
	free  chan struct{} // a token per page that is worked on
}

// place is a line on its way.
type place struct {
	number int
	text   []byte
	done   chan struct{} // closed when line or err is there
	line   []byte
	err    error
}

// extractBatch prints an article for each line of a list.
func (a *app) extractBatch(ctx context.Context, list string) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	in, dir := io.NopCloser(a.stdin), "."
	if list != "-" {
		if in, err = os.Open(list); err != nil {
			return err
		}
		dir = filepath.Dir(list)
	}
	defer in.Close()
	if os.Getenv("GOGC") == "" { // a page's tree dies with it: collecting less often keeps the cores from waiting for it
		defer debug.SetGCPercent(debug.SetGCPercent(400))
	}
	width := runtime.GOMAXPROCS(0)
	b := &batch{app: a, cfg: cfg, name: list, dir: dir, queue: make(chan *place, 4*width), free: make(chan struct{}, width)}
	return b.run(ctx, in)
}

// run reads in the background, so that a pipe whose writer is silent does not hold the program back from ending.
func (b *batch) run(ctx context.Context, in io.Reader) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	read := make(chan error, 1)
	go func() {
		read <- b.read(ctx, in)
		close(b.queue)
	}()
	failed, err := b.write(ctx)
	if err == nil {
		err = <-read
	}
	if err == nil && failed > 0 {
		err = &exitError{exitSome, fmt.Errorf("%q: %d %s", b.name, failed, lines(failed))}
	}
	return err
}

func lines(n int) string {
	if n == 1 {
		return "line failed"
	}
	return "lines failed"
}

// read starts the work on each line.
func (b *batch) read(ctx context.Context, in io.Reader) error {
	r := bufio.NewReaderSize(in, 64<<10)
	for number := 1; ; number++ {
		text, err := readLine(r)
		if errors.Is(err, io.EOF) && len(text) == 0 {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("%q line %d: %w", b.name, number, err)
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if err := b.start(ctx, &place{number: number, text: text, done: make(chan struct{})}); err != nil {
			return err
		}
	}
}

// readLine reads a line, of which it keeps no more than makes it too long.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, more, err := r.ReadLine()
		line = append(line, part[:min(len(part), maxListLine+1-len(line))]...)
		if err != nil || !more {
			return line, err
		}
	}
}

// start puts a line into the queue and to work, when there is room in both.
func (b *batch) start(ctx context.Context, p *place) error {
	select {
	case b.free <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	go func() {
		defer func() { <-b.free }()
		defer close(p.done)
		p.line, p.err = b.article(ctx, p.text)
	}()
	select {
	case b.queue <- p:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// article makes a line of output of a line of the list.
func (b *batch) article(ctx context.Context, text []byte) ([]byte, error) {
	var l listed
	if len(text) > maxListLine {
		return nil, fmt.Errorf("longer than %d bytes", maxListLine)
	}
	if err := json.Unmarshal(text, &l); err != nil {
		return nil, fmt.Errorf("no JSON object: %w", err)
	}
	if l.File == "" {
		return nil, errors.New("names no file")
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	page, err := b.page(l)
	if err != nil {
		return nil, err
	}
	src := pageSource(b.cfg, page)
	r := ingest.Extracted(page.URL, src.Agency, extract.Page(page.HTML, src))
	var out bytes.Buffer
	err = writeJSON(&out, extraction{ID: l.ID, URL: r.URL, Record: r}, "")
	return out.Bytes(), err
}

// page reads a file of the list, as far as fetch would read it from a server.
func (b *batch) page(l listed) (fetch.Page, error) {
	if l.URL != "" && !isURL(l.URL) {
		return fetch.Page{}, fmt.Errorf("address %q: not an absolute http or https URL", l.URL)
	}
	name := l.File
	if !filepath.IsAbs(name) {
		name = filepath.Join(b.dir, name)
	}
	limit := b.cfg.Fetch.MaxBody
	raw, err := readPlain(name, limit+1)
	switch {
	case err != nil:
		return fetch.Page{}, err
	case int64(len(raw)) > limit:
		return fetch.Page{}, fmt.Errorf("%q: larger than %d bytes, the most that is read of a document (fetch.max_body)", name, limit)
	case len(bytes.TrimSpace(raw)) == 0:
		return fetch.Page{}, fmt.Errorf("%q: %w", name, errEmpty)
	}
	html, err := decodeHTML(raw)
	if err != nil {
		return fetch.Page{}, fmt.Errorf("%q: %w", name, err)
	}
	return fetch.Page{URL: l.URL, HTML: html}, nil
}

// readPlain reads at most n bytes of a file, unpacked if it is gzip by its name or its first bytes (RFC 1952).
func readPlain(name string, n int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err // names the file already
	}
	defer f.Close()
	r := bufio.NewReader(f)
	magic, _ := r.Peek(2)
	if !strings.HasSuffix(name, ".gz") && !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return io.ReadAll(io.LimitReader(r, n))
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", name, err)
	}
	b, err := io.ReadAll(io.LimitReader(z, n))
	if err != nil {
		err = fmt.Errorf("%q: %w", name, err)
	}
	return b, err
}

// write prints the lines in their order, and says what failed.
func (b *batch) write(ctx context.Context) (failed int, err error) {
	out := bufio.NewWriterSize(b.app.stdout, 64<<10)
	for {
		p, err := b.next(ctx, out)
		if p == nil || err != nil {
			return failed, err
		}
		if p.err != nil {
			failed++
			b.app.say("%q line %d: %s", b.name, p.number, printable(p.err.Error()))
			continue
		}
		if _, err := out.Write(p.line); err != nil {
			return failed, err
		}
	}
}

// next waits for the next line, and gives nothing at the end. What was printed leaves before a wait, so that a pipe is fed
// by an answer a line.
func (b *batch) next(ctx context.Context, out *bufio.Writer) (*place, error) {
	if len(b.queue) == 0 {
		if err := out.Flush(); err != nil {
			return nil, err
		}
	}
	select {
	case p, ok := <-b.queue:
		if !ok {
			return nil, out.Flush()
		}
		select {
		case <-p.done:
			return p, nil
		case <-ctx.Done():
		}
	case <-ctx.Done():
	}
	return nil, errors.Join(out.Flush(), ctx.Err())
}
