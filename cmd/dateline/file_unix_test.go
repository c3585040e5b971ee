//go:build unix && !solaris && !aix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"dateline/config"
)

// TestAddAtOnce: of many who add to one file at the same time, none undoes what another has done.
func TestAddAtOnce(t *testing.T) {
	file := configFile{filepath.Join(t.TempDir(), config.FileName)}
	var adding sync.WaitGroup
	const n = 20
	for i := range n {
		adding.Go(func() {
			feed := fmt.Sprintf("https://news%d.example/rss", i)
			if _, err := file.add([]config.Agency{{Feeds: []string{feed}}}, false); err != nil {
				t.Error(err)
			}
		})
	}
	adding.Wait()
	cfg, err := config.Load(file.path)
	if err != nil {
		t.Fatal(err)
	}
	missing := 0
	for i := range n {
		if _, ok := cfg.Agency(fmt.Sprintf("https://news%d.example/rss", i)); !ok {
			missing++
		}
	}
	if missing > 0 {
		t.Errorf("%d of %d feeds are missing", missing, n)
	}
}

// TestAddKeepsTheOwner: root adds to the file of a daemon that is not root, which has to read it again.
func TestAddKeepsTheOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	path := filepath.Join(t.TempDir(), config.FileName)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const daemon = 1234
	if err := os.Chown(path, daemon, daemon); err != nil {
		t.Fatal(err)
	}
	if _, err := (configFile{path}).add([]config.Agency{{Feeds: []string{"https://news.example/rss"}}}, false); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if s := info.Sys().(*syscall.Stat_t); s.Uid != daemon || s.Gid != daemon || info.Mode().Perm() != 0o600 || info.Size() == 0 {
		t.Errorf("owner %d:%d, mode %v, %d bytes", s.Uid, s.Gid, info.Mode(), info.Size())
	}
}
