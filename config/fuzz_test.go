package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dateline/config"
)

// FuzzParse: a file is either refused with mistakes that each have a place within it and a message, or gives a
// configuration that is the same after it was written and read again.
func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse("fuzz.toml", data)
		if err != nil {
			placed(t, data, err)
			return
		}
		if back := again(t, c); !reflect.DeepEqual(back, c) {
			t.Errorf("got\n%+v\nwant\n%+v", back, c)
		}
	})
}

func seed(f *testing.F) {
	files, err := filepath.Glob("testdata/bad/*.toml")
	catalog, catalogErr := filepath.Glob("catalog/*.toml")
	if err := errors.Join(err, catalogErr); err != nil || len(files) == 0 || len(catalog) == 0 {
		f.Fatalf("no seeds (%v)", err)
	}
	for _, file := range append(files, catalog...) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if strings.HasPrefix(file, "catalog") {
			data = append([]byte("enable = []\n[[agency]]\n"), data...)
		}
		f.Add(data)
	}
	f.Add([]byte(config.Example()))
}

func placed(t *testing.T, data []byte, err error) {
	t.Helper()
	var bad config.Error
	if !errors.As(err, &bad) || len(bad) == 0 {
		t.Fatalf("an error that is no config.Error: %v", err)
	}
	lines := strings.Count(string(data), "\n") + 1
	for i, m := range bad {
		if m.Line < 1 || m.Line > lines || m.Column < 1 || m.Msg == "" || m.File != "fuzz.toml" {
			t.Errorf("mistake %d of a file of %d lines: %+v", i, lines, m)
		}
		if strings.ContainsAny(m.Error(), "\n\r\x1b") {
			t.Errorf("a mistake that is more than a line of text: %q", m.Error())
		}
	}
}
