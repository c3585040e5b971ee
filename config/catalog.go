package config

import (
	"embed"
	"fmt"
	"path"
	"strings"

	"dateline/extract"
)

//go:embed catalog/*.toml profile/*.toml
var builtin embed.FS

// Catalog is every built-in agency, by id. An error is a fault of the program, not of its user.
func Catalog() ([]Agency, error) {
	var all []Agency
	for _, id := range builtIn() {
		a, err := entry(id)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// Lookup is the built-in agency of an id.
func Lookup(id string) (Agency, bool) {
	if !isID(id) {
		return Agency{}, false
	}
	a, err := entry(id)
	return a, err == nil
}

// entry reads an entry of the catalogue: a file with the keys of an [[agency]].
func entry(id string) (Agency, error) {
	file := path.Join("catalog", id+".toml")
	data, err := builtin.ReadFile(file)
	if err != nil {
		return Agency{}, fmt.Errorf("catalogue: %w", err)
	}
	r := newReader(file, data)
	d := &draft{}
	if root := r.tree(); root != nil {
		s := spot{"", root}
		if shared, ok := profile(r.peek(root, "profile")); ok {
			d.Rules, d.Archive = shared.Rules, shared.Archive
		}
		r.table(s, r.agencyKeys(d))
		r.complete(s, d)
	}
	if err := r.err(); err != nil {
		return Agency{}, err
	}
	return d.Agency, nil
}

// shared is what sites of one make have in common.
type shared struct {
	extract.Rules
	Archive string
}

// profile is what a make of site shares; none has the empty name.
func profile(name string) (shared, bool) {
	var p shared
	if !isID(name) {
		return p, false
	}
	file := path.Join("profile", name+".toml")
	data, err := builtin.ReadFile(file)
	if err != nil {
		return p, false
	}
	r := newReader(file, data)
	if root := r.tree(); root != nil {
		r.table(spot{"", root}, append(r.ruleKeys(&p.Rules), key{"archive", r.text(&p.Archive, wantArchive, isArchive)}))
	}
	return p, len(r.mistakes) == 0
}

func builtIn() []string  { return listed("catalog") }
func profiles() []string { return listed("profile") }

// listed are the names of a folder's files, sorted, without their ending.
func listed(folder string) []string {
	files, err := builtin.ReadDir(folder)
	if err != nil {
		return nil
	}
	var all []string
	for _, f := range files {
		all = append(all, strings.TrimSuffix(f.Name(), ".toml"))
	}
	return all
}
