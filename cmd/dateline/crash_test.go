package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// crashSite is a store that was filled from a press, and what the tests of kills, full disks and damage do to copies of it.
type crashSite struct {
	program string
	press   *press
	dir     string // dateline.toml and ruled.toml
	base    string // a folder with the store after an ingest that nobody disturbed

	filled string // what is exported of it
	ruled  string // and after a reprocess by ruled.toml
}

func newCrashSite(t *testing.T) *crashSite {
	t.Helper()
	dir := t.TempDir()
	c := &crashSite{program: linkProgram(t, dir), press: newPress(t), dir: dir, base: filepath.Join(dir, "base")}
	settings := "enable = []\n[fetch]\nallow = [\"127.0.0.0/8\"]\nhost_interval = \"0s\"\n"
	for name, rules := range map[string]string{"dateline.toml": "", "ruled.toml": "rules = { drop = [\"p:first-of-type\"] }\n"} {
		text := settings
		for i, host := range c.press.hosts {
			text += fmt.Sprintf("[[agency]]\nid = \"press%d\"\nname = \"Press %d\"\nfeeds = [\"%s/rss\"]\n%s", i, i, host, rules)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(c.base, 0o700); err != nil {
		t.Fatal(err)
	}
	c.must(t, c.base, "ingest")
	c.must(t, c.base, "db", "compact") // so that what is written needs room
	c.filled = c.export(t, c.base)
	ruled := filepath.Join(dir, "after")
	c.copyBase(t, ruled)
	c.must(t, ruled, "reprocess", "--config", "../ruled.toml")
	if c.ruled = c.export(t, ruled); c.ruled == c.filled || strings.Count(c.ruled, "\n") != strings.Count(c.filled, "\n") {
		t.Fatal("the other rules change nothing, or lose records")
	}
	return c
}

// copyBase puts a copy of the filled store into a folder, in place of what is there.
func (c *crashSite) copyBase(t *testing.T, dir string) {
	t.Helper()
	empty(t, dir)
	if err := os.CopyFS(dir, os.DirFS(c.base)); err != nil {
		t.Fatal(err)
	}
}

// empty makes a folder, or empties it.
func empty(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if err == nil {
			err = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// command is a process of dateline in a folder.
func (c *crashSite) command(dir string, args ...string) *exec.Cmd {
	if !slices.Contains(args, "--config") {
		args = append([]string{"--config", "../dateline.toml"}, args...)
	}
	run := exec.Command(c.program, args...)
	run.Dir = dir
	return run
}

// must runs a command that has to go well.
func (c *crashSite) must(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, said, code := c.run(t, dir, args...)
	if code != exitOK {
		t.Fatalf("%q: exit code %d\n%s%s", args, code, out, said)
	}
	return out
}

// run runs a command in this process. It never may panic, and says why if it fails.
func (c *crashSite) run(t *testing.T, dir string, args ...string) (out, said string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	t.Chdir(dir)
	if !slices.Contains(args, "--config") {
		args = append([]string{"--config", "../dateline.toml"}, args...)
	}
	code = dateline(args, strings.NewReader(""), &stdout, &stderr)
	if code != exitOK && !strings.Contains(stderr.String(), "dateline: ") {
		t.Errorf("%q: exit code %d without a reason: %q", args, code, stderr.String())
	}
	return stdout.String(), stderr.String(), code
}

// export gives all records, without what may differ between two runs.
func (c *crashSite) export(t *testing.T, dir string, db ...string) string {
	t.Helper()
	return withoutFetched(t, c.must(t, dir, append([]string{"export"}, db...)...))
}

// sound fails unless a store passes db check.
func (c *crashSite) sound(t *testing.T, dir string, db ...string) {
	t.Helper()
	if out, said, code := c.run(t, dir, append([]string{"db", "check"}, db...)...); code != exitOK {
		t.Fatalf("db check: exit code %d\n%s%s", code, out, said)
	}
}

// crashCommand is a command that is broken off, by a kill or a full disk.
type crashCommand struct {
	name   string
	args   []string
	empty  bool                    // it begins with no store
	end    func(*crashSite) string // what is exported after it
	leaves []string                // names beside the store when it went well

	// partly checks what it has written beside the store, whole or not there.
	partly func(t *testing.T, c *crashSite, dir string)
}

func filled(c *crashSite) string { return c.filled }

// crashCommands are all commands that write much.
var crashCommands = []crashCommand{
	{name: "ingest", args: []string{"ingest", "-v"}, empty: true, end: filled},
	{name: "reprocess", args: []string{"reprocess", "--config", "../ruled.toml"}, end: func(c *crashSite) string { return c.ruled }},
	{name: "compact", args: []string{"db", "compact"}, end: filled},
	{name: "backup", args: []string{"db", "backup", "copy.db"}, end: filled, leaves: []string{"copy.db"}, partly: wholeCopy},
	{name: "release", args: []string{"release", "released"}, end: filled, leaves: []string{"released"}, partly: wholeRelease},
	{name: "export", args: []string{"export", "-o", "out.jsonl"}, end: filled, leaves: []string{"out.jsonl"}, partly: wholeExport},
}

func wholeCopy(t *testing.T, c *crashSite, dir string) {
	t.Helper()
	restored := filepath.Join(c.dir, "restored") // the copy in the database's place
	c.copyBase(t, restored)
	b, err := os.ReadFile(filepath.Join(dir, "copy.db"))
	if err := errors.Join(err, os.WriteFile(filepath.Join(restored, "dateline.db"), b, 0o600)); err != nil {
		t.Fatal(err)
	}
	c.sound(t, restored)
	if got := c.export(t, restored); got != c.filled {
		t.Errorf("the copy differs: %s", firstDifference(got, c.filled))
	}
}

func wholeRelease(t *testing.T, c *crashSite, dir string) {
	c.must(t, dir, "release", "released", "--verify")
}

func wholeExport(t *testing.T, c *crashSite, dir string) {
	b, err := os.ReadFile(filepath.Join(dir, "out.jsonl"))
	if got := withoutFetched(t, string(b)); err != nil || got != c.filled {
		t.Errorf("half an export, %v: %s", err, firstDifference(got, c.filled))
	}
}

// crashTry is a store at which a command is broken off again and again, until a run ends by itself.
type crashTry struct {
	*crashSite
	cmd  crashCommand
	dir  string
	acks map[string]bool // addresses of what was reported as stored
}

func (c *crashSite) try(t *testing.T, cmd crashCommand, dir string) *crashTry {
	t.Helper()
	y := &crashTry{crashSite: c, cmd: cmd, dir: dir, acks: map[string]bool{}}
	y.begin(t)
	return y
}

func (y *crashTry) begin(t *testing.T) {
	t.Helper()
	clear(y.acks)
	if y.cmd.empty {
		empty(t, y.dir)
		return
	}
	y.copyBase(t, y.dir)
	y.acknowledge(exportedURL, y.filled)
}

var (
	reportedURL = regexp.MustCompile(`msg=stored url=(\S+)`)
	exportedURL = regexp.MustCompile(`"url":"([^"]+)"`) // a record's own, and those of its carriers
	exportedID  = regexp.MustCompile(`(?m)^\{"id":"([a-z2-7]+)"`)
)

// acknowledge notes what was reported.
func (y *crashTry) acknowledge(report *regexp.Regexp, text string) {
	for _, m := range report.FindAllStringSubmatch(text, -1) {
		y.acks[m[1]] = true
	}
}

// broken checks what a run that was broken off has left.
func (y *crashTry) broken(t *testing.T, said string) {
	t.Helper()
	y.acknowledge(reportedURL, said)
	for _, name := range y.cmd.leaves {
		if _, err := os.Stat(filepath.Join(y.dir, name)); err == nil {
			y.cmd.partly(t, y.crashSite, y.dir)
			if y.cmd.name == "release" { // killed after its last step; the next refuses a folder that is not empty
				if err := os.RemoveAll(filepath.Join(y.dir, name)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if _, err := os.Stat(filepath.Join(y.dir, "dateline.db")); err != nil && len(y.acks) == 0 {
		return // not begun
	}
	y.sound(t, y.dir)
	got := y.export(t, y.dir)
	y.holds(t, got)
	y.acknowledge(exportedURL, got)
}

// holds fails unless an export has all that was acknowledged, nothing twice, and nothing that no undisturbed run would have written.
func (y *crashTry) holds(t *testing.T, export string) {
	t.Helper()
	seen := map[string]bool{}
	for _, m := range exportedID.FindAllStringSubmatch(export, -1) {
		if seen[m[1]] {
			t.Errorf("%s is there twice", m[1])
		}
		seen[m[1]] = true
	}
	for url := range y.acks {
		if !strings.Contains(export, `"url":"`+url+`"`) {
			t.Errorf("%s was stored and is lost", url)
		}
	}
	if y.cmd.empty {
		return // who else carries an article is not known yet
	}
	for line := range strings.Lines(export) {
		if !strings.Contains(y.filled, line) && !strings.Contains(y.end(), line) {
			t.Errorf("nobody wrote this record: %s", line)
		}
	}
}

func (y *crashTry) end() string { return y.cmd.end(y.crashSite) }

// finish lets a run through: all is as if nobody had disturbed it, and no half-written files are left.
func (y *crashTry) finish(t *testing.T) {
	t.Helper()
	if y.cmd.name == "release" {
		empty(t, filepath.Join(y.dir, "released"))
	}
	y.must(t, y.dir, y.cmd.args...)
	y.ended(t)
}

// ended checks what a run that nobody broke off has left.
func (y *crashTry) ended(t *testing.T) {
	t.Helper()
	y.sound(t, y.dir)
	if got := y.export(t, y.dir); got != y.end() {
		t.Errorf("what is exported differs: %s", firstDifference(got, y.end()))
	}
	if y.cmd.partly != nil {
		y.cmd.partly(t, y.crashSite, y.dir)
	}
	entries, err := os.ReadDir(y.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		hidden := strings.HasPrefix(e.Name(), ".") // half a file, which nobody takes for a whole one
		if name := e.Name(); !strings.HasPrefix(name, "dateline.") && !slices.Contains(y.cmd.leaves, name) && !hidden {
			t.Errorf("%s is left", name)
		}
	}
}

// slowUnderRace leaves to a run without the race detector what is about processes, each of which it makes ten times slower. .ci/run
// makes both.
func slowUnderRace(t *testing.T) {
	t.Helper()
	if racing {
		t.Skip("run without the race detector")
	}
}
