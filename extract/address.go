package extract

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const ccHost = "https://creativecommons.org"

// versions are those that Creative Commons published.
const versions = " 1.0 2.0 2.1 2.5 3.0 4.0 "

// six are the licences of every version since 2.0.
const six = "by by-nc by-nc-nd by-nc-sa by-nd by-sa"

// published is every legal tool that Creative Commons ever put at an address of its own: version, codes, and the
// jurisdictions that they were ported to. What is not here is no licence, however it looks.
var published = []struct{ version, codes, ports string }{
	{"1.0", "zero mark certification", ""},
	{"1.0", "by by-nc by-nc-sa by-nd by-nd-nc by-sa", "fi il nl"},
	{"1.0", "nc nc-sa nd nd-nc sa", "fi nl"},
	{"1.0", "sampling", "br tw"},
	{"1.0", "sampling+", "br de tw"},
	{"1.0", "nc-sampling+", "tw"},
	{"2.0", six, "at au be br ca cl de es fr hr it jp kr nl pl tw uk za"},
	{"2.0", "by-nd-nc nc nc-sa nd nd-nc sa", "jp"},
	{"2.0", "devnations", ""},
	{"2.1", six, "au ca es jp"},
	{"2.5", six, "ar au bg br ca ch cn co dk es hr hu il in it mk mt mx my nl pe pl pt scotland se si tw za"},
	{"3.0", six, "am at au az br ca ch cl cn cr cz de ec ee eg es fr ge gr gt hk hr ie igo it lu nl no nz ph pl pr pt ro" +
		" rs sg th tw ug us ve vn za"},
	{"4.0", six, ""},
}

func wasPublished(code, version, port string) bool {
	for _, p := range published {
		if p.version == version && slices.Contains(strings.Fields(p.codes), code) {
			return port == "" || slices.Contains(strings.Fields(p.ports), port)
		}
	}
	return false
}

// openLicence is a licence that a state publishes its works under. Several of them are used by news agencies.
type openLicence struct {
	id, name, version, jurisdiction string
	url                             string
	places                          []string       // hosts with the beginning of their paths
	words                           *regexp.Regexp // the name in a folded sentence
	open                            bool
	rank                            int
}

