package extract

import (
	"regexp"
	"slices"
	"strings"
)

// licence is a row of the table below: everything that is known of one licence, whatever its version.
type licence struct {
	code string // as in its address
	spdx string // the identifier without its version; empty where SPDX lists none
	name string // as printed
	path string // its folder on creativecommons.org
	open bool   // allows reuse and change by everybody
	rank int    // the more it forbids, the higher
}

// licences is the one table of Creative Commons' own. A new licence is a new row; those of states are in [national].
var licences = []licence{
	{"zero", "CC0", "CC0", "publicdomain", true, 0},
	{"mark", "CC-PDM", "Public Domain Mark", "publicdomain", true, 0},
	{"publicdomain", "CC-PDDC", "Public Domain Dedication and Certification", "licenses", true, 0},
	{"by", "CC-BY", "CC BY", "licenses", true, 1},
	{"by-sa", "CC-BY-SA", "CC BY-SA", "licenses", true, 2},
	{"sa", "CC-SA", "CC SA", "licenses", true, 2},
	{"by-nd", "CC-BY-ND", "CC BY-ND", "licenses", false, 3},
	{"nd", "", "CC ND", "licenses", false, 3},
	{"by-nc", "CC-BY-NC", "CC BY-NC", "licenses", false, 4},
	{"nc", "", "CC NC", "licenses", false, 4},
	{"by-nc-sa", "CC-BY-NC-SA", "CC BY-NC-SA", "licenses", false, 5},
	{"nc-sa", "", "CC NC-SA", "licenses", false, 5},
	{"by-nc-nd", "CC-BY-NC-ND", "CC BY-NC-ND", "licenses", false, 6},
	{"by-nd-nc", "CC-BY-NC-ND", "CC BY-NC-ND", "licenses", false, 6}, // as 1.0 wrote it
	{"nd-nc", "", "CC ND-NC", "licenses", false, 6},
	{"sampling", "", "CC Sampling", "licenses", false, 6},
	{"sampling+", "", "CC Sampling Plus", "licenses", false, 6},
	{"nc-sampling+", "", "CC NC-Sampling Plus", "licenses", false, 6},
	{"devnations", "", "CC Developing Nations", "licenses", false, 6},
}

// listedPorts are the national versions that the SPDX list has (3.27). The others become LicenseRefs.
const listedPorts = ` CC-BY-2.5-AU CC-BY-3.0-AT CC-BY-3.0-AU CC-BY-3.0-DE CC-BY-3.0-IGO CC-BY-3.0-NL CC-BY-3.0-US` +
	` CC-BY-NC-3.0-DE CC-BY-NC-ND-3.0-DE CC-BY-NC-ND-3.0-IGO CC-BY-NC-SA-2.0-DE CC-BY-NC-SA-2.0-FR CC-BY-NC-SA-2.0-UK` +
	` CC-BY-NC-SA-3.0-DE CC-BY-NC-SA-3.0-IGO CC-BY-ND-3.0-DE CC-BY-SA-2.0-UK CC-BY-SA-2.1-JP CC-BY-SA-3.0-AT` +
	` CC-BY-SA-3.0-DE CC-BY-SA-3.0-IGO `

func licenceByCode(code string) (licence, bool) {
	i := slices.IndexFunc(licences, func(l licence) bool { return l.code == code })
	if i < 0 {
		return licence{}, false
	}
	return licences[i], true
}

// make gives the License of a row, its version and its port, either of which may be empty. A version that was never
// published is none.
func (l licence) make(version, port string) *License {
	switch { // 1.0 wrote the terms the other way round
	case l.code == "by-nc-nd" && version == "1.0":
		l, _ = licenceByCode("by-nd-nc")
	case l.code == "by-nd-nc" && version != "1.0" && port == "":
		l, _ = licenceByCode("by-nc-nd")
	}
	if l.code == "zero" || l.code == "mark" {
		version, port = "1.0", "" // there never was another
	}
	if !wasPublished(l.code, version, "") {
		version, port = "", ""
	}
	if !wasPublished(l.code, version, port) {
		port = ""
	}
	out := &License{SPDX: l.id(version, port), Version: version, Jurisdiction: strings.ToUpper(port)}
	switch {
	case l.code == "publicdomain":
		out.SPDX, out.URL = l.spdx, ccHost+"/licenses/publicdomain/"
	case version != "" && port != "":
		out.URL = ccHost + "/" + l.path + "/" + l.code + "/" + version + "/" + port + "/"
	case version != "":
		out.URL = ccHost + "/" + l.path + "/" + l.code + "/" + version + "/"
	}
	return out
}

// id is the SPDX identifier. A version that is not stated is not guessed: such a licence, like a port that SPDX does not
// list, gets a LicenseRef.
func (l licence) id(version, port string) string {
	id := l.spdx + "-" + version
	if port != "" {
		id += "-" + strings.ToUpper(port)
	}
	if l.spdx != "" && version != "" && (port == "" || strings.Contains(listedPorts, " "+id+" ")) {
		return id
	}
	ref := "LicenseRef-cc-" + l.code
	for _, part := range []string{version, port} {
		if part != "" {
			ref += "-" + part
		}
	}
	return strings.ReplaceAll(ref, "+", "plus")
}

