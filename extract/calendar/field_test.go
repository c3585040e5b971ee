package calendar

import (
	"testing"
	"time"
)

func TestField(t *testing.T) {
	for said, want := range map[string]string{
		"Thu, 30 Apr 2015 24:00":       "2015-05-01T00:00:00Z",
		"2003-W52-3":                   "2003-12-24T00:00:00Z",
		"2003-365":                     "2003-12-31T00:00:00Z",
		"mar., 03 nov. 2020 10:00 CET": "2020-11-03T09:00:00Z",
		"--1231":                       "",
		"2021-02-29T10:00:00Z":         "",
	} {
		got, ok := Field(said)
		if s := got.UTC().Format(time.RFC3339); s != want && (ok || want != "") {
			t.Errorf("%q: got %s, want %q", said, s, want)
		}
	}
}
