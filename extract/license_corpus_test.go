package extract

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// TestLicensesOfCorpus measures the licences of the trafilatura set. Its gold names 42 pages. Some of those carry no
// licence in what was stored of them: they are counted apart. On pages where the gold is silent a licence may stand all the same (a
// publisher's own sentence in the footer): those that are found are printed, to be looked at.
func TestLicensesOfCorpus(t *testing.T) {
	var right, wrong, missed, blank, silent int
	for _, g := range goldOf(t, "trafilatura") {
		htm := htmlOf(t, "trafilatura", g)
		a := Page(htm, Source{URL: g.URL, Fetched: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
		got := ""
		if a.License != nil {
			l, _, _, _ := row(a.License.SPDX)
			got = strings.ToUpper(l.code)
		}
		want := goldCode(g.License)
		switch {
		case want == "" && got == "":
		case want == "":
			silent++
			t.Logf("gold is silent: %s: %+v", g.URL, *a.License)
		case want == got:
			right++
		case got == "" && !names(htm):
			blank++
			t.Logf("nothing on the page: %s: gold %s", g.URL, g.License)
		case got == "":
			missed++
			t.Logf("missed: %s: gold %s", g.URL, g.License)
		default:
			wrong++
			t.Errorf("wrong: %s: got %s, gold %s", g.URL, got, want)
		}
	}
	recall, precision := float64(right)/float64(right+missed+wrong), float64(right)/float64(right+wrong)
	t.Logf("right %d, wrong %d, missed %d: precision %.3f, recall %.3f where the page carries it; %d gold rows without a licence on the page; %d found where the gold is silent",
		right, wrong, missed, precision, recall, blank, silent)
	if recall < 0.95 || precision < 0.98 || silent > 8 {
		t.Error("below the floor: recall 0.95, precision 0.98, 8 beyond the gold")
	}
}

// goldCode is the code of a licence as the gold writes it: CC BY-NC-ND 3.0 DE. A bare country is none.
func goldCode(s string) string {
	s, ok := strings.CutPrefix(strings.ReplaceAll(s, "CC-", "CC "), "CC ")
	if !ok {
		return ""
	}
	s, _, _ = strings.Cut(s, " ")
	return strings.TrimSuffix(s, "-4.0-DE")
}

// names says whether a page holds the address or the name of a licence in its bytes.
func names(htm []byte) bool {
	for _, s := range []string{"creativecommons.org/licenses", "CC BY", "CC-BY", "cc-by", "cc by"} {
		if bytes.Contains(htm, []byte(s)) {
			return true
		}
	}
	return false
}
