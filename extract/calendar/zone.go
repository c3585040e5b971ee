package calendar

import (
	"regexp"
	"strings"
	"sync"
	"time"
)

// zoneMinutes are the abbreviations of zones by their distance from UTC. Of those that several zones share, RFC 822's meaning
// counts (section 5.1), or else that of the most people who print it; one without either is left out.
var zoneMinutes = map[string]int{
	"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "GMZ": 0, "AZOST": 0, "EGST": 0,
	"EST": -5 * 60, "EDT": -4 * 60, "CST": -6 * 60, "CDT": -5 * 60, "MST": -7 * 60, "MDT": -6 * 60, "PST": -8 * 60, "PDT": -7 * 60,
	"AT": -4 * 60, "AST": -4 * 60, "ADT": -3 * 60, "NST": -210, "NDT": -150, "AKST": -9 * 60, "AKDT": -8 * 60, "HST": -10 * 60, "HAST": -10 * 60, "HDT": -9 * 60, "HADT": -9 * 60,
	"BRT": -3 * 60, "BRST": -2 * 60, "ART": -3 * 60, "CLT": -4 * 60, "CLST": -3 * 60, "COT": -5 * 60, "PET": -5 * 60, "ECT": -5 * 60, "VET": -4 * 60,
	"BOT": -4 * 60, "GYT": -4 * 60, "PYT": -4 * 60, "PYST": -3 * 60, "UYT": -3 * 60, "UYST": -2 * 60, "GFT": -3 * 60, "SRT": -3 * 60, "PMST": -3 * 60, "PMDT": -2 * 60,
	"FNT": -2 * 60, "EGT": -60, "AZOT": -60, "CVT": -60, "WGT": -3 * 60, "WGST": -2 * 60,
	"BST": 60, "IRISH": 60, "WEST": 60, "CET": 60, "CEST": 120, "MET": 60, "MEST": 120, "MEZ": 60, "MESZ": 120, "HNEC": 60, "HAEC": 120, "SWT": 60, "SST": -11 * 60,
	"EET": 120, "EEST": 180, "OEZ": 120, "OESZ": 180, "FET": 180, "TRT": 180, "MSK": 180, "MSD": 240, "SAMT": 240, "YEKT": 300, "OMST": 360, "NOVT": 420, "KRAT": 420,
	"IRKT": 480, "YAKT": 540, "VLAT": 600, "MAGT": 660, "SAKT": 660, "PETT": 720, "ANAT": 720,
	"WAT": 60, "WAST": 120, "CAT": 120, "SAST": 120, "EAT": 180, "MUT": 240, "RET": 240, "SCT": 240,
	"IDT": 180, "IRST": 210, "IRDT": 270, "GST": 240, "GET": 240, "AZT": 240, "AZST": 300, "AFT": 270, "PKT": 300, "UZT": 300, "TJT": 300, "TMT": 300, "MVT": 300,
	"IST": 330, "SLST": 330, "NPT": 345, "BDT": 360, "BTT": 360, "KGT": 360, "ALMT": 360, "QYZT": 360, "MMT": 390, "ICT": 420, "WIB": 420, "HOVT": 420,
	"HKT": 480, "SGT": 480, "MYT": 480, "PHT": 480, "PHST": 480, "WITA": 480, "BNT": 480, "ULAT": 480, "AWST": 480, "AWDT": 540,
	"JST": 540, "KST": 540, "WIT": 540, "TLT": 540, "ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660, "PGT": 600, "CHST": 600,
	"NCT": 660, "SBT": 660, "VUT": 660, "NFT": 660, "NZST": 720, "NZDT": 780, "FJT": 720, "TVT": 720, "MHT": 720, "CHAST": 765, "CHADT": 825, "TOT": 780, "WSDT": 840, "PHOT": 780, "LINT": 840,
}

// seasonal are the zones that print without a word on daylight saving time, which is to be looked up.
var seasonal = map[string]func() *time.Location{
	"ET": sync.OnceValue(func() *time.Location { return region("America/New_York", "EST") }),
	"CT": sync.OnceValue(func() *time.Location { return region("America/Chicago", "CST") }),
	"MT": sync.OnceValue(func() *time.Location { return region("America/Denver", "MST") }),
	"PT": sync.OnceValue(func() *time.Location { return region("America/Los_Angeles", "PST") }),
}

// iran is where dates of the solar Hijri calendar are printed without a zone, korea where Korean ones are.
var (
	iran  = sync.OnceValue(func() *time.Location { return region("Asia/Tehran", "IRST") })
	korea = time.FixedZone("KST", 9*3600)
)

// region is a zone by its name in the zone database, or a fixed one where the machine has none.
func region(name, otherwise string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return fixed(otherwise)
	}
	return zone
}

// fixed is a zone by its abbreviation, which is in the table.
func fixed(name string) *time.Location {
	minutes := zoneMinutes[name]
	if minutes == 0 {
		return time.UTC
	}
	return time.FixedZone(name, minutes*60)
}

// zoneNamed is the zone of an abbreviation in capitals; nil for one that is not known. The letters of military zones are UTC
// all of them, for RFC 822 had them the wrong way round (RFC 5322, section 4.3).
func zoneNamed(name string) *time.Location {
	if in, ok := seasonal[name]; ok {
		return in()
	}
	if _, ok := zoneMinutes[name]; ok {
		return fixed(name)
	}
	if len(name) == 1 && name[0] >= 'A' && name[0] <= 'Z' {
		return time.UTC
	}
	return nil
}

// regionNamed reads the name of a zone in the zone database; nil for what is none.
func regionNamed(name string) *time.Location {
	if strings.HasPrefix(name, "/") || strings.Contains(name, "..") {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

var (
	offsetPattern = regexp.MustCompile(`^\s*(?:UTC|GMT)?\s*([+-])(\d{2}):?(\d{2})?(?:\D|$)`)
	zonePattern   = regexp.MustCompile(`^\s*\(?([A-Z]{1,5})\b`)
)

// readZone reads the zone that follows a time within a text: an offset, or an abbreviation that means one thing only, for
// other words may stand there too.
func readZone(s string) *time.Location {
	if m := offsetPattern.FindStringSubmatch(s); m != nil {
		secs := num(m[2])*3600 + num(m[3])*60
		if m[1] == "-" {
			secs = -secs
		}
		if secs > -15*3600 && secs < 15*3600 {
			return time.FixedZone("", secs)
		}
	}
	m := zonePattern.FindStringSubmatch(s)
	if m == nil {
		return nil
	}
	switch m[1] {
	case "Z", "UTC", "GMT", "UT", "WET",
		"EST", "EDT", "CDT", "MST", "MDT", "PST", "PDT", "CET", "CEST", "EET", "EEST", "WEST", "MSK", "JST", "KST", "IRST", "IRDT":
		return fixed(m[1])
	}
	return nil
}
