package calendar

import (
	"testing"
	"time"
	_ "time/tzdata" // Tehran is known wherever the test runs
)

// TestCalendars: days that were printed in two calendars.
func TestCalendars(t *testing.T) {
	for said, want := range map[string]string{
		"۲۵ مهر ۱۳۹۶":                    "2017-10-17",
		"۳۰ اسفند ۱۳۹۹":                  "2021-03-20", // a leap year's last day
		"۱ فروردین ۱۴۰۰":                 "2021-03-21",
		"۱ فروردين ۱۳۷۵":                 "1996-03-20", // Arabic yeh, before the anchor
		"1445-01-01":                     "2023-07-19",
		"١ محرم ١٤٤٥ هـ":                 "2023-07-19",
		"٣٠ ذو الحجة ١٤٤٥":               "2024-07-07", // a leap year has a 30th
		"1 رمضان 1445هـ":                 "2024-03-11",
		"23 شوال 1445":                   "2024-05-02",
		"۱۰ ربیع\u200cالاول ۱۴۴۰":        "2018-11-19",
		"5 جمادى الآخرة 1442":            "2021-01-19", // the 18th in Saudi Arabia
		"5 جمادي 1442":                   "",
		"رمضان 1445":                     "",
		"31 محرم 1445":                   "",
		"5 رمضان 2024":                   "",
		"5 رمضان 1445 - 15 مارس 2024":    "2024-03-15",
		"15 مارس 2024م - 5 رمضان 1445هـ": "2024-03-15",
		"15 มีนาคม 2567":                 "2024-03-15",
		"15มีนาคม2567":                   "2024-03-15",
		"๑๕ มี.ค. ๒๕๖๗ เวลา ๑๒:๔๐ น.": "2024-03-15",
		"15 มี.ค. 67":           "2024-03-15",
		"15/03/2567":            "2024-03-15",
		"2567-03-15":            "2024-03-15",
		"15 березня 2024":       "2024-03-15",
		"15. ožujka":            "",
		"15. mart 2024":         "2024-03-15",
		"15 март 2024 г.":       "2024-03-15",
		"१५ मार्च २०२४":         "2024-03-15",
		"۱۵ مارچ ۲۰۲۴":          "2024-03-15",
		"15 במרץ 2024":          "2024-03-15",
		"１５ March ２０２４":         "2024-03-15",
		"2024년 3월 15일":          "2024-03-15",
		"١٥\u200f/٣\u200f/٢٠٢٤": "2024-03-15",
		"15 Mar 1899":           "",
	} {
		got, ok := Date(said, nil)
		if !ok {
			got = time.Time{}
		}
		if s := got.Format(time.DateOnly); s != want && (ok || want != "") {
			t.Errorf("%q: got %s, want %q", said, s, want)
		}
	}
}

// TestLunarIsNear: the tabular calendar is within a day of the Umm al-Qura calendar's months, as Saudi Arabia printed them.
func TestLunarIsNear(t *testing.T) {
	for _, c := range []struct {
		year, month int
		began       string
	}{
		{1440, 1, "2018-09-11"}, {1441, 9, "2020-04-24"}, {1442, 9, "2021-04-13"}, {1443, 12, "2022-06-30"}, {1444, 9, "2023-03-23"},
		{1445, 10, "2024-04-10"}, {1446, 1, "2024-07-07"}, {1446, 9, "2025-03-01"}, {1447, 1, "2025-06-26"},
	} {
		got, ok := lunar(c.year, c.month, 1, clock{zone: time.UTC})
		want, err := time.Parse(time.DateOnly, c.began)
		if err != nil {
			t.Fatal(err)
		}
		if !ok || got.Sub(want).Abs() > 24*time.Hour {
			t.Errorf("month %d of %d: got %v, want %s", c.month, c.year, got, c.began)
		}
	}
	if _, ok := lunar(1200, 1, 1, clock{zone: time.UTC}); ok {
		t.Error("a page of the year 1785 was believed")
	}
}

// TestTehranThroughItsHistory: Iran left daylight saving time in 2022.
func TestTehranThroughItsHistory(t *testing.T) {
	for said, want := range map[string]string{
		"۲۵ مهر ۱۳۹۶، ۱۲:۴۰": "2017-10-17T09:10:00Z",
		"۱۰ تیر ۱۴۰۰، ۱۲:۴۰": "2021-07-01T08:10:00Z",
		"۱۰ تیر ۱۴۰۲، ۱۲:۴۰": "2023-07-01T09:10:00Z",
	} {
		if got, ok := Date(said, tehran(t)); !ok || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q: got %v, want %s", said, got, want)
		}
	}
}

func TestClocks(t *testing.T) {
	for said, want := range map[string]string{
		"2024-03-15 05:30 م":           "17:30",
		"2024-03-15 12:05 ص":           "00:05",
		"2024-03-15 05:30 مساء":        "17:30",
		"2024-03-15 05:30 ب.ظ":         "17:30",
		"2024-03-15 05:30 ق.ظ":         "05:30",
		"2024年3月15日 下午3:20":            "15:20",
		"2024年3月15日 午前12時05分":          "00:05",
		"2024년 3월 15일 오후 3:20":         "15:20",
		"2024-03-15 05:30 pm":          "17:30",
		"2024-03-15 12:05 a.m.":        "00:05",
		"15 March 2024, 3:20 PST":      "11:20",
		"15 March 2024, 3:20 XYZ":      "03:20",
		"15 March 2024, 3:20 GMT+10":   "17:20",
		"15 March 2024 03:20 +9900":    "03:20",
		"15 مارس 2024، 12:05 مدينة":    "12:05",
		"2024-03-15T05:30:00.123456Z":  "05:30",
		"Fri, 15 Mar 2024 05:30:00 UT": "05:30",
	} {
		if got, ok := Date(said, nil); !ok || got.UTC().Format("15:04") != want {
			t.Errorf("%q: got %v, want %s", said, got, want)
		}
	}
}

// TestSolarDay: every day of 140 years is the day that it was made of.
func TestSolarDay(t *testing.T) {
	for year := 1279; year < lunarFrom; year++ {
		for month := 1; month <= 12; month++ {
			for day := 1; day <= 31; day++ {
				at, ok := solar(year, month, day, clock{zone: tehran(t), hour: 12})
				if !ok {
					continue
				}
				if y, m, d := SolarDay(at); y != year || m != month || d != day {
					t.Fatalf("%s is %d-%d-%d, want %d-%d-%d", at.Format(time.DateOnly), y, m, d, year, month, day)
				}
			}
		}
	}
}
