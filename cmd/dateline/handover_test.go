package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestHandOverOutlivesItsHolder starts several passes on one database, each for another feed. Whoever comes later hands its
// wish to the one that holds the file, which may end long before that wish is done: then it is done by the others.
func TestHandOverOutlivesItsHolder(t *testing.T) {
	p := newPress(t)
	dir := t.TempDir()
	program := linkProgram(t, dir)
	settings := "enable = []\n[fetch]\nallow = [\"127.0.0.0/8\"]\nhost_interval = \"0s\"\n"
	if err := os.WriteFile(filepath.Join(dir, "dateline.toml"), []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	type pass struct {
		*exec.Cmd
		out bytes.Buffer
	}
	var passes []*pass
	for _, host := range p.hosts {
		c := &pass{Cmd: exec.Command(program, "ingest", host+"/rss")}
		c.Dir, c.Stdout, c.Stderr = dir, &c.out, &c.out
		before := p.asked.Load()
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		passes = append(passes, c)
		late := time.Now().Add(time.Minute)
		for p.asked.Load() < before+10 { // it is under way, and by itself it would end first
			if time.Now().After(late) {
				t.Fatal("a pass asked for nothing in a minute")
			}
			time.Sleep(time.Millisecond)
		}
	}
	for i, c := range passes {
		if err := c.Wait(); err != nil || strings.Contains(c.out.String(), "context canceled") {
			t.Errorf("pass %d: %v\n%s", i, err, c.out.String())
		}
	}
	export := exec.Command(program, "export")
	export.Dir = dir
	out, err := export.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := bytes.Count(out, []byte("\n")), pressHosts*pressArticles-(pressHosts-1)*pressArticles/5; got != want {
		t.Errorf("%d records, want %d", got, want)
	}
}
