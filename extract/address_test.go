package extract

import (
	"strings"
	"testing"
)

// TestEveryAddress: Creative Commons lists 652 addresses of legal tools, with 14,544 characters; the table must give
// exactly these, and each must be read.
func TestEveryAddress(t *testing.T) {
	count, chars := 0, 0
	check := func(path string) {
		count, chars = count+1, chars+len(path)+1
		for _, address := range []string{"https://creativecommons.org/" + path, "http://www.creativecommons.org/" + path + "/deed.fa", "//creativecommons.org/" + path + "/legalcode"} {
			l := fromAddress(address)
			if l == nil || l.SPDX == "" || strings.Contains(path, ".") && (l.Version == "" || !strings.Contains(path, "/"+l.Version)) {
				t.Errorf("%s: got %+v", address, l)
				continue
			}
			if back := LicenseByID(l.SPDX); back.URL != l.URL || l.URL == "" {
				t.Errorf("%s: %s leads to %q, not to %q", address, l.SPDX, back.URL, l.URL)
			}
		}
	}
	check("licenses/publicdomain")
	for _, p := range published {
		for _, code := range strings.Fields(p.codes) {
			switch code {
			case "certification": // an older address of the same tool
				continue
			case "zero", "mark":
				check("publicdomain/" + code + "/" + p.version)
				continue
			}
			check("licenses/" + code + "/" + p.version)
			for _, port := range strings.Fields(p.ports) {
				check("licenses/" + code + "/" + p.version + "/" + port)
			}
		}
	}
	if count != 652 || chars != 14544 {
		t.Errorf("got %d addresses with %d characters", count, chars)
	}
}

// FuzzAddress: any address gives nothing or a licence whose own address reads the same.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"https://creativecommons.org/licenses/by/4.0/deed.fa", "//web.archive.org/web/2016/http://creativecommons.org/licenses/by/3.0/", "https://licensebuttons.net/l/by/4.0/88x31.png", "http://kogl.or.kr/info/licenseType1.do"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l := fromAddress(s)
		if l == nil || l.URL == "" {
			return
		}
		if again := fromAddress(l.URL); again == nil || again.SPDX != l.SPDX {
			t.Errorf("%q gives %s at %s, which reads as %+v", s, l.SPDX, l.URL, again)
		}
	})
}
