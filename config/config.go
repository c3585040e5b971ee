// Package config reads dateline.toml: which agencies are read, how, and within which limits.
//
// The comments of the fields are the manual of the file. A wrong file is refused with every mistake in it,
// each with file, line, column, key and what was expected.
package config

import (
	"time"

	"dateline/extract"
	"dateline/fetch"
)

// Config is the effective configuration: the file, the catalogue's agencies that it enables, and the defaults.
type Config struct {
	Path     string // the file it was read from; empty for the built-in one
	Contact  string
	Enable   []string // ids of the catalogue's agencies, in the order written
	Fetch    fetch.Options
	Poll     Poll
	Agencies []Agency // enabled ones of the catalogue and the file's own, in order
}

// Poll is the pace of asking.
type Poll struct {
	Floor time.Duration // no feed is asked more often; default 1 h
	Grace time.Duration // how long a shutdown may finish what is under way; default 10 s
	Tries int           // how often a page is asked for before its entry is stored from the feed alone; default 5
}

// Agency is one publisher.
type Agency struct {
	ID       string
	Name     string
	Home     string
	Language string // BCP 47
	Timezone string // IANA name; empty means UTC
	Zone     *time.Location
	Feeds    []string
	Profile  string        // rules shared by sites of one make
	License  string        // SPDX id, asserted: what the page says is kept beside it
	Holder   string        // who licenses, where it is not the agency itself
	Rules    extract.Rules // the profile's, overridden by the agency's own
}
