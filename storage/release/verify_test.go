package release

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestVerify damages a release in every way that its manifest should tell.
func TestVerify(t *testing.T) {
	const shard = "data/CC-BY-4.0/en-00000.jsonl.zst"
	for _, c := range []struct {
		name, want string
		damage     func(t *testing.T, dir string)
	}{
		{"flipped", "its sum is not", func(t *testing.T, dir string) {
			edit(t, dir, shard, func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
		}},
		{"cut", "bytes, the manifest says", func(t *testing.T, dir string) {
			edit(t, dir, shard, func(b []byte) []byte { return b[:len(b)-1] })
		}},
		{"lost", "no such file", func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "DATASHEET.md")); err != nil {
				t.Fatal(err)
			}
		}},
		{"added", "not in the manifest", func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "data", "more"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}},
		{"edited", "other sums", func(t *testing.T, dir string) {
			edit(t, dir, manifestPath, func(b []byte) []byte { return bytes.Replace(b, []byte("Tides"), []byte("Times"), 1) })
		}},
		{"escaping", "not within", func(t *testing.T, dir string) {
			edit(t, dir, manifestPath, func(b []byte) []byte { return bytes.Replace(b, []byte(`"data/`), []byte(`"../`), 1) })
		}},
		{"newer", "format 2", func(t *testing.T, dir string) {
			edit(t, dir, manifestPath, func(b []byte) []byte { return bytes.Replace(b, []byte(`"format": 1`), []byte(`"format": 2`), 1) })
		}},
		{"recounted", "records of agency", func(t *testing.T, dir string) {
			edit(t, dir, manifestPath, func(b []byte) []byte { return bytes.Replace(b, []byte(`"reef": `), []byte(`"reef": 1`), 1) })
			edit(t, dir, sumsPath, func([]byte) []byte { return sumsOf(t, dir) })
		}},
	} {
		dir, _ := write(t, Options{Name: "Tides"}, fleet()...)
		c.damage(t, dir)
		if _, err := Verify(t.Context(), dir, plainJudge); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

// sumsOf makes the sums anew, as somebody would who covers up an edit.
func sumsOf(t *testing.T, dir string) []byte {
	var out bytes.Buffer
	m, err := readManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(m.Files, File{Path: manifestPath}) {
		sum, _, err := sumOf(filepath.Join(dir, f.Path))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s  %s\n", sum, f.Path)
	}
	return out.Bytes()
}

func edit(t *testing.T, dir, path string, change func([]byte) []byte) {
	t.Helper()
	full := filepath.Join(dir, filepath.FromSlash(path))
	b, err := os.ReadFile(full)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, change(b), 0o644); err != nil {
		t.Fatal(err)
	}
}
