package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/storage"
)

// TestAttack41LogInjection: whatever a stranger wrote, it stays one value of one line, and of bounded length.
func TestAttack41LogInjection(t *testing.T) {
	for _, nasty := range []string{
		"a\nlevel=ERROR msg=forged", "a\r\nb", "a\x1b[2Jb", "a\u009b31mb", "a\u2028b\u202ec", `a" level="ERROR`, "a\x00\xff\xfe",
		strings.Repeat("long ", 10_000), strings.Repeat("ا", 10_000), strings.Repeat("http://u:p@h/ ", 1000),
	} {
		var b bytes.Buffer
		a := newApp(nil, &b, &b)
		a.logger(false).With("feed", nasty).Warn("poll failed", "reason", nasty, "err", fmt.Errorf("%q: %w", nasty, errors.New(nasty)))
		line, rest, _ := strings.Cut(b.String(), "\n")
		if rest != "" || strings.ContainsFunc(line, unicode.IsControl) || !utf8.ValidString(line) || strings.Contains(line, "level=ERROR msg=forged\"\n") {
			t.Errorf("%.40q is logged as %q", nasty, b.String())
		}
		if len(line) > 3*4*maxLogged+200 { // quoting writes a byte as four at most
			t.Errorf("%.40q makes a line of %d bytes", nasty, len(line))
		}
	}
}

// TestAttack47Credentials: what opens a door is neither logged nor printed nor exported.
func TestAttack47Credentials(t *testing.T) {
	const address = "https://mara:s3cret@news.example/rss?a=1&token=s3cret"
	var b bytes.Buffer
	a := newApp(nil, &b, &b)
	a.logger(false).Warn("poll failed", "feed", address, "err", fmt.Errorf("get %q: refused", address))
	a.fail(fmt.Errorf("feed %q: refused", address))
	a.json = true
	a.fail(fmt.Errorf("feed %q: refused", address))
	carrier := storage.Carrier{Feed: address}
	kept := storage.Record{ID: "x", Feed: address, AlsoIn: []storage.Carrier{carrier}}
	r := public(kept)
	line, err := r.Line()
	if err != nil {
		t.Fatal(err)
	}
	b.Write(line)
	if got := b.String(); strings.Contains(got, "s3cret") || strings.Contains(got, "mara") || strings.Count(got, "news.example/rss?a=1") != 6 {
		t.Error(got)
	}
	if kept.Feed != address || kept.AlsoIn[0] != carrier {
		t.Error("the record itself was changed")
	}
}

// TestAttack44FileNames: no name of a file comes from a feed or a page. The packages that see them make no files at all; those that
// do are told the name by the operator, and add what is their own; what package release makes of a licence and a language is
// tested there.
func TestAttack44FileNames(t *testing.T) {
	makes := []string{"Create", "CreateTemp", "OpenFile", "WriteFile", "Mkdir", "MkdirAll", "MkdirTemp", "Rename", "Symlink", "Link", "CopyFS"}
	for dir, files := range packages(t) {
		if slices.Contains([]string{"cmd/dateline", "storage/bolt", "storage/raw", "storage/release", "storage/socket"}, dir) {
			continue
		}
		for _, call := range calls(files, "os") {
			for _, name := range makes {
				if call == name {
					t.Errorf("package %q calls os.%s: where does the name come from?", dir, name)
				}
			}
		}
	}
}

// TestAttack51NothingListens: by default nobody can connect to the daemon but over its socket, which is a file.
func TestAttack51NothingListens(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what a process listens on is read from Linux's /proc")
	}
	p := newPress(t)
	dir := t.TempDir()
	settings := fmt.Sprintf("enable = []\n[fetch]\nallow = [\"127.0.0.0/8\"]\n[[agency]]\nid = \"press\"\nname = \"Press\"\nfeeds = [\"%s/rss\"]\n", p.hosts[0])
	if err := os.WriteFile(filepath.Join(dir, "dateline.toml"), []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(linkProgram(t, dir), "run")
	c.Dir = dir
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	for late := time.Now().Add(time.Minute); p.asked.Load() < 3; time.Sleep(time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("the daemon asked for nothing in a minute")
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "dateline.db.sock")); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the socket: %v, %v", info.Mode(), err)
	}
	sockets := socketsOf(t, c.Process.Pid)
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		for _, row := range rowsOf(t, table) {
			if sockets[row[9]] && strings.HasSuffix(row[2], ":0000") { // with nobody at the other end
				t.Errorf("the daemon listens: %s %v", table, row)
			}
		}
	}
}

// socketsOf are the inodes of a process's sockets.
func socketsOf(t *testing.T, pid int) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		to, err := os.Readlink(filepath.Join(dir, e.Name()))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // closed meanwhile
			t.Fatal(err)
		}
		if inode, ok := strings.CutPrefix(to, "socket:["); ok {
			found[strings.TrimSuffix(inode, "]")] = true
		}
	}
	if len(found) == 0 {
		t.Fatal("the daemon has no socket at all: is this its process?")
	}
	return found
}

// rowsOf are the fields of a table of the kernel's, without its head.
func rowsOf(t *testing.T, table string) (rows [][]string) {
	t.Helper()
	b, err := os.ReadFile("/proc/net/" + table)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // no such protocol here
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		if fields := strings.Fields(line); i > 0 && len(fields) > 9 {
			rows = append(rows, fields)
		}
	}
	return rows
}