// row finds the licence of an SPDX identifier or LicenseRef, its version and its port.
func row(spdx string) (l licence, version, port string, ok bool) {
	if n, ok := nationalByID(spdx); ok {
		return licence{code: strings.ToLower(n.id), name: n.name, open: n.open, rank: n.rank}, n.version, "", true
	}
	code, isRef := strings.CutPrefix(strings.ToLower(spdx), "licenseref-cc-")
	for _, c := range licences {
		prefix := strings.ToLower(c.spdx)
		if isRef {
			prefix = strings.ReplaceAll(c.code, "+", "plus")
		}
		rest, found := strings.CutPrefix(code, prefix)
		if prefix == "" || !found || rest != "" && rest[0] != '-' || ok && len(c.code) <= len(l.code) {
			continue
		}
		v, p, _ := strings.Cut(strings.TrimPrefix(rest, "-"), "-")
		if v == "" && (isRef || c.code == "publicdomain") || v != "" && strings.Contains(versions, " "+v+" ") {
			l, version, port, ok = c, v, p, true
		}
	}
	return l, version, port, ok
}

// LicenseByID gives the licence of an SPDX identifier, as a configuration asserts it. One that is not in the table is
// kept as it stands, without an address.
func LicenseByID(spdx string) *License {
	spdx = strings.TrimSpace(spdx)
	if spdx == "" {
		return nil
	}
	out := &License{SPDX: spdx}
	if n, ok := nationalByID(spdx); ok {
		out = n.make()
	} else if l, version, port, ok := row(spdx); ok {
		out = l.make(version, port)
	}
	out.Scope, out.Evidence, out.Confidence, out.Status = "agency", "agency-config", 0.5, "asserted"
	return out
}

// LicenseName is what an attribution line prints for an SPDX identifier: CC BY 4.0. One that is not in the table is
// its own name.
func LicenseName(spdx string) string {
	if n, ok := nationalByID(spdx); ok {
		return n.name
	}
	l, version, port, ok := row(spdx)
	if !ok {
		return spdx
	}
	name := l.name
	for _, part := range []string{version, strings.ToUpper(port)} {
		if part != "" {
			name += " " + part
		}
	}
	return name
}

// Open says whether the licence allows everybody to reuse and to change the text: CC0, CC BY, CC BY-SA, the public
// domain and the open licences of states, in any version. Where statements contradict each other it is not.
func (l License) Open() bool {
	r, _, _, ok := row(l.SPDX)
	return ok && r.open && l.Status != "conflict"
}

// LicenseFrom reads a licence in what somebody said: an address, an SPDX identifier or a sentence. It is nil if
// there is none. The evidence says where it was read (page-link, feed …). What was said of pictures, software or
// readers' comments is no licence of the text.
func LicenseFrom(s, evidence string) *License {
	s = collapse(clip(s, 5000))
	parts := segments(s)
	for i, part := range parts {
		if l := named(withCondition(parts, i)); l != nil && (!strings.Contains(part, " ") || subjectOf(part, nil) != ofOthers && !denied(part)) {
			if strings.Contains(part, " ") {
				l.Statement, l.Holder = part, holderOf(part)
			}
			return l.read(evidence)
		}
	}
	return nil
}

// withCondition joins a statement with the next one, if that is a condition of its own: "CC BY 4.0. Non-commercial use only."
func withCondition(parts []string, i int) string {
	if i+1 < len(parts) && len(parts[i+1]) < 80 {
		if next := fold(parts[i+1]); !commons.MatchString(next) && (spelt("nc", next) || spelt("nd", next)) {
			return parts[i] + " " + parts[i+1]
		}
	}
	return parts[i]
}

// spelt says whether a text holds a term in more than its two letters.
func spelt(code, s string) bool {
	for _, t := range terms {
		if t.code == code {
			return len(t.pattern.FindString(s)) > 3
		}
	}
	return false
}

// named reads the licence that a statement names, in whichever form.
func named(s string) *License {
	if l := fromAddress(s); l != nil {
		return l
	}
	if l := fromID(s); l != nil {
		return l
	}
	return fromSentence(s)
}

// read notes where a licence was read. A name without its version is a looser hold.
func (l *License) read(evidence string) *License {
	l.Evidence, l.Status, l.Confidence = evidence, "verified", 0.97
	if l.Version == "" {
		l.Confidence = 0.85
	}
	return l
}

var idPattern = regexp.MustCompile(`\bCC(?:0|-PDM|-BY(?:-NC)?(?:-SA|-ND)?)-\d\.\d(?:-[A-Z]{2,3})?\b`)

// moreTerms are conditions that somebody wrote behind the version.
var moreTerms = regexp.MustCompile(`^[-_ ](?:NC|ND|SA)\b`)

func fromID(s string) *License {
	if n, ok := nationalByID(s); ok {
		return n.make()
	}
	at := idPattern.FindStringIndex(s)
	if at == nil || moreTerms.MatchString(s[at[1]:]) {
		return nil
	}
	id := s[at[0]:at[1]]
	if l, version, port, ok := row(id); ok {
		return l.make(version, strings.ToLower(port))
	}
	return nil
}
