package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/storage"
)

// demoFiles are the demo's configuration and its web: a folder per host, and a file per page. Where a file has
// a twin with a 2 in its name, that is what the publisher serves after the correction.
//
//go:embed demo
var demoFiles embed.FS

// What the demo looks at more closely.
const (
	demoCorrectedFeed = "http://lantern.example/rss.xml"
	demoCorrected     = "http://lantern.example/news/1042"
	demoRepeated      = "http://harbour.example/wire/88"
)

func (a *app) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Show the whole job without a network, on a small agency that is built in",
		Long: `Serves a small news agency of dateline's own on this machine, in English and Persian, reads it into a
temporary store and exports it. At each step it says which command does that in earnest. It takes seconds, needs no
network, and leaves nothing behind.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.demo(c.Context()) },
	}
}

func (a *app) demo(ctx context.Context) error {
	web, err := newDemoWeb()
	if err != nil {
		return err
	}
	defer web.close()
	dir, err := os.MkdirTemp("", "dateline-demo-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	d, err := a.newDemo(dir, web)
	if err != nil {
		return err
	}
	return d.play(ctx)
}

// demo is the program with another configuration, database and network. What it prints is what the commands
// print.
type demo struct {
	*app
	cfg    *config.Config
	web    *demoWeb
	number int // of the last step
}

func (a *app) newDemo(dir string, web *demoWeb) (*demo, error) {
	quiet := *a
	quiet.configPath, quiet.dbPath = filepath.Join(dir, "dateline.toml"), filepath.Join(dir, "dateline.db")
	if !a.verbose {
		quiet.stderr = io.Discard // errors come back and are told by the caller; the log would hide the story
	}
	settings, err := demoFiles.ReadFile("demo/dateline.toml")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(quiet.configPath, settings, 0o600); err != nil {
		return nil, err
	}
	cfg, err := quiet.loadConfig()
	if err != nil {
		return nil, err
	}
	cfg.Fetch.Dial = web.dial
	return &demo{app: &quiet, cfg: cfg, web: web}, nil
}

// demoStep is what a user would do with one command.
type demoStep struct {
	command string
	what    string
	run     func(context.Context) error
}

// script is the story, a command after the other.
func (d *demo) script() []demoStep {
	return []demoStep{
		{"dateline ingest",
			"One pass: ask the feeds, fetch the pages of new entries, take text and licence, store each article once.",
			func(ctx context.Context) error { return d.ingest(ctx) }},
		{"dateline explain " + demoRepeated,
			"One entry was a duplicate: Harbour Wire had reprinted an article. The record that carries it tells how.",
			func(ctx context.Context) error { return d.explain(ctx, demoRepeated) }},
		{"dateline ingest " + demoCorrectedFeed,
			"The publisher corrects an article. A second pass notices, and fetches only that page again.",
			func(ctx context.Context) error { d.web.corrected.Store(true); return d.ingest(ctx, demoCorrectedFeed) }},
		{"dateline show " + demoCorrected,
			"The corrected article, to read. Menus, share lines and teasers of the page are not part of it.",
			func(ctx context.Context) error { return d.show(ctx, demoCorrected, showOptions{}) }},
		{"dateline show --diff " + demoCorrected,
			"What the publisher changed. The earlier revision is kept.",
			func(ctx context.Context) error { return d.show(ctx, demoCorrected, showOptions{diff: lastTwo}) }},
		{"dateline feeds",
			"When each feed was asked, when it will be again, and what it brought.",
			func(ctx context.Context) error { return d.feeds(ctx, d.cfg, 0) }},
		{"dateline export",
			"All records as JSONL, oldest first. One of them, indented here:",
			d.exportOne},
	}
}

func (d *demo) play(ctx context.Context) error {
	d.step("Three feeds of two news agencies are served on this machine: RSS and Atom, in English and Persian.",
		"dateline.toml says which feeds are asked; dateline config prints it, defaults included")
	for _, s := range d.script() {
		d.step(s.what, "$ "+s.command+"\n")
		if err := s.run(ctx); err != nil {
			return fmt.Errorf("demo: %s: %w", s.command, err)
		}
	}
	d.step("That was all; the temporary store is gone again.",
		"To read real agencies: dateline ingest. To keep reading them: dateline run")
	return nil
}

// step says what happens, and how it is done in earnest.
func (d *demo) step(what, how string) {
	d.number++
	if d.number > 1 {
		fmt.Fprintln(d.stdout)
	}
	if d.color() {
		what = "\x1b[1m" + what + "\x1b[0m"
	}
	fmt.Fprintf(d.stdout, "%d. %s\n   %s\n", d.number, what, how)
}

func (d *demo) ingest(ctx context.Context, feeds ...string) error {
	db, err := d.open(ctx, false)
	if err != nil {
		return err
	}
	defer db.Close()
	report, err := d.passHere(ctx, d.cfg, db, feeds, nil)
	if err != nil {
		return err
	}
	if err := d.printTable(report); err != nil {
		return err
	}
	if report.Failures() {
		return errors.New("a feed or a page of the demo failed")
	}
	return nil
}

// exportOne counts the records and prints the one that another agency carried too.
func (d *demo) exportOne(ctx context.Context) error {
	db, err := d.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	n, err := storage.Export(io.Discard, "jsonl", db.Records(ctx, storage.Filter{}))
	if err != nil {
		return err
	}
	r, err := db.Record(ctx, demoRepeated)
	if err == nil {
		err = db.Seen(ctx, &r)
	}
	if err != nil {
		return err
	}
	if err := d.printJSON(r); err != nil {
		return err
	}
	fmt.Fprintf(d.stdout, "\n%d records in all\n", n)
	return nil
}

// demoWeb serves the demo's hosts from one loopback address.
type demoWeb struct {
	server    *http.Server
	addr      string
	corrected atomic.Bool // the publisher has corrected the article
}

func newDemoWeb() (*demoWeb, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	web := &demoWeb{addr: l.Addr().String()}
	web.server = &http.Server{Handler: web, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	go web.server.Serve(l)
	return web, nil
}

func (web *demoWeb) close() { web.server.Close() }

// dial leads every name to the demo's own server, so that its addresses look like addresses and nothing leaves the
// machine.
func (web *demoWeb) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, web.addr)
}

func (web *demoWeb) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := "demo/" + r.Host + r.URL.Path
	for _, end := range []string{"", ".html"} {
		name := path + end
		b, err := demoFiles.ReadFile(name)
		if err != nil {
			continue
		}
		if web.corrected.Load() {
			b = correction(name, b)
		}
		w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(b)))
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
		return
	}
	http.NotFound(w, r)
}

// correction is the later form of a file, if it has one.
func correction(name string, b []byte) []byte {
	ext := filepath.Ext(name)
	later, err := fs.ReadFile(demoFiles, name[:len(name)-len(ext)]+".2"+ext)
	if err != nil {
		return b
	}
	return later
}
