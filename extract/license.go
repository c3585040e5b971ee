package extract

import (
	"net/url"
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

// licences is the one table. A new licence is a new row.
var licences = []licence{
	{"zero", "CC0", "CC0", "publicdomain", true, 0},
	{"mark", "CC-PDM", "Public Domain Mark", "publicdomain", true, 0},
	{"certification", "CC-PDDC", "Public Domain Dedication and Certification", "publicdomain", true, 0},
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
const listedPorts = ` CC-BY-2.5-AU CC-BY-3.0-AT CC-BY-3.0-AU CC-BY-3.0-DE CC-BY-3.0-IGO CC-BY-3.0-NL CC-BY-3.0-US
 CC-BY-NC-3.0-DE CC-BY-NC-ND-3.0-DE CC-BY-NC-ND-3.0-IGO CC-BY-NC-SA-2.0-DE CC-BY-NC-SA-2.0-FR CC-BY-NC-SA-2.0-UK
 CC-BY-NC-SA-3.0-DE CC-BY-NC-SA-3.0-IGO CC-BY-ND-3.0-DE CC-BY-SA-2.0-UK CC-BY-SA-2.1-JP CC-BY-SA-3.0-AT
 CC-BY-SA-3.0-DE CC-BY-SA-3.0-IGO `

// versions are those that Creative Commons published.
const versions = " 1.0 2.0 2.1 2.5 3.0 4.0 "

func licenceByCode(code string) (licence, bool) {
	i := slices.IndexFunc(licences, func(l licence) bool { return l.code == code })
	if i < 0 {
		return licence{}, false
	}
	return licences[i], true
}

// make gives the License of a row, its version and its port, either of which may be empty.
func (l licence) make(version, port string) *License {
	if !strings.Contains(versions, " "+version+" ") {
		version, port = "", ""
	}
	out := &License{SPDX: l.id(version, port)}
	if version != "" {
		out.URL = "https://creativecommons.org/" + l.path + "/" + l.code + "/" + version + "/"
		if port != "" {
			out.URL += port + "/"
		}
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
	if l.spdx != "" && version != "" && (port == "" || strings.Contains(strings.ReplaceAll(listedPorts, "\n", " "), " "+id+" ")) {
		return id
	}
	ref := "LicenseRef-cc-" + strings.TrimPrefix(l.code, "cc-")
	for _, part := range []string{version, port} {
		if part != "" {
			ref += "-" + part
		}
	}
	return strings.ReplaceAll(ref, "+", "plus")
}

// row finds the licence of an SPDX identifier or LicenseRef, its version and its port.
func row(spdx string) (l licence, version, port string, ok bool) {
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
		if v == "" && isRef || strings.Contains(versions, " "+v+" ") && v != "" {
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
	if l, version, port, ok := row(spdx); ok {
		out = l.make(version, port)
	}
	out.Evidence, out.Status = "agency-config", "asserted"
	return out
}

// LicenseName is what an attribution line prints for an SPDX identifier: CC BY 4.0. One that is not in the table is
// its own name.
func LicenseName(spdx string) string {
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

// Open says whether the licence allows everybody to reuse and to change the text: CC0, CC BY, CC BY-SA and the public
// domain, in any version. Where statements contradict each other it is not.
func (l License) Open() bool {
	r, _, _, ok := row(l.SPDX)
	return ok && r.open && l.Status != "conflict"
}

// LicenseFrom reads a licence in what somebody said: an address, an SPDX identifier or a sentence. It is nil if
// there is none. The evidence says where it was read (page-link, feed …).
func LicenseFrom(s, evidence string) *License {
	s = collapse(clip(s, 5000))
	l := fromAddress(s)
	if l == nil {
		l = fromID(s)
	}
	if l == nil {
		l = fromSentence(s)
	}
	if l == nil {
		return nil
	}
	if strings.Contains(s, " ") {
		l.Statement, l.Holder = s, holderOf(s)
	}
	l.Evidence, l.Status = evidence, "verified"
	return l
}

var (
	addressPattern = regexp.MustCompile(`(?i)(?:https?:)?//[^\s"'<>()\[\]]+`)
	ccPath         = regexp.MustCompile(`(?i)^/(licenses|publicdomain|deed)/([a-z+-]+)(?:/(\d\.\d))?(?:/([a-z]{2}|igo|scotland))?(?:/(?:deed|legalcode|rdf)(?:\.[a-z_-]+)?)?/?$`)
	idPattern      = regexp.MustCompile(`\bCC(?:0|-PDM|-PDDC|-BY(?:-NC)?(?:-SA|-ND)?)-\d\.\d(?:-[A-Z]{2,3})?\b`)
)

// fromAddress reads the address of a licence. The host must be Creative Commons' own: a name that only begins like
// it is somebody else's.
func fromAddress(s string) *License {
	for _, a := range addressPattern.FindAllString(s, 20) {
		u, err := url.Parse(strings.TrimRight(a, ".,;:"))
		if err != nil {
			continue
		}
		host := strings.ToLower(u.Hostname())
		m := ccPath.FindStringSubmatch(strings.ToLower(u.Path))
		if m == nil || host != "creativecommons.org" && host != "www.creativecommons.org" {
			continue
		}
		if l, ok := licenceByCode(m[2]); ok {
			return l.make(m[3], m[4])
		}
	}
	return nil
}

func fromID(s string) *License {
	id := idPattern.FindString(s)
	if l, version, port, ok := row(id); ok && id != "" {
		return l.make(version, strings.ToLower(port))
	}
	return nil
}
