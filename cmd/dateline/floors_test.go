package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// floor is what a package stands on.
type floor struct {
	module []string // packages of this module
	others []string // third-party packages, by prefix of their path
}

// floors are all packages of the module. A new package needs a line here, and with it a word about what it may
// know: that is the design, and this test is what keeps it true.
var floors = map[string]floor{
	"fetch": {module: []string{"extract/calendar"}, others: []string{
		"code.dny.dev/ssrf", "github.com/mmcdole/gofeed", "github.com/andybalholm/brotli", "github.com/klauspost/compress/gzip", "github.com/klauspost/compress/zstd",
		"golang.org/x/net/html", "golang.org/x/net/http/httpguts", "golang.org/x/net/http/httpproxy", "golang.org/x/net/idna", "golang.org/x/text",
	}},
	"fetch/fetchtest": {others: []string{"golang.org/x/tools/txtar", "github.com/rogpeppe/go-internal/txtar"}},
	"extract": {module: []string{"extract/calendar"}, others: []string{
		"github.com/PuerkitoBio/goquery", "github.com/andybalholm/cascadia", "golang.org/x/net/html", "golang.org/x/text",
		"golang.org/x/net/publicsuffix",
	}},
	"extract/calendar": {}, // pages and feeds both print dates; it is no part of either
	"storage": {module: []string{"storage/near"}, others: []string{
		"github.com/klauspost/compress/zstd", "golang.org/x/net/idna", "golang.org/x/text", // rows are compressed
		"github.com/klauspost/compress/gzip", "github.com/parquet-go/parquet-go", // and what is exported
	}},
	"storage/bolt":        {module: []string{"storage"}, others: []string{"go.etcd.io/bbolt"}},
	"storage/socket":      {module: []string{"storage"}},
	"storage/release":     {module: []string{"storage"}, others: []string{"github.com/klauspost/compress/zstd"}}, // what licences mean it is told
	"storage/storagetest": {module: []string{"storage"}},
	"storage/near":        {},                                                       // texts, and nothing of dateline
	"storage/raw":         {module: []string{"storage", "storage/warc"}},            // segments and the rows that find what is in them
	"storage/warc":        {others: []string{"github.com/klauspost/compress/gzip"}}, // the file format, and nothing of dateline
	"config": {
		module: []string{"extract", "extract/calendar", "fetch"}, // archives are addressed by days of the publisher's calendar
		others: []string{"github.com/pelletier/go-toml/v2", "github.com/andybalholm/cascadia", "golang.org/x/text"},
	},
	"ingest": {module: []string{"config", "extract", "fetch", "storage", "storage/raw"}, others: []string{"golang.org/x/sync"}},
	"cmd/dateline": {
		module: []string{"config", "extract", "fetch", "ingest", "storage", "storage/bolt", "storage/raw", "storage/release", "storage/socket"},
		others: []string{
			"github.com/spf13/cobra", "golang.org/x/net/html/charset", "golang.org/x/net/publicsuffix", "golang.org/x/sync", "golang.org/x/term",
		},
	},
}

// soles are the packages that may know a third-party package which shapes whoever knows it.
var soles = map[string]string{
	"github.com/mmcdole/gofeed":        "fetch",
	"github.com/PuerkitoBio/goquery":   "extract",
	"go.etcd.io/bbolt":                 "storage/bolt",
	"github.com/parquet-go/parquet-go": "storage",
	"github.com/spf13/cobra":           "cmd/dateline",
	"github.com/pelletier/go-toml/v2":  "config",
}

// drawers are names under which anything can be put.
var drawers = []string{"util", "utils", "common", "helper", "helpers", "misc", "shared", "model", "models", "types", "errors", "log"}

// root is the module's folder, seen from this test.
const root = "../.."

// packages reads the module's source: every file that is not a test, by package folder. Build tags are not
// considered: what is built elsewhere has to keep to its floor too.
func packages(t *testing.T) map[string][]*ast.File {
	t.Helper()
	all := map[string][]*ast.File{}
	fset := token.NewFileSet()
	for _, path := range sources(t) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, filepath.Join(root, path), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		all[dir] = append(all[dir], f)
	}
	if len(all) < 5 {
		t.Fatalf("only %d packages found: is %q the module?", len(all), root)
	}
	return all
}

