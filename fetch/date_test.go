package fetch

import (
	"testing"
	"time"

	"dateline/extract/calendar"
)

func TestReadDate(t *testing.T) {
	for said, want := range map[string]string{
		"Tue, 03 Nov 2020 10:00:00 GMT":       "2020-11-03T10:00:00Z",
		"Tue, 3 Nov 2020 10:00:00 +0330":      "2020-11-03T06:30:00Z",
		"03 Nov 2020 10:00:00 -0500":          "2020-11-03T15:00:00Z",
		"2020-11-03T10:00:00Z":                "2020-11-03T10:00:00Z",
		"2020-11-03T10:00:00.123456-03:30":    "2020-11-03T13:30:00Z",
		"Tue, 03 Nov 2020 24:00:00 GMT":       "2020-11-04T00:00:00Z",
		"Sat, 31 Dec 2016 23:59:60 GMT":       "2017-01-01T00:00:00Z",
		"Tue, 03 Nov 2020 10:00:00 GMT+3":     "2020-11-03T07:00:00Z",
		"2567-03-15T10:00:00Z":                "2024-03-15T10:00:00Z",
		"سه\u200cشنبه ۲۵ مهر ۱۳۹۶ - ۱۲:۴۰":    "2017-10-17T09:10:00Z",
		" \n Tue, 03 Nov 2020\n 10:00:00 GMT": "2020-11-03T10:00:00Z",
		"Wed, 31 Jun 2020 10:00:00 GMT":       "",
		"Wed, 00 Jun 2020 10:00:00 GMT":       "",
		"Wed, 29 Feb 2021 10:00:00 GMT":       "",
		"2021-02-29T10:00:00Z":                "",
		"2021-02-28T10:00:00+24:00":           "",
		"2021-02-28T10:00:00Zz":               "",
		"0000-02-28T10:00:00Z":                "",
		"9999-12-31T23:59:59Z":                "",
		"today":                               "",
		"":                                    "",
	} {
		got, ok := readDate(said)
		if s := got.Format(time.RFC3339); s != want && (ok || want != "") {
			t.Errorf("%q: got %s, want %q", said, s, want)
		}
	}
}

func TestMoment(t *testing.T) {
	if got := moment("never"); !got.IsZero() {
		t.Errorf("got %v", got)
	}
}

// FuzzReadDate: what the fast roads read is what package calendar reads, and a date that was read reads back as the same instant.
func FuzzReadDate(f *testing.F) {
	for _, s := range []string{"Tue, 03 Nov 2020 10:00:00 GMT", "3 Nov 2020 10:00:00 -0500", "2020-11-03T10:00:00.5+03:30", "2567-03-15T10:00:00Z", "mar., 3 nov. 2020"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, fast := range []func(string) (time.Time, bool){mailDate, stampDate} {
			got, ok := fast(s)
			if slow, read := calendar.Field(s); ok && (!read || !slow.Equal(got)) {
				t.Errorf("%q: fast %v, slow %v %v", s, got, slow, read)
			}
		}
		got, ok := readDate(s)
		if again, read := readDate(got.Format(time.RFC3339)); ok && (!read || !again.Equal(got)) {
			t.Errorf("%q: %v reads again as %v %v", s, got, again, read)
		}
	})
}

func BenchmarkReadDate(b *testing.B) {
	for name, s := range map[string]string{
		"mail":   "Tue, 03 Nov 2020 10:00:00 GMT",
		"stamp":  "2020-11-03T10:00:00+03:30",
		"others": "mar., 03 nov. 2020 10:00:00 CET",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				readDate(s)
			}
		})
	}
}
