package extract

import (
	"regexp"
	"strconv"
	"time"

	"dateline/extract/calendar"
)

// relativeUnits are the words for spans of time, with the words that say that they are past, in the languages that news
// sites print them in.
var relativeUnits = []struct {
	unit  time.Duration
	words string
}{
	{time.Minute, `min|mins|minute|minutes|minuten|minuti|minuto|minutos|минут|минуты|минуту|хвилин|dakika|دقیقه|دقائق|دقيقة|मिनट|menit|phút|分|분|minuter|minutter|minuut|minut`},
	{time.Hour, `hr|hrs|h|hour|hours|stunde|stunden|heure|heures|hora|horas|ora|ore|час|часа|часов|годин|години|saat|ساعت|ساعات|ساعة|घंटे|घंटा|jam|giờ|時間|小时|小時|시간|timme|timmar|time|timer|uur|godzin|godziny|hodin|hodinami`},
	{day, `day|days|tag|tage|tagen|jour|jours|día|días|dia|dias|giorno|giorni|день|дня|дней|днів|gün|روز|أيام|يوم|दिन|hari|ngày|日|天|일|dag|dagar|dage|dager|dagen|dni|dny`},
	{7 * day, `week|weeks|woche|wochen|semaine|semaines|semana|semanas|settimana|settimane|неделю|недели|недель|hafta|هفته|أسابيع|أسبوع|minggu|tuần|週間|周|주|vecka|veckor|uge|uger|uke|uker|weken`},
}

// oneWords stand for the number one, and duals for two of a unit.
const oneWords = `an?|one|ein(?:er|em|e)|une?|una|uma|bir|один|одну|одна|یک|et|en|ett|een`

// duals are spans that Arabic prints without a number.
var duals = map[string]time.Duration{
	"دقيقة": time.Minute, "دقيقتين": 2 * time.Minute, "ساعة": time.Hour, "ساعتين": 2 * time.Hour, "يوم": day, "يومين": 2 * day,
	"أسبوع": 7 * day, "أسبوعين": 14 * day,
}

const day = 24 * time.Hour

// pastWords say that a span lies behind: before it (vor, il y a, hace) or after it (ago, fa, پیش).
const pastWords = `ago|vor|il y a|hace|há|fa|назад|тому|önce|پیش|قبل|منذ|पहले|lalu|trước|前|전|sedan|siden|geleden|temu|před`

var (
	relativePattern = compileRelative()
	dualPattern     = regexp.MustCompile(`(?:منذ|قبل)\s+(\pL+)`)
	yesterdayWords  = dayWord(`yesterday|gestern|hier(?: à|,|$)|ayer|ontem|ieri|вчера|вчора|dün|دیروز|أمس|昨日|昨天|어제|i går|gisteren|wczoraj|včera|kemarin|hôm qua`)
	todayWords      = dayWord(`today|heute|aujourd['’]hui|hoy|hoje|oggi|сегодня|сьогодні|bugün|امروز|اليوم|今日|今天|오늘|i dag|idag|vandaag|dziś|dzisiaj|dnes|hari ini|hôm nay`)
)

// dayWord matches a word that opens a text.
func dayWord(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^[^\pL\d]*(?:` + words + `)(?:\PL|$)`)
}

func compileRelative() []*regexp.Regexp {
	var out []*regexp.Regexp
	number := `(\d{1,3}|` + oneWords + `)\s*(?:` // CJK prints the unit against the number
	for _, u := range relativeUnits {
		out = append(out, regexp.MustCompile(`(?i)(?:^|[^\pL\d])(?:(?:`+pastWords+`)\s+`+number+u.words+`)(?:\PL|$)|`+number+u.words+`)\s*(?:`+pastWords+`)(?:\PL|$))`))
	}
	return out
}

// relativeDate reads "3 hours ago" and "yesterday, 14:30" against the time of fetching. Days and weeks give the day only,
// as it is in the zone; nil means UTC.
func relativeDate(s string, fetched time.Time, zone *time.Location) (time.Time, bool) {
	if fetched.IsZero() || len(s) > 4*maxDateText {
		return time.Time{}, false
	}
	if zone == nil {
		zone = time.UTC
	}
	now := fetched.In(zone)
	for i, u := range relativeUnits {
		if m := relativePattern[i].FindStringSubmatch(s); m != nil {
			n, _ := strconv.Atoi(m[1] + m[2]) // none: a word for one
			return past(now, time.Duration(max(1, n))*u.unit), true
		}
	}
	if m := dualPattern.FindStringSubmatch(s); m != nil && duals[m[1]] != 0 {
		return past(now, duals[m[1]]), true
	}
	switch {
	case yesterdayWords.MatchString(s):
		return calendar.TimeOn(now.AddDate(0, 0, -1), s, zone), true
	case todayWords.MatchString(s):
		return calendar.TimeOn(now, s, zone), true
	}
	return time.Time{}, false
}

// past goes back by a span, to the precision with which it is told.
func past(now time.Time, span time.Duration) time.Time {
	t := now.Add(-span)
	switch {
	case span >= day:
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	case span >= time.Hour:
		return t.Truncate(time.Hour)
	}
	return t.Truncate(time.Minute)
}