// sources are the paths of all Go files, relative to the module.
func sources(t *testing.T) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
			return fs.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(name, ".go") {
			rel, err := filepath.Rel(root, path)
			paths = append(paths, rel)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// imports are the paths that a package's files import.
func imports(files []*ast.File) []string {
	set := map[string]bool{}
	for _, f := range files {
		for _, i := range f.Imports {
			set[strings.Trim(i.Path.Value, `"`)] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func TestFloors(t *testing.T) {
	for dir, files := range packages(t) {
		f, ok := floors[dir]
		if !ok {
			t.Errorf("package %q has no line in floors: say what it may know", dir)
			continue
		}
		if name := dir[strings.LastIndexByte(dir, '/')+1:]; slices.Contains(drawers, name) {
			t.Errorf("package %q: the name says nothing of what is in it", dir)
		}
		for _, path := range imports(files) {
			if why := f.forbids(path); why != "" {
				t.Errorf("package %q imports %q: %s", dir, path, why)
			}
			for sole, owner := range soles {
				if within(path, sole) && dir != owner {
					t.Errorf("package %q imports %q: only %q may", dir, path, owner)
				}
			}
		}
	}
}

// forbids says why a package of this floor may not import a path; "" if it may.
func (f floor) forbids(path string) string {
	if inModule, ok := strings.CutPrefix(path, "dateline/"); ok {
		if !slices.Contains(f.module, inModule) {
			return "not on its floor"
		}
		return ""
	}
	if !strings.Contains(strings.SplitN(path, "/", 2)[0], ".") {
		return "" // the standard library
	}
	if slices.ContainsFunc(f.others, func(allowed string) bool { return within(path, allowed) }) {
		return ""
	}
	return "a dependency that it did not have; add it to floors if it must"
}

// within says whether a path is another or below it.
func within(path, above string) bool {
	return path == above || strings.HasPrefix(path, above+"/")
}

// TestFloorsForbid checks the test itself: a table that allows everything would pass too.
func TestFloorsForbid(t *testing.T) {
	for _, c := range []struct {
		dir, path string
		forbidden bool
	}{
		{"storage", "dateline/storage/bolt", true},
		{"storage", "go.etcd.io/bbolt", true},
		{"storage", "encoding/json", false},
		{"fetch", "dateline/config", true},
		{"fetch", "github.com/mmcdole/gofeed/rss", false},
		{"fetch", "github.com/mmcdole/gofeedling", true},
		{"ingest", "dateline/storage/bolt", true},
		{"ingest", "dateline/storage", false},
		{"cmd/dateline", "dateline/storage/bolt", false},
	} {
		if got := floors[c.dir].forbids(c.path) != ""; got != c.forbidden {
			t.Errorf("%s imports %s: forbidden %v, want %v", c.dir, c.path, got, c.forbidden)
		}
	}
}

// TestFloorsAreHome fails for a line whose package is gone, under which anything could move in later.
func TestFloorsAreHome(t *testing.T) {
	all := packages(t)
	for dir := range floors {
		if all[dir] == nil {
			t.Errorf("floors has a line for %q, which is no package", dir)
		}
	}
}

// TestExtractIsPure keeps the extractor free of network, clock and log: the same page gives the same article on
// every machine.
func TestExtractIsPure(t *testing.T) {
	files := packages(t)["extract"]
	for _, path := range imports(files) {
		if within(path, "net/http") || within(path, "log") || path == "os" || path == "net" || path == "math/rand" {
			t.Errorf("extract imports %q", path)
		}
	}
	for _, call := range calls(files, "time") {
		if slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "Local"}, call) {
			t.Errorf("extract uses time.%s", call)
		}
	}
}

// TestNoDefaults keeps what is shared by a whole process out of the packages: two workers with two configurations
// run side by side in one test.
func TestNoDefaults(t *testing.T) {
	defaults := map[string][]string{
		"log/slog": {"Default", "SetDefault", "Debug", "Info", "Warn", "Error", "Log", "With",
			"DebugContext", "InfoContext", "WarnContext", "ErrorContext"},
		"log":       {"Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Default", "SetOutput"},
		"net/http":  {"DefaultClient", "DefaultTransport", "DefaultServeMux", "Get", "Post", "Head", "Handle", "HandleFunc"},
		"math/rand": {"Seed", "Int", "Intn", "Float64", "Perm", "Shuffle"},
	}
	for dir, files := range packages(t) {
		for path, members := range defaults {
			for _, used := range calls(files, path) {
				if slices.Contains(members, used) {
					t.Errorf("package %q uses %s.%s", dir, path, used)
				}
			}
		}
		for _, f := range files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					t.Errorf("package %q has an init: things are listed, not registered", dir)
				}
			}
		}
	}
}

// calls are the members of an imported package that the files use. A local variable of the package's name would
// be taken for it; none should have one.
func calls(files []*ast.File, path string) []string {
	var used []string
	for _, f := range files {
		name, ok := localName(f, path)
		if !ok {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == name {
					used = append(used, sel.Sel.Name)
				}
			}
			return true
		})
	}
	return used
}

// localName is what a file calls a package that it imports.
func localName(f *ast.File, path string) (string, bool) {
	for _, i := range f.Imports {
		if strings.Trim(i.Path.Value, `"`) != path {
			continue
		}
		if i.Name != nil {
			return i.Name.Name, true
		}
		return path[strings.LastIndexByte(path, '/')+1:], true
	}
	return "", false
}

// maxLines is the length of a file beyond which it holds two things.
const maxLines = 500

func TestFilesAreShort(t *testing.T) {
	for _, path := range sources(t) {
		b, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(b, []byte("\n")); n > maxLines {
			t.Errorf("%s has %d lines: a file is one noun, and at most %d", path, n, maxLines)
		}
	}
}
