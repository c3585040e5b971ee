package main

// The rules of the terminal:
//
//   - stdout has the result and nothing else, so that it can be piped; logs, progress and errors go to stderr.
//   - An error is one line a mistake: `dateline: `, no capital, no full stop. A `hint: ` line follows where the fix is known.
//   - With --json the result is JSON and an error is a JSON object on stderr: {"error": "…", "hint": "…"}.
//   - Progress is drawn only on a terminal, colour too and never with NO_COLOR set or TERM=dumb.
//   - What a stranger wrote (titles, addresses, errors) is printed without control characters.

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"golang.org/x/term"

	"dateline/config"
	"dateline/ingest"
)

// app is one run of the program: where it reads and writes, and the flags that all commands have.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer

	configPath string
	dbPath     string
	verbose    bool
	json       bool // a command's --json
}

func newApp(stdin io.Reader, stdout, stderr io.Writer) *app {
	return &app{stdin: stdin, stdout: stdout, stderr: stderr}
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// color says whether stdout takes colour.
func (a *app) color() bool {
	return isTerminal(a.stdout) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

func (a *app) say(format string, args ...any) {
	fmt.Fprintf(a.stderr, "dateline: "+format+"\n", args...)
}

// hinted is an error whose fix is known.
type hinted struct {
	error
	hint string
}

func (h *hinted) Unwrap() error { return h.error }

func hint(err error, format string, args ...any) error {
	return &hinted{err, fmt.Sprintf(format, args...)}
}

// fail prints an error by the rules above.
func (a *app) fail(err error) {
	var h *hinted
	if a.json {
		line := map[string]string{"error": redacted(err.Error())}
		if errors.As(err, &h) {
			line["hint"] = h.hint
		}
		writeJSON(a.stderr, line, "")
		return
	}
	var mistakes config.Error
	if errors.As(err, &mistakes) {
		for _, m := range mistakes {
			a.say("%s", printable(redacted(m.Error())))
		}
	} else {
		a.say("%s", printable(redacted(err.Error())))
	}
	if errors.As(err, &h) {
		fmt.Fprintf(a.stderr, "hint: %s\n", h.hint)
	}
}

// logger writes to stderr. On a terminal only what is worth a look is logged, since progress and a table tell the rest.
func (a *app) logger(quiet bool) *slog.Logger {
	level := slog.LevelInfo
	switch {
	case a.verbose:
		level = slog.LevelDebug
	case quiet:
		level = slog.LevelError
	}
	return slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: level, ReplaceAttr: logged}))
}

// meter draws progress on one line of a terminal.
type meter struct {
	w     io.Writer
	began time.Time // of the pages
	drawn time.Time
}

// show draws at most ten times a second.
func (m *meter) show(p ingest.Progress) {
	now := time.Now()
	if now.Sub(m.drawn) < 100*time.Millisecond {
		return
	}
	m.drawn = now
	fmt.Fprintf(m.w, "\r\x1b[Kfeeds %d of %d", p.FeedsDone, p.Feeds)
	if p.Pages == 0 {
		m.began = now
		return
	}
	rate := float64(p.PagesDone) / now.Sub(m.began).Seconds()
	fmt.Fprintf(m.w, "  pages %d of %d  %.1f/s", p.PagesDone, p.Pages, rate)
	if left := p.Pages - p.PagesDone; rate > 0 && left > 0 {
		fmt.Fprintf(m.w, "  %s left", time.Duration(float64(left)/rate*float64(time.Second)).Round(time.Second))
	}
}

func (m *meter) clear() { fmt.Fprint(m.w, "\r\x1b[K") }
