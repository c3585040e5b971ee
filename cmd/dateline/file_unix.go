//go:build unix && !solaris && !aix

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// lockFolder keeps other datelines from replacing files of a file's folder until unlock is called. The folder is locked and not
// the file, which is another one once it was replaced; and no lock is left behind by a kill. Where a folder can't be locked, as
// on some network file systems, two at the same instant are not kept apart.
func lockFolder(path string) (unlock func()) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return func() {}
	}
	_ = syscall.Flock(int(d.Fd()), syscall.LOCK_EX)
	return func() { d.Close() }
}

// giveAway makes a file that replaces another one its owner's: root edits what somebody else has to read. Who is not root
// can't, and needn't: the file is theirs.
func giveAway(f *os.File, old fs.FileInfo) {
	if owner, ok := old.Sys().(*syscall.Stat_t); ok {
		_ = f.Chown(int(owner.Uid), int(owner.Gid))
	}
}
