package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dateline/storage"
)

// Verify holds a release against its manifest: every file's sum and size, every count, and an attribution for every record.
// It gives the manifest; what is wrong comes as [Mistakes].
func Verify(ctx context.Context, dir string, j Judge) (Manifest, error) {
	m, err := readManifest(dir)
	if err != nil {
		return m, err
	}
	rules := &builder{Options: Options{Judge: j, Allow: set(m.Allowed), Unique: m.Unique}, seen: ids{}, unique: ids{}}
	v := &verifier{dir: dir, m: &m, rules: rules, tally: newTally()}
	v.listing()
	v.sums(ctx)
	if len(v.wrong) == 0 { // else the counts would only repeat it
		v.records(ctx)
	}
	if err := ctx.Err(); err != nil {
		return m, err
	}
	if len(v.wrong) > 0 {
		return m, v.wrong
	}
	return m, nil
}

// Mistakes are what is wrong with a release, each with the file that it is in; the first of them, if they are many.
type Mistakes []error

func (m Mistakes) Error() string { return errors.Join(m...).Error() }

type verifier struct {
	dir   string
	m     *Manifest
	rules *builder // as the release was made by
	tally *tally
	wrong Mistakes
}

// maxWrong bounds the list of what is wrong: one lost shard may make a million lines.
const maxWrong = 20

func (v *verifier) complain(format string, args ...any) {
	if len(v.wrong) < maxWrong {
		v.wrong = append(v.wrong, fmt.Errorf(format, args...))
	}
}

// listing compares the names in the folder with those in the manifest.
func (v *verifier) listing() {
	named := map[string]bool{manifestPath: true, sumsPath: true}
	for _, f := range v.m.Files {
		if !filepath.IsLocal(filepath.FromSlash(f.Path)) || named[f.Path] {
			v.complain("%q: listed twice, or not within the release", f.Path)
		}
		named[f.Path] = true
	}
	err := filepath.WalkDir(v.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(v.dir, path)
		if name := filepath.ToSlash(rel); err == nil && !named[name] {
			v.complain("%q: not in the manifest", name)
		}
		return err
	})
	if err != nil {
		v.complain("%w", err)
	}
}

// sums compares each file with its sum, in the manifest and in SHA256SUMS.
func (v *verifier) sums(ctx context.Context) {
	var want strings.Builder
	for _, f := range append(v.m.Files[:len(v.m.Files):len(v.m.Files)], File{Path: manifestPath}) {
		if ctx.Err() != nil || len(v.wrong) >= maxWrong {
			return
		}
		sum, size, err := sumOf(filepath.Join(v.dir, filepath.FromSlash(f.Path)))
		switch {
		case err != nil:
			v.complain("%w", err)
		case f.Path != manifestPath && size != f.Bytes:
			v.complain("%q: %d bytes, the manifest says %d", f.Path, size, f.Bytes)
		case f.Path != manifestPath && sum != f.SHA256:
			v.complain("%q: its sum is not the manifest's", f.Path)
		}
		fmt.Fprintf(&want, "%s  %s\n", sum, f.Path)
	}
	got, err := os.ReadFile(filepath.Join(v.dir, sumsPath))
	if err != nil {
		v.complain("%w", err)
	} else if string(got) != want.String() && len(v.wrong) == 0 {
		v.complain("%q: other sums than the files have", sumsPath)
	}
}

func sumOf(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), size, err
}

// records reads all shards beside the attributions, which are in the same order, and counts again.
func (v *verifier) records(ctx context.Context) {
	err := v.reading(creditsPath, func(credits *lines) error {
		head, err := credits.next()
		if err != nil {
			return fmt.Errorf("%q: %w", creditsPath, err)
		}
		if string(head) != creditColumns {
			return fmt.Errorf("%q: other columns than are known here", creditsPath)
		}
		for _, f := range v.m.Files {
			if !strings.HasPrefix(f.Path, "data/") {
				continue
			}
			if err := v.reading(f.Path, func(shard *lines) error { return v.shard(ctx, f, shard, credits) }); err != nil {
				return err
			}
		}
		if _, err := credits.next(); err != io.EOF {
			return fmt.Errorf("%q: more lines than records", creditsPath)
		}
		return nil
	})
	if err != nil {
		v.complain("%w", err)
		return
	}
	v.counts()
}

