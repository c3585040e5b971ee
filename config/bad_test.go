package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/config"
)

// TestBad reads a file per mistake. Its first lines say, after "# want: ", what must be complained of, and nothing else.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata/bad (%v)", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".toml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := wanted(t, string(data))
			got := mistakes(t, filepath.Base(file), data).Error()
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func wanted(t *testing.T, data string) string {
	t.Helper()
	var want []string
	for line := range strings.Lines(data) {
		message, ok := strings.CutPrefix(line, "# want: ")
		if !ok {
			break
		}
		want = append(want, strings.TrimSuffix(message, "\n"))
	}
	if len(want) == 0 {
		t.Fatal(`the file's first line is not "# want: " and a message`)
	}
	return strings.Join(want, "\n")
}

// mistakes are those of a file, which must have some.
func mistakes(t *testing.T, name string, data []byte) config.Error {
	t.Helper()
	c, err := config.Parse(name, data)
	var bad config.Error
	if !errors.As(err, &bad) || len(bad) == 0 || c != nil {
		t.Fatalf("got configuration %v and error %v, want only a config.Error", c, err)
	}
	return bad
}
