package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"dateline/storage"
	"dateline/storage/bolt"
)

// TestMain lets a script run dateline as a process of its own, so that signals, exit codes and file locks are real.
func TestMain(m *testing.M) {
	os.Setenv("GORACE", hurry)
	testscript.Main(m, map[string]func(){
		"dateline":        main,
		"nobody-dateline": asNobody,
		"pipeline-press":  pipelinePress,
		"pipeline-floor":  pipelineFloor,
	})
}

// hurry is for processes under the race detector, which else sleep for a second before they end.
const hurry = "atexit_sleep_ms=0"

// asNobody runs dateline without root's leave to write everywhere; who is not root already has none.
func asNobody() {
	const nobody = 65534
	if os.Getuid() == 0 {
		if err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(nobody), syscall.Setuid(nobody)); err != nil {
			fmt.Fprintln(os.Stderr, "no other user here:", err)
			os.Exit(125)
		}
	}
	main()
}

// settings are the dateline.toml of a script that brings none. $WEB is the address of its server.
const settings = `
contact = "mailto:desk@test.example"
enable = []

[fetch]
allow = ["127.0.0.0/8"]
host_interval = "0s"

[[agency]]
id = "cove"
name = "Cove News"
home = "$WEB"
language = "en"
feeds = ["$WEB/rss.xml"]
`

// TestScripts runs testdata/script, a file per command or promise. Beside testscript's own commands they have:
//
//	serve              copy testdata/site to web and serve it, at $WEB; write dateline.toml unless it is there; put the
//	                   server's address in place of $WEB in each *.toml
//	exits CODE CMD     run a command; its exit code must be that
//	until RE CMD       repeat a command until its stdout matches
//	await FILE [RE]    wait until a file exists, and matches
//	signal NAME FILE   send HUP, TERM or INT to the process whose number is in the file
//	newer FILE         write a database as a later version of dateline would
//	damage FILE N...   change the byte at each offset; a negative one cuts so many bytes off
func TestScripts(t *testing.T) {
	site, err := filepath.Abs("testdata/site")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", filepath.Join(e.WorkDir, "home"))
			e.Setenv("SITE", site)
			e.Setenv("GORACE", hurry)
			return os.Chmod(e.WorkDir, 0o755) // another user has to get in
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": serveSite, "exits": exits, "until": until, "await": await, "signal": sendSignal, "newer": writeNewer,
			"damage": damageFile,
		},
	})
}

// serveSite starts the script's web. Its log is the file web.log: a line per request, status first.
func serveSite(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: serve")
	}
	dir := ts.MkAbs("web")
	ts.Check(os.CopyFS(dir, os.DirFS(ts.Getenv("SITE"))))
	s := &site{dir: dir, log: ts.MkAbs("web.log")}
	web := httptest.NewServer(s)
	ts.Defer(web.Close)
	s.address = web.URL
	ts.Setenv("WEB", web.URL)
	if _, err := os.Stat(ts.MkAbs("dateline.toml")); errors.Is(err, os.ErrNotExist) {
		ts.Check(os.WriteFile(ts.MkAbs("dateline.toml"), []byte(settings), 0o644))
	}
	files, err := filepath.Glob(ts.MkAbs("*.toml"))
	ts.Check(err)
	for _, name := range files {
		ts.Check(os.WriteFile(name, s.expand([]byte(ts.ReadFile(name))), 0o644))
	}
}

// site serves a folder. A file name.410 makes name answer 410 with it, any status so; with a file name.hang it never
// answers. A file name.link is the Link header of name. $WEB in a file is the server's address.
type site struct {
	dir, log, address string

	mu sync.Mutex // guards the log
}

func (s *site) expand(b []byte) []byte { return bytes.ReplaceAll(b, []byte("$WEB"), []byte(s.address)) }

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, err := os.Stat(s.path(r) + ".hang"); err == nil {
		s.note("hang", r)
		<-r.Context().Done()
		return
	}
	n := &noted{ResponseWriter: w, status: http.StatusOK}
	s.answer(n, r)
	s.note(strconv.Itoa(n.status), r)
}

func (s *site) path(r *http.Request) string {
	return filepath.Join(s.dir, filepath.FromSlash(r.URL.Path))
}

// note writes to the log; it can't when the script has ended, and its folder with it.
func (s *site) note(what string, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, err := os.OpenFile(s.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
		fmt.Fprintln(f, what, r.URL.Path)
		f.Close()
	}
}

type noted struct {
	http.ResponseWriter
	status int
}

func (n *noted) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}

func (s *site) answer(w http.ResponseWriter, r *http.Request) {
	path := s.path(r)
	if link, err := os.ReadFile(path + ".link"); err == nil {
		w.Header().Set("Link", strings.TrimSpace(string(s.expand(link))))
	}
	if named, _ := filepath.Glob(path + ".[1-5][0-9][0-9]"); len(named) > 0 {
		status, _ := strconv.Atoi(filepath.Ext(named[0])[1:])
		b, _ := os.ReadFile(named[0])
		w.WriteHeader(status)
		w.Write(s.expand(b))
		return
	}
	b, err := os.ReadFile(path)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(b)))
	http.ServeContent(w, r, path, time.Time{}, bytes.NewReader(s.expand(b)))
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// patience is how long a script waits for what has to come. It only ends a test that fails.
const patience = 20 * time.Second

// poll asks ten times a second whether something has come.
func poll(ts *testscript.TestScript, what string, here func() bool) {
	for deadline := time.Now().Add(patience); !here(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			ts.Fatalf("%s: did not come", what)
		}
	}
}

func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until REGEXP COMMAND...")
	}
	wanted, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	poll(ts, args[0], func() bool {
		ts.Check(ts.Exec(args[1], args[2:]...))
		return wanted.MatchString(ts.ReadFile("stdout"))
	})
}

func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: await FILE [REGEXP]")
	}
	wanted, err := regexp.Compile("(?m)" + strings.Join(args[1:], ""))
	ts.Check(err)
	poll(ts, strings.Join(args, " "), func() bool {
		info, err := os.Stat(ts.MkAbs(args[0]))
		if err != nil {
			return false
		}
		return len(args) == 1 || info.Mode().IsRegular() && wanted.MatchString(ts.ReadFile(args[0]))
	})
}

func sendSignal(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]syscall.Signal{"HUP": syscall.SIGHUP, "TERM": syscall.SIGTERM, "INT": syscall.SIGINT}
	if neg || len(args) != 2 || signals[args[0]] == 0 {
		ts.Fatalf("usage: signal HUP|TERM|INT FILE")
	}
	pid, err := strconv.Atoi(strings.TrimSpace(ts.ReadFile(args[1])))
	ts.Check(err)
	ts.Check(syscall.Kill(pid, signals[args[0]]))
}

func writeNewer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: newer FILE")
	}
	d, err := bolt.Open(ts.MkAbs(args[0]), bolt.Options{})
	ts.Check(err)
	ts.Check(d.Update(context.Background(), func(tx storage.Tx) error { return tx.Put("meta", []byte("schema"), []byte("1000")) }))
	ts.Check(d.Close())
}

func damageFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: damage FILE N...")
	}
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	for _, arg := range args[1:] {
		n, err := strconv.Atoi(arg)
		ts.Check(err)
		if n < 0 {
			b = b[:len(b)+n]
			continue
		}
		b[n] ^= 0xff
	}
	ts.Check(os.WriteFile(path, b, 0o600))
}
