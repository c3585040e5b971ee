package storage

import "fmt"

// Verdict is what an export with one of the usual choices does with a record.
type Verdict struct {
	Choice  string `json:"choice"` // as on the command line; empty: none
	Written bool   `json:"written"`
	Why     string `json:"why,omitempty"` // not
}

// Verdicts are what exports do with a record, by the usual choices.
func (r *Record) Verdicts() []Verdict {
	open := Verdict{Choice: "--license " + OpenLicenses, Why: r.notOpen()}
	unique := Verdict{Choice: "--unique"}
	if r.DuplicateOf != "" {
		unique.Why = "it repeats " + r.DuplicateOf
	}
	all := []Verdict{{}, open, unique}
	for i := range all {
		all[i].Written = all[i].Why == ""
	}
	return all
}

// notOpen says why a record is not under an open licence; empty if it is.
func (r *Record) notOpen() string {
	switch {
	case r.License == nil || r.License.SPDX == "":
		return "no licence is stated"
	case r.License.Status == "conflict":
		return "what is stated of its licence is contradictory"
	case !openLicense(r.License.SPDX):
		return fmt.Sprintf("%s is not open", r.License.SPDX)
	default:
		return ""
	}
}
