package release

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"dateline/storage"
)

// shelf is where a record stands in a release: both are names of files that any system takes.
type shelf struct{ license, language string }

// Where a record stands that has no licence, or no language that is one.
const (
	noLicense  = "unlicensed"
	noLanguage = "und" // BCP 47: undetermined
)

// prefix is what the names of a shelf's shards begin with.
func (s shelf) prefix() string { return "data/" + s.license + "/" + s.language + "-" }

func shelfOf(r *storage.Record) shelf {
	s := shelf{license: noLicense, language: language(r.Language)}
	if r.License != nil && r.License.SPDX != "" {
		s.license = fileName(r.License.SPDX)
	}
	return s
}

// plain are names that stay as they are: the identifiers of SPDX.
var plain = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,62}[A-Za-z0-9]$`)

// fileName makes a name of a file out of anything. What is no identifier gets a hash of its own, so that two are never the same.
func fileName(s string) string {
	s = string([]rune(s)) // as JSON has it, where it is not UTF-8
	if plain.MatchString(s) && !strings.EqualFold(s, noLicense) {
		return s
	}
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(s))
	sum := sha256.Sum256([]byte(s))
	return strings.Trim(safe[:min(len(safe), 40)], "-") + "_" + hex.EncodeToString(sum[:6])
}

var (
	tag    = regexp.MustCompile(`^([a-z]{2,3})(?:-[a-z]{3}){0,3}(?:-([a-z]{4}))?(?:-|$)`)
	single = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]{1,8})*$`)
)

// language is a BCP 47 tag as far as it decides how a text is read: the language and, if it is stated, the script. A page
// may state anything, so what is no tag is undetermined, and the number of shelves stays bounded.
func language(s string) string {
	s = strings.ToLower(s)
	m := tag.FindStringSubmatch(s)
	if m == nil || !single.MatchString(s) {
		return noLanguage
	}
	if m[2] != "" {
		return m[1] + "-" + strings.ToUpper(m[2][:1]) + m[2][1:]
	}
	return m[1]
}
