package calendar

import (
	"testing"
	"time"
)

func tehran(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Tehran")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestDate(t *testing.T) {
	zone := tehran(t)
	for said, want := range map[string]string{
		"2024-02-08T10:00:50Z":                "2024-02-08T10:00:50Z",
		"2020-04-17 T 19:14:22 +0430":         "2020-04-17T14:44:22Z",
		"2020-04-17T19:14:22+04:30":           "2020-04-17T14:44:22Z",
		"2026-04-20T14:09:42.493":             "2026-04-20T10:39:42Z",
		"2020-04-17":                          "2020-04-16T19:30:00Z",
		"20200417T191422Z":                    "2020-04-17T19:14:22Z",
		"2021/05/06 07:08":                    "2021-05-06T02:38:00Z",
		"Tue, 03 Nov 2020 10:00:00 GMT":       "2020-11-03T10:00:00Z",
		"3 Nov 2020 10:00 +0000":              "2020-11-03T10:00:00Z",
		"November 3, 2020, 4:05 p.m. EST":     "2020-11-03T21:05:00Z",
		"Nov. 3rd, 2020 12:01 AM UTC":         "2020-11-03T00:01:00Z",
		"3. März 2021, 08:30 UTC":             "2021-03-03T08:30:00Z",
		"le 1er août 2021 à 08:30 CEST":       "2021-08-01T06:30:00Z",
		"17 de abril de 2020 UTC":             "2020-04-16T19:30:00Z",
		"17 апреля 2020, 19:14 MSK":           "2020-04-17T16:14:00Z",
		"2020年4月17日 19時14分":                   "2020-04-17T14:44:00Z",
		"17.04.2020 19:14 UTC":                "2020-04-17T19:14:00Z",
		"04/17/2020 19:14 UTC":                "2020-04-17T19:14:00Z",
		"۲۵ مهر ۱۳۹۶، ۱۲:۴۰":                  "2017-10-17T09:10:00Z",
		"سه\u200cشنبه ۲۵ مهر ۱۳۹۶ - ۱۲:۴۰":    "2017-10-17T09:10:00Z",
		"۱۳۹۹/۱۲/۳۰ ۱۰:۰۰":                    "2021-03-20T06:30:00Z",
		"1403-01-01 00:00":                    "2024-03-19T20:30:00Z",
		"٣ نوفمبر ٢٠٢٠ ١٠:٠٠ UTC":             "2020-11-03T10:00:00Z",
		"1604397600":                          "2020-11-03T10:00:00Z",
		"1604397600000":                       "2020-11-03T10:00:00Z",
		"Published: 3 November 2020 at 10:00": "2020-11-03T06:30:00Z",
	} {
		got, ok := Date(said, zone)
		if !ok || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q: got %v %v, want %s", said, got.UTC().Format(time.RFC3339), ok, want)
		}
	}
}

func TestNoDate(t *testing.T) {
	for _, said := range []string{"", "yesterday", "03/04/2020", "2020-13-01", "2020-02-30", "30 Feb 2020", "31 مهر 1396", "30 اسفند 1400",
		"12 people in 2020", "May you live in 2020", "1:30", "0000-00-00", "25:61 2020", "10 مهر 1240", "9999999999999999"} {
		if got, ok := Date(said, nil); ok {
			t.Errorf("%q: got %v", said, got)
		}
	}
}

// FuzzDate: a date that was read is one that can be printed and read again.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"2020-04-17 T 19:14:22 +0430", "۲۵ مهر ۱۳۹۶، ۱۲:۴۰", "Tue, 03 Nov 2020 10:00 GMT", "2020年4月17日", "1604397600"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := Date(s, nil)
		if !ok {
			return
		}
		again, ok := Date(got.UTC().Format(time.RFC3339), nil)
		if !ok || !again.Equal(got.Truncate(time.Second)) {
			t.Errorf("%q: %v reads again as %v", s, got, again)
		}
	})
}