func (v *verifier) reading(path string, read func(*lines) error) error {
	f, err := os.Open(filepath.Join(v.dir, filepath.FromSlash(path)))
	if err != nil {
		return err
	}
	defer f.Close()
	l, err := newLines(f)
	if err != nil {
		return fmt.Errorf("%q: %w", path, err)
	}
	defer l.close()
	return read(l)
}

func (v *verifier) shard(ctx context.Context, f File, shard, credits *lines) error {
	n := 0
	for ; ; n++ {
		line, err := shard.next()
		if err == io.EOF {
			break
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return fmt.Errorf("%q: %w", f.Path, err)
		}
		row, err := credits.next()
		if err != nil {
			return fmt.Errorf("%q: no line for record %d of %q: %w", creditsPath, n+1, f.Path, err)
		}
		if err := v.record(f, line, string(row)); err != nil {
			v.complain("%q: record %d: %w", f.Path, n+1, err)
		}
	}
	if n != f.Records {
		v.complain("%q: %d records, the manifest says %d", f.Path, n, f.Records)
	}
	return nil
}

// record checks one record, its place, its licence and its line of the attributions.
func (v *verifier) record(f File, line []byte, row string) error {
	var r storage.Record
	if err := json.Unmarshal(line, &r); err != nil {
		return err
	}
	s := shelfOf(&r)
	v.tally.add(&r, s, v.rules.Judge)
	if s.license != f.License || s.language != f.Language {
		return fmt.Errorf("%s belongs to %s, %s", r.ID, s.license, s.language)
	}
	if v.rules.seen.add(r.ID) {
		return fmt.Errorf("%s is there twice", r.ID)
	}
	if reason := v.rules.withheld(&r); reason != "" {
		return fmt.Errorf("%s should have been withheld: %s", r.ID, reason)
	}
	if r.Attribution == "" || row != f.Path+"\t"+string(v.rules.row(&r)) {
		return fmt.Errorf("%s is not the one that %s credits", r.ID, creditsPath)
	}
	return nil
}

func set(names []string) map[string]bool {
	all := map[string]bool{}
	for _, name := range names {
		all[name] = true
	}
	return all
}

func (v *verifier) counts() {
	if v.tally.records != v.m.Records {
		v.complain("%s: %d records, the shards have %d", manifestPath, v.m.Records, v.tally.records)
	}
	got, want := v.tally.counts, v.m.Counts
	for _, c := range []struct {
		what      string
		got, want map[string]int
	}{
		{"agency", got.Agency, want.Agency}, {"licence", got.License, want.License}, {"language", got.Language, want.Language},
		{"month", got.Month, want.Month}, {"status", got.Status, want.Status}, {"notice", v.tally.marked.Notices, v.m.Marked.Notices},
	} {
		if !maps.Equal(c.got, c.want) {
			keys := slices.Concat(keys(c.got), keys(c.want))
			i := slices.IndexFunc(keys, func(k string) bool { return c.got[k] != c.want[k] })
			v.complain("%s: %d records of %s %q, the shards have %d", manifestPath, c.want[keys[i]], c.what, keys[i], c.got[keys[i]])
		}
	}
	withheld := 0
	for _, n := range v.m.Withheld {
		withheld += n
	}
	if v.m.Records+withheld != v.m.Read {
		v.complain("%s: %d read, of which %d are here and %d withheld", manifestPath, v.m.Read, v.m.Records, withheld)
	}
}
