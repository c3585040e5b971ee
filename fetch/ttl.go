package fetch

import (
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"
)

// schedule is what a feed says in its document about how often to come.
func schedule(x ext.Extensions, skipHours, skipDays []string) Hints {
	return Hints{Update: syndication(x), SkipHours: hours(skipHours), SkipDays: days(skipDays)}
}

// minutes reads an RSS ttl (RSS 2.0: a number of minutes), cut to maxHint.
func minutes(s string) time.Duration {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n <= 0 {
		return 0
	}
	return time.Duration(min(n, int64(maxHint/time.Minute))) * time.Minute
}

// syndication reads sy:updatePeriod and sy:updateFrequency (the RSS 1.0 syndication module): a period, and how often in it
// the feed changes. Stated alone, either has the module's default for the other.
func syndication(x ext.Extensions) time.Duration {
	name, often := extension(x, "sy", "updatePeriod"), extension(x, "sy", "updateFrequency")
	if name == "" && often == "" {
		return 0
	}
	period, ok := map[string]time.Duration{
		"hourly": time.Hour, "": 24 * time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour,
		"monthly": maxHint, "yearly": maxHint,
	}[strings.ToLower(name)]
	if !ok {
		return 0
	}
	times, err := strconv.Atoi(often)
	if err != nil || times < 1 {
		times = 1
	}
	return period / time.Duration(times)
}

// hours reads skipHours: hours of the day in GMT, 0 to 23 (RSS 2.0), or 1 to 24 (RSS 0.91), whose 24 is midnight. Who lists
// all of them can't mean it.
func hours(list []string) (set uint32) {
	for _, s := range list {
		if h, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && h >= 0 && h <= 24 {
			set |= 1 << (h % 24)
		}
	}
	if set == 1<<24-1 {
		return 0
	}
	return set
}

// days reads skipDays: English names of weekdays. Who lists all of them can't mean it.
func days(list []string) (set uint8) {
	for _, s := range list {
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(strings.TrimSpace(s), d.String()) {
				set |= 1 << d
			}
		}
	}
	if set == 1<<7-1 {
		return 0
	}
	return set
}