// national holds the narrower names first.
var national = []openLicence{
	{"OGL-UK-1.0", "Open Government Licence v1.0", "1.0", "GB", "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/1/",
		[]string{"nationalarchives.gov.uk/doc/open-government-licence/version/1"}, regexp.MustCompile(`open government licen[cs]e v?(?:ersion )?1(?:\.0)?\b`), true, 1},
	{"OGL-UK-2.0", "Open Government Licence v2.0", "2.0", "GB", "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/2/",
		[]string{"nationalarchives.gov.uk/doc/open-government-licence/version/2"}, regexp.MustCompile(`open government licen[cs]e v?(?:ersion )?2(?:\.0)?\b`), true, 1},
	{"OGL-Canada-2.0", "Open Government Licence – Canada 2.0", "2.0", "CA", "https://open.canada.ca/en/open-government-licence-canada",
		[]string{"open.canada.ca/en/open-government-licence-canada", "ouvert.canada.ca/fr/licence-du-gouvernement-ouvert-canada", "open.canada.ca/fr/licence-du-gouvernement-ouvert-canada"},
		regexp.MustCompile(`open government licen[cs]e\s*-\s*canada|licence du gouvernement ouvert\s*-\s*canada`), true, 1},
	{"OGL-UK-3.0", "Open Government Licence v3.0", "3.0", "GB", "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
		[]string{"nationalarchives.gov.uk/doc/open-government-licence/version/3"}, regexp.MustCompile(`open government licen[cs]e v?(?:ersion )?3(?:\.0)?\b`), true, 1},
	{"LicenseRef-OGL-UK", "Open Government Licence", "", "GB", "https://www.nationalarchives.gov.uk/doc/open-government-licence/",
		[]string{"nationalarchives.gov.uk/doc/open-government-licence"}, regexp.MustCompile(`\bopen government licen[cs]e\b`), true, 1},
	{"LicenseRef-etalab-1.0", "Licence Ouverte 1.0", "1.0", "FR", "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf",
		[]string{"etalab.gouv.fr/wp-content/uploads/2014/05/licence_ouverte"}, regexp.MustCompile(`licence ouverte(?: etalab)? v?(?:ersion )?1(?:\.0)?\b`), true, 1},
	{"etalab-2.0", "Licence Ouverte 2.0", "2.0", "FR", "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf",
		[]string{"etalab.gouv.fr/wp-content/uploads/2017/04/etalab-licence-ouverte-v2.0", "etalab.gouv.fr/licence-version-2-0", "github.com/etalab/licence-ouverte"},
		regexp.MustCompile(`licence ouverte(?: etalab)? v?(?:ersion )?2(?:\.0)?\b|\betalab[ -]2\.0`), true, 1},
	{"LicenseRef-etalab", "Licence Ouverte", "", "FR", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
		[]string{"etalab.gouv.fr/licence-ouverte-open-licence"}, regexp.MustCompile(`licence ouverte\s*(?:/\s*open licen[cs]e|(?:d['’]\s*)?etalab)`), true, 1},
	kogl("1", "출처표시", true, 1), kogl("2", "상업적 이용금지", false, 4), kogl("3", "변경금지", false, 3), kogl("4", "상업적 이용금지, 변경금지", false, 6),
	{"LicenseRef-us-government-work", "United States Government Work", "", "US", "https://www.usa.gov/government-works",
		[]string{"usa.gov/government-works", "usa.gov/government-copyright", "usa.gov/publicdomain/label/1.0"},
		regexp.MustCompile(`works? of the (?:u\.?s\.?|united states) (?:federal )?government|produced exclusively by the voice of america`), true, 0},
	{"DL-DE-BY-2.0", "Datenlizenz Deutschland – Namensnennung – 2.0", "2.0", "DE", "https://www.govdata.de/dl-de/by-2-0",
		[]string{"govdata.de/dl-de/by-2-0"}, regexp.MustCompile(`datenlizenz deutschland\s*-?\s*namensnennung\s*-?\s*(?:version )?2\.0`), true, 1},
	{"DL-DE-ZERO-2.0", "Datenlizenz Deutschland – Zero – 2.0", "2.0", "DE", "https://www.govdata.de/dl-de/zero-2-0",
		[]string{"govdata.de/dl-de/zero-2-0"}, regexp.MustCompile(`datenlizenz deutschland\s*-?\s*zero\s*-?\s*(?:version )?2\.0`), true, 0},
	{"NLOD-2.0", "Norwegian Licence for Open Government Data 2.0", "2.0", "NO", "https://data.norge.no/nlod/no/2.0",
		[]string{"data.norge.no/nlod/no/2.0", "data.norge.no/nlod/en/2.0"}, regexp.MustCompile(`norsk lisens for offentlige data|norwegian licen[cs]e for open government data`), true, 1},
}

// kogl is a type of the Korea Open Government License (공공누리): attribution alone, or with what it forbids.
func kogl(n, terms string, open bool, rank int) openLicence {
	return openLicence{"LicenseRef-kogl-" + n, "공공누리 제" + n + "유형 (" + terms + ")", "", "KR", "https://www.kogl.or.kr/info/licenseType" + n + ".do",
		[]string{"kogl.or.kr/info/licensetype" + n + ".do"},
		regexp.MustCompile(`공공누리[^.]{0,30}?제?\s?` + n + `\s?유형|\bkogl\b.{0,20}type[ -]?` + n), open, rank}
}

func nationalByID(id string) (openLicence, bool) {
	i := slices.IndexFunc(national, func(n openLicence) bool { return strings.EqualFold(n.id, id) })
	if i < 0 {
		return openLicence{}, false
	}
	return national[i], true
}

