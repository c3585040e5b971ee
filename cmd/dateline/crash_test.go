package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// How much is broken. The figures of docs/storage.md are those of -crash.kills 200 -crash.disks 50.
var (
	crashKills = flag.Int("crash.kills", 15, "how many runs of the commands TestCrashKill kills")
	crashDisks = flag.Int("crash.disks", 4, "how many sizes of a disk TestCrashFullDisk tries")
)

// crashSite is a folder with a configuration for the press, in which commands run as processes of their own.
type crashSite struct {
	t       *testing.T
	dir     string
	program string
}

func newCrashSite(t *testing.T) *crashSite {
	p := newPress(t)
	dir := t.TempDir()
	c := &crashSite{t, dir, linkProgram(t, dir)}
	for name, rules := range map[string]string{"Press": "{}", "Presse": `{ drop = ["h1 + p"] }`} { // with the other, reprocess has something to do
		settings := "enable = []\n[fetch]\nallow = [\"127.0.0.0/8\"]\nhost_interval = \"0s\"\n"
		for i, host := range p.hosts {
			settings += fmt.Sprintf("[[agency]]\nid = \"press%d\"\nname = \"Press %d\"\nfeeds = [\"%s/rss\"]\nrules = %s\n", i, i, host, rules)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".toml"), []byte(settings), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func (c *crashSite) command(args ...string) *exec.Cmd {
	cmd := exec.Command(c.program, args...)
	cmd.Dir = c.dir
	return cmd
}

// run runs a command that must succeed.
func (c *crashSite) run(args ...string) string {
	c.t.Helper()
	var stderr bytes.Buffer
	cmd := c.command(args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		c.t.Fatalf("%q: %v\n%s%s", args, err, out, stderr.Bytes())
	}
	return string(out)
}

func (c *crashSite) exported(db string) string {
	return withoutFetched(c.t, c.run("--db", db, "export"))
}

// acknowledged are the addresses of the records that a run reported as stored.
var acknowledged = regexp.MustCompile(`msg=stored url=(\S+) id=\S+ outcome=(?:added|also-in)`)

// holds fails if an address that was reported as stored leads to no record, or to more than one.
func (c *crashSite) holds(db, log string) {
	c.t.Helper()
	stored := map[string]int{}
	for line := range strings.Lines(c.run("--db", db, "export")) {
		var r struct {
			URL    string `json:"url"`
			AlsoIn []struct {
				URL string `json:"url"`
			} `json:"also_in"`
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			c.t.Fatal(err)
		}
		stored[r.URL]++
		for _, also := range r.AlsoIn {
			stored[also.URL]++
		}
	}
	for _, m := range acknowledged.FindAllStringSubmatch(log, -1) {
		if stored[m[1]] == 0 {
			c.t.Errorf("%s was stored, and is gone", m[1])
		}
	}
	for url, n := range stored {
		if n > 1 {
			c.t.Errorf("%s is stored %d times", url, n)
		}
	}
}

// TestCrashKill kills commands at random instants. After each kill the database is sound and holds what was reported as stored;
// what the command makes is whole or is not there; and when the command has run through, all is as if nothing had happened.
func TestCrashKill(t *testing.T) {
	c := newCrashSite(t)
	c.run("--config", "Press.toml", "--db", "base.db", "ingest")
	want := c.exported("base.db")
	c.run("--config", "Presse.toml", "--db", "base.db", "reprocess")
	renamed := c.exported("base.db")
	if renamed == want {
		t.Fatal("reprocess changed nothing")
	}
	names := []string{"Press.toml", "Presse.toml"}
	for _, k := range []crashKind{
		{name: "ingest", args: func(int) []string { return []string{"--config", "Press.toml", "--db", "killed.db", "-v", "ingest"} },
			db: "killed.db", check: func() {}},
		{name: "reprocess", args: func(i int) []string { return []string{"--config", names[i%2], "--db", "base.db", "reprocess"} },
			db: "base.db", check: func() {}},
		{name: "compact", args: func(int) []string { return []string{"--db", "base.db", "db", "compact"} },
			db: "base.db", check: func() {}},
		{name: "backup", args: func(int) []string { return []string{"--db", "base.db", "db", "backup", "copy.db"} },
			db: "base.db", check: c.checkBackup},
		{name: "release", args: func(int) []string { return []string{"--db", "base.db", "release", "set"} },
			db: "base.db", check: c.checkRelease},
	} {
		t.Run(k.name, func(t *testing.T) { c.at(t).kill(k, *crashKills/5) })
	}
	c.run("--config", "Press.toml", "--db", "killed.db", "ingest")
	if got := c.exported("killed.db"); got != want {
		t.Errorf("ingest: %s", firstDifference(got, want))
	}
	for name, last := range map[string]string{"Press.toml": want, "Presse.toml": renamed} {
		c.run("--config", name, "--db", "base.db", "reprocess")
		if got := c.exported("base.db"); got != last {
			t.Errorf("reprocess: %s", firstDifference(got, last))
		}
	}
}

// at is the site for a part of its test.
func (c *crashSite) at(t *testing.T) *crashSite { return &crashSite{t, c.dir, c.program} }

// crashKind is a command that is killed.
type crashKind struct {
	name  string
	args  func(round int) []string
	db    string
	check func() // what else must hold after a kill
}

func (c *crashSite) kill(k crashKind, times int) {
	rnd := rand.New(rand.NewPCG(1, uint64(len(k.name))))
	start := time.Now()
	c.run(k.args(1)...)
	whole := time.Since(start) // how long a run takes
	k.check()
	begin := func() { // of the runs of ingest, each is to have something to do
		if k.name == "ingest" {
			if err := errors.Join(os.Remove(filepath.Join(c.dir, k.db)), os.RemoveAll(filepath.Join(c.dir, "killed.raw"))); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	begin()
	before := ""
	if k.db == "base.db" {
		before = c.exported(k.db)
	}
	killed := 0
	for i := range times {
		var log bytes.Buffer
		cmd := c.command(k.args(i)...)
		cmd.Stderr = &log
		if err := cmd.Start(); err != nil {
			c.t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		if killAt(cmd, ended, func() bool { return true }, time.Duration(rnd.Int64N(int64(whole)))) && cmd.ProcessState.ExitCode() == -1 {
			killed++
		}
		if _, err := os.Stat(filepath.Join(c.dir, k.db)); err != nil {
			continue // killed before there was anything
		}
		c.run("--db", k.db, "db", "check")
		c.holds(k.db, log.String())
		k.check()
		if cmd.ProcessState.ExitCode() == 0 {
			begin()
		}
		if k.name != "reprocess" && before != "" && c.exported(k.db) != before {
			c.t.Errorf("kill %d: the records changed", i)
		}
	}
	c.t.Logf("%s: %d of %d runs were killed before they ended", k.name, killed, times)
}

func (c *crashSite) checkBackup() {
	raw := filepath.Join(c.dir, "copy.raw") // a backup is of the database alone
	if err := os.Symlink("base.raw", raw); err != nil {
		c.t.Error(err)
	}
	defer os.Remove(raw)
	if _, err := os.Stat(filepath.Join(c.dir, "copy.db")); err == nil {
		c.run("--db", "copy.db", "db", "check")
		if err := os.Remove(filepath.Join(c.dir, "copy.db")); err != nil {
			c.t.Error(err)
		}
	}
}

func (c *crashSite) checkRelease() {
	if _, err := os.Stat(filepath.Join(c.dir, "set")); err == nil {
		c.run("release", "--verify", "set")
		if err := os.RemoveAll(filepath.Join(c.dir, "set")); err != nil {
			c.t.Error(err)
		}
	}
}

// TestCrashFullDisk gives an ingest a disk that is full after a while, at another of its writes each time. It ends with the reason; the
// database is sound and has what was reported; and with room again, it goes on to the same end.
func TestCrashFullDisk(t *testing.T) {
	c := newCrashSite(t)
	disk := filepath.Join(c.dir, "disk")
	if err := os.Mkdir(disk, 0o755); err != nil {
		t.Fatal(err)
	}
	c.run("--config", "Press.toml", "--db", "base.db", "ingest")
	want := c.exported("base.db")
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no small disk here: %v %s", err, out)
	}
	defer func() { _ = exec.Command("umount", disk).Run() }()
	resize := func(bytes int) {
		t.Helper()
		if out, err := exec.Command("mount", "-o", fmt.Sprintf("remount,size=%d", bytes), disk).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
	}
	full := 0
	for i := range *crashDisks {
		clear, err := os.ReadDir(disk)
		for _, f := range clear {
			err = os.RemoveAll(filepath.Join(disk, f.Name()))
		}
		if err != nil {
			t.Fatal(err)
		}
		resize(40<<10 + i*(1200<<10)/max(*crashDisks-1, 1))
		out, err := c.command("--config", "Press.toml", "--db", "disk/full.db", "-v", "ingest").CombinedOutput()
		if err != nil {
			full++
			if !strings.Contains(string(out), "no space left") {
				t.Errorf("size %d: %v\n%s", i, err, last(out))
			}
		}
		resize(64 << 20)
		if _, err := os.Stat(filepath.Join(disk, "full.db")); err == nil {
			c.run("--db", "disk/full.db", "db", "check")
			c.holds("disk/full.db", string(out))
		}
		c.run("--config", "Press.toml", "--db", "disk/full.db", "ingest")
		if got := c.exported("disk/full.db"); got != want {
			t.Errorf("size %d: %s", i, firstDifference(got, want))
		}
		c.run("--db", "disk/full.db", "db", "check")
	}
	t.Logf("%d of %d disks were full before the end", full, *crashDisks)
	if full < *crashDisks/2 {
		t.Error("too few to test anything")
	}
}

func last(b []byte) string { return string(b[max(0, len(b)-1500):]) }

// TestCrashDamage flips a byte in each kind of page of the database, and cuts the file there. What is read is right, or is refused
// with a reason and the command that helps; nothing panics.
func TestCrashDamage(t *testing.T) {
	c := newCrashSite(t)
	c.run("--config", "Press.toml", "--db", "base.db", "ingest")
	want := c.exported("base.db")
	whole, err := os.ReadFile(filepath.Join(c.dir, "base.db"))
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	kinds := pagesByKind(whole)
	for _, kind := range []string{"meta", "freelist", "branch", "leaf", "overflow"} {
		pages := kinds[kind]
		if len(pages) == 0 {
			t.Logf("no page of kind %s", kind)
			continue
		}
		page := pages[len(pages)/2]
		for _, at := range []int{8, 12, 40, pageSize / 2, -1} {
			damaged := slices.Clone(whole)
			if at < 0 {
				damaged = damaged[:page*pageSize+pageSize/3]
			} else {
				damaged[page*pageSize+at] ^= 0x41
			}
			if err := os.WriteFile(filepath.Join(c.dir, "damaged.db"), damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			if c.damaged(fmt.Sprintf("%s page %d, byte %d", kind, page, at), want) {
				refused++
			}
		}
	}
	if refused < 5 {
		t.Errorf("%d damages were noticed: is anything damaged?", refused)
	}
}

// damaged reads a damaged database, and says whether the damage was noticed.
func (c *crashSite) damaged(what, want string) bool {
	checked, checkErr := c.command("--db", "damaged.db", "db", "check").CombinedOutput()
	var stdout, stderr bytes.Buffer
	export := c.command("--db", "damaged.db", "export")
	export.Stdout, export.Stderr = &stdout, &stderr
	exportErr := export.Run()
	for _, out := range []string{string(checked), stderr.String()} {
		if strings.Contains(out, "goroutine ") {
			c.t.Errorf("%s: it panicked:\n%s", what, last([]byte(out)))
		}
	}
	if exportErr != nil && !(strings.Contains(stderr.String(), "damaged") && strings.Contains(stderr.String(), "hint: ")) {
		c.t.Errorf("%s: refused without a reason or a hint:\n%s", what, stderr.String())
	}
	if checkErr == nil && (exportErr != nil || withoutFetched(c.t, stdout.String()) != want) {
		c.t.Errorf("%s: the check is clean, and the export is another: %v", what, exportErr)
	}
	if exportErr == nil && withoutFetched(c.t, stdout.String()) != want && checkErr == nil {
		c.t.Errorf("%s: records are missing without a word", what)
	}
	return checkErr != nil || exportErr != nil
}

// pageSize is bbolt's on this machine.
var pageSize = os.Getpagesize()

// pagesByKind sorts a file's pages by what their heads say.
func pagesByKind(file []byte) map[string][]int {
	kinds := map[string][]int{}
	for n := 0; (n+1)*pageSize <= len(file); n++ {
		head := file[n*pageSize:]
		kind := map[uint16]string{1: "branch", 2: "leaf", 4: "meta", 16: "freelist"}[binary.LittleEndian.Uint16(head[8:])]
		over := int(binary.LittleEndian.Uint32(head[12:]))
		if kind == "" || binary.LittleEndian.Uint64(head) != uint64(n) {
			continue
		}
		kinds[kind] = append(kinds[kind], n)
		for i := range min(over, 1) {
			kinds["overflow"] = append(kinds["overflow"], n+1+i)
		}
	}
	return kinds
}
