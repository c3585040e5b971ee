package main

import (
	"bytes"
	"errors"
	"flag"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

var crashKills = flag.Int("kills", 6, "how often TestKillCommands kills a command; 200 take a minute")

// TestKillCommands kills every command that writes, with SIGKILL, at random instants of its run. After each the store is sound
// and has all that was reported as stored, once; what the command writes beside it is whole or not there.
func TestKillCommands(t *testing.T) {
	slowUnderRace(t)
	c := newCrashSite(t)
	rnd := rand.New(rand.NewPCG(3, 4))
	each := (*crashKills + len(crashCommands) - 1) / len(crashCommands)
	for _, cmd := range crashCommands {
		t.Run(cmd.name, func(t *testing.T) {
			y := c.try(t, cmd, filepath.Join(c.dir, cmd.name))
			began := time.Now()
			if said, killed := y.killed(t, time.Hour); killed {
				t.Fatal(said)
			}
			took := time.Since(began)
			y.ended(t)
			y.begin(t)
			killed := 0
			for runs := 0; killed < each && runs < 10*each && !t.Failed(); runs++ {
				said, early := y.killed(t, time.Duration(rnd.Int64N(int64(took))))
				if early {
					killed++
					y.broken(t, said)
					continue
				}
				y.ended(t)
				y.begin(t)
			}
			y.finish(t)
			if killed < each {
				t.Errorf("only %d runs were killed before they ended", killed)
			}
			t.Logf("killed %d times within %v", killed, took.Round(time.Millisecond))
		})
	}
}

// killed runs the command and kills it after a while; false if it ended before, which must be well. It gives what was said.
func (y *crashTry) killed(t *testing.T, after time.Duration) (said string, killed bool) {
	t.Helper()
	run := y.command(y.dir, y.cmd.args...)
	var stderr bytes.Buffer
	run.Stderr = &stderr
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = run.Process.Kill() })
	err := run.Wait()
	timer.Stop()
	var exit *exec.ExitError
	if err == nil {
		return stderr.String(), false
	}
	if !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("%q: %v\n%s", y.cmd.args, err, &stderr)
	}
	return stderr.String(), true
}