func (n openLicence) make() *License {
	return &License{SPDX: n.id, URL: n.url, Version: n.version, Jurisdiction: n.jurisdiction}
}

// mayLicense is the cheap question about a link: whether it can lead to a licence at all.
func mayLicense(href string) bool {
	if len(href) < 12 || href[0] == '#' || href[0] == '/' && href[1] != '/' {
		return false // within the site
	}
	for _, s := range []string{"creativecommons.org", "open-government-licence", "etalab", "kogl.or.kr", "usa.gov/", "dl-de/", "/nlod", "licence-du-gouvernement-ouvert"} {
		if strings.Contains(href, s) {
			return true
		}
	}
	return false
}

var (
	addressPattern = regexp.MustCompile(`(?i)(?:https?:)?//[^\s"'<>()\[\]]+`)
	archivePath    = regexp.MustCompile(`^/web/\d{4,14}(?:[a-z]{2}_)?/(https?://?.+)$`)
	legalFile      = regexp.MustCompile(`^(?:deed|legalcode|rdf)(?:\.[a-z_-]+)?$`)
)

// fromHref reads a link: the whole of it must be the licence's address.
func fromHref(href string) *License {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil || u.Host == "" {
		return nil
	}
	return fromURL(u)
}

// fromAddress reads the address of a licence. The host must be the licensor's own: a name that only begins like it is
// somebody else's.
func fromAddress(s string) *License {
	for _, a := range addressPattern.FindAllString(s, 20) {
		u, err := url.Parse(strings.TrimRight(a, ".,;:"))
		if err != nil {
			continue
		}
		if l := fromURL(u); l != nil {
			return l
		}
	}
	return nil
}

func fromURL(u *url.URL) *License {
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	path := strings.ToLower(u.Path)
	switch host {
	case "web.archive.org": // rewrites every link of the pages that it keeps
		if m := archivePath.FindStringSubmatch(u.Path); m != nil {
			if inner, err := url.Parse(m[1]); err == nil && inner.Hostname() != host {
				return fromURL(inner)
			}
		}
		return nil
	case "creativecommons.org":
		return fromPath(path)
	case "i.creativecommons.org", "licensebuttons.net", "api.creativecommons.org": // the badges: /l/by/4.0/88x31.png
		if rest, ok := strings.CutPrefix(path, "/l/"); ok && strings.HasSuffix(rest, ".png") {
			return fromPath("/licenses/" + rest[:strings.LastIndex("/"+rest, "/")])
		}
		return nil
	}
	for _, n := range national {
		for _, p := range n.places {
			if rest, ok := strings.CutPrefix(host+path, p); ok && (rest == "" || !isWord(rest[0])) {
				return n.make()
			}
		}
	}
	return nil
}

func isWord(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' }

// fromPath reads a path on creativecommons.org: folder, code, version, port, and a file in some language.
func fromPath(path string) *License {
	part := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if len(part) > 2 && legalFile.MatchString(part[len(part)-1]) {
		part = part[:len(part)-1]
	}
	if len(part) < 2 || len(part) > 4 || part[0] != "licenses" && part[0] != "publicdomain" && part[0] != "deed" {
		return nil
	}
	code, rest := part[1], part[2:]
	if part[0] != "licenses" && code == "certification" {
		code, rest = "publicdomain", nil
	}
	l, ok := licenceByCode(code)
	if !ok || part[0] != "deed" && l.path != part[0] && code != "publicdomain" && code != "zero" && code != "mark" {
		return nil
	}
	switch {
	case len(rest) == 0:
		if code != "publicdomain" && !slices.Contains(strings.Fields(six), code) {
			return nil
		}
		return l.make("", "")
	case !wasPublished(code, rest[0], strings.Join(rest[1:], "/")):
		return nil
	}
	return l.make(rest[0], strings.Join(rest[1:], "/"))
}
