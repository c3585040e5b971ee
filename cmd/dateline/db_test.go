package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOlderDatabaseIsCheckedAndCopied looks after databases of earlier versions before anything brings them up.
func TestOlderDatabaseIsCheckedAndCopied(t *testing.T) {
	files, err := filepath.Glob("testdata/schema*.db.gz")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d databases, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			dir := t.TempDir()
			db, copied := filepath.Join(dir, "old.db"), filepath.Join(dir, "copy.db")
			unpack(t, file, db)
			before, err := os.ReadFile(db)
			if err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{{"--db", db, "db", "check"}, {"--db", db, "db", "backup", copied}, {"--db", copied, "db", "check"}} {
				var stdout, stderr bytes.Buffer
				if code := dateline(args, strings.NewReader(""), &stdout, &stderr); code != 0 {
					t.Errorf("%q: exit code %d\n%s%s", args, code, &stdout, &stderr)
				}
			}
			if after, err := os.ReadFile(db); err != nil || !bytes.Equal(before, after) {
				t.Errorf("the database changed, %v", err)
			}
			if code := dateline([]string{"--db", db, "db", "compact"}, strings.NewReader(""), io.Discard, io.Discard); code != 0 {
				t.Errorf("compact: exit code %d", code)
			}
		})
	}
}
