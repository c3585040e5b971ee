//go:build linux

package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

var crashFull = flag.Int("full", 12, "at how many places at least TestFullDisk lets the disk run full; 50 take a minute")

// TestFullDisk lets every command that writes run on a small disk that is full after so many bytes, from none to all that it
// needs. It must fail with one clear line, leave a sound store with all that was stored, and go on when there is room.
func TestFullDisk(t *testing.T) {
	slowUnderRace(t)
	c := newCrashSite(t)
	dir := filepath.Join(c.dir, "disk")
	mountSmall(t, dir)
	each := (*crashFull + len(crashCommands) - 1) / len(crashCommands)
	for _, cmd := range crashCommands {
		t.Run(cmd.name, func(t *testing.T) {
			y := c.try(t, cmd, dir)
			failed, enough := 0, int64(8192)
			for ; y.full(t, enough); enough *= 4 {
				failed++
				y.again(t)
			}
			for i := range int64(each - failed) {
				y.again(t)
				if y.full(t, enough*i/int64(each)) {
					failed++
				}
			}
			y.again(t)
			if failed == 0 {
				t.Error("no run met a full disk")
			}
			t.Logf("full %d times; %d bytes are enough", failed, enough)
		})
	}
}

// mountSmall mounts a file system in memory, which only root may.
func mountSmall(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("dateline-test", dir, "tmpfs", 0, "size=32m"); err != nil {
		t.Skipf("no small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// again goes on where there was no room, and begins anew.
func (y *crashTry) again(t *testing.T) {
	t.Helper()
	y.finish(t)
	y.begin(t)
	if t.Failed() {
		t.FailNow()
	}
}

func roomLeft(t *testing.T, dir string) int64 {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		t.Fatal(err)
	}
	return int64(s.Bavail) * s.Bsize
}

// full runs the command with so many bytes left on the disk, then makes room again; false if they were enough.
func (y *crashTry) full(t *testing.T, free int64) bool {
	t.Helper()
	ballast := filepath.Join(y.dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, max(0, roomLeft(t, y.dir)-free)), 0o600); err != nil {
		t.Fatal(err)
	}
	run := y.command(y.dir, y.cmd.args...)
	var stderr bytes.Buffer
	run.Stderr = &stderr
	err := run.Run()
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	said := stderr.String()
	if err != nil && (!strings.Contains(said, "no space left on device") || strings.Contains(said, "goroutine ") || strings.Contains(said, "panic")) {
		t.Errorf("%q with %d bytes free: %v\n%s", y.cmd.args, free, err, said)
	}
	y.broken(t, said)
	return err != nil
}
