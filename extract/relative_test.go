package extract

import (
	"testing"
	"time"

	"dateline/extract/calendar"
)

// TestRelative reads spans and days in the languages that news sites print them in.
func TestRelative(t *testing.T) {
	fetched := time.Date(2024, 5, 9, 12, 34, 56, 0, time.UTC)
	for said, want := range map[string]string{
		"3 hours ago":          "2024-05-09T09:00:00Z",
		"Updated 3 hrs ago":    "2024-05-09T09:00:00Z",
		"an hour ago":          "2024-05-09T11:00:00Z",
		"5 minutes ago":        "2024-05-09T12:29:00Z",
		"a minute ago":         "2024-05-09T12:33:00Z",
		"2 days ago":           "2024-05-07T00:00:00Z",
		"1 week ago":           "2024-05-02T00:00:00Z",
		"vor 3 Stunden":        "2024-05-09T09:00:00Z",
		"vor einer Stunde":     "2024-05-09T11:00:00Z",
		"il y a 3 heures":      "2024-05-09T09:00:00Z",
		"il y a une heure":     "2024-05-09T11:00:00Z",
		"hace 3 horas":         "2024-05-09T09:00:00Z",
		"há 3 horas":           "2024-05-09T09:00:00Z",
		"3 ore fa":             "2024-05-09T09:00:00Z",
		"3 часа назад":         "2024-05-09T09:00:00Z",
		"3 години тому":        "2024-05-09T09:00:00Z",
		"3 saat önce":          "2024-05-09T09:00:00Z",
		"۳ ساعت پیش":           "2024-05-09T09:00:00Z",
		"منذ ٣ ساعات":          "2024-05-09T09:00:00Z",
		"منذ ساعة":             "2024-05-09T11:00:00Z",
		"قبل ساعتين":           "2024-05-09T10:00:00Z",
		"منذ يومين":            "2024-05-07T00:00:00Z",
		"3 घंटे पहले":          "2024-05-09T09:00:00Z",
		"3 jam lalu":           "2024-05-09T09:00:00Z",
		"3 giờ trước":          "2024-05-09T09:00:00Z",
		"3小时前":                 "2024-05-09T09:00:00Z",
		"3時間前":                 "2024-05-09T09:00:00Z",
		"3시간 전":                "2024-05-09T09:00:00Z",
		"3 uur geleden":        "2024-05-09T09:00:00Z",
		"3 godziny temu":       "2024-05-09T09:00:00Z",
		"för 3 timmar sedan":   "2024-05-09T09:00:00Z",
		"yesterday":            "2024-05-08T00:00:00Z",
		"Yesterday, 14:30":     "2024-05-08T14:30:00Z",
		"gestern, 14:30 Uhr":   "2024-05-08T14:30:00Z",
		"Hier à 14:30":         "2024-05-08T14:30:00Z",
		"دیروز ۱۴:۳۰":          "2024-05-08T14:30:00Z",
		"Today at 10:15":       "2024-05-09T10:15:00Z",
		"heute, 10:15 Uhr":     "2024-05-09T10:15:00Z",
		"Сегодня, 10:15":       "2024-05-09T10:15:00Z",
		"今日 10:15":             "2024-05-09T10:15:00Z",
		"Hier finden Sie mehr": "",
		"سألت أمس":             "",
		"3 hours":              "",
		"منذ سنوات":            "",
		"ago":                  "",
		"2 May 2024":           "",
		"the 3 hours ago-ish":  "2024-05-09T09:00:00Z",
		"todays news":          "",
		"yesterdays":           "",
	} {
		got, ok := relativeDate(calendar.Digits(said), fetched, nil)
		if s := got.Format(time.RFC3339); ok != (want != "") || ok && s != want {
			t.Errorf("%q: got %s %v, want %q", said, s, ok, want)
		}
	}
	if got, ok := relativeDate("3 hours ago", time.Time{}, nil); ok {
		t.Errorf("got %v though nobody knows when the page was fetched", got)
	}
}

// TestRelativeDayInItsZone: at eleven in the evening in London it is the next day in Tehran.
func TestRelativeDayInItsZone(t *testing.T) {
	fetched := time.Date(2024, 5, 9, 23, 0, 0, 0, time.UTC)
	for said, want := range map[string]string{"دیروز": "2024-05-09T00:00:00+03:30", "امروز ۰۱:۱۵": "2024-05-10T01:15:00+03:30", "۱ روز پیش": "2024-05-09T00:00:00+03:30"} {
		if got, ok := relativeDate(calendar.Digits(said), fetched, tehran(t)); !ok || got.Format(time.RFC3339) != want {
			t.Errorf("%q: got %v, want %s", said, got, want)
		}
	}
}
