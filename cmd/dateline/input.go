package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/net/publicsuffix"

	"dateline/config"
)

// isURL tells an address from the name of a file.
func isURL(arg string) bool {
	scheme, _, ok := strings.Cut(arg, "://")
	return ok && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

// isHost tells what is probably an address without its scheme: news.example.org, but not page.html.
func isHost(arg string) bool {
	host, _, _ := strings.Cut(strings.ToLower(arg), "/")
	suffix, listed := publicsuffix.PublicSuffix(host)
	return listed && suffix != host
}

// errEmpty is a document without a byte that means anything.
var errEmpty = errors.New("empty")

// readDocument reads a file, or stdin for "-", as far as fetch would read it from a server. A pipe whose writer is silent
// does not hold the program: the context ends the wait.
func (a *app) readDocument(ctx context.Context, cfg *config.Config, arg string) ([]byte, error) {
	limit := cfg.Fetch.MaxBody
	var b []byte
	done := make(chan error, 1)
	go func() {
		var err error
		b, err = a.readUpTo(arg, limit+1)
		done <- err
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case err := <-done:
		if err != nil {
			return nil, err
		}
	}
	switch {
	case int64(len(b)) > limit:
		return nil, fmt.Errorf("%q: larger than %d bytes, the most that is read of a document (fetch.max_body)", arg, limit)
	case len(bytes.TrimSpace(b)) == 0:
		return nil, fmt.Errorf("%q: %w", arg, errEmpty)
	}
	return b, nil
}

func (a *app) readUpTo(arg string, n int64) ([]byte, error) {
	if arg == "-" {
		b, err := io.ReadAll(io.LimitReader(a.stdin, n))
		if err != nil {
			err = fmt.Errorf("stdin: %w", err)
		}
		return b, err
	}
	f, err := os.Open(arg)
	if errors.Is(err, fs.ErrNotExist) && isHost(arg) {
		err = hint(err, "an address begins with its scheme: https://%s", printable(arg))
	}
	if err != nil {
		return nil, err // names the file already
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, n))
}
