package fetch

import "testing"

func TestSkips(t *testing.T) {
	all := ""
	for i := range 24 {
		all += "<hour>" + string(rune('0'+i/10)) + string(rune('0'+i%10)) + "</hour>"
	}
	for _, c := range []struct {
		channel string
		hours   uint32
		days    uint8
	}{
		{"", 0, 0},
		{"<skipHours><hour>0</hour><hour> 23 </hour></skipHours>", 1<<0 | 1<<23, 0},
		{"<skipHours><hour>24</hour><hour>25</hour><hour>-1</hour><hour>noon</hour></skipHours>", 1, 0},
		{"<skipHours>" + all + "</skipHours>", 0, 0},
		{"<skipDays><day>Saturday</day><day>SUNDAY</day><day>Funday</day></skipDays>", 0, 1<<6 | 1<<0},
		{"<skipDays><day>Monday</day><day>Tuesday</day><day>Wednesday</day><day>Thursday</day><day>Friday</day><day>Saturday</day><day>Sunday</day></skipDays>", 0, 0},
	} {
		f, err := ParseFeed([]byte("<rss><channel>"+c.channel+"</channel></rss>"), "", "")
		if err != nil || f.Hints.SkipHours != c.hours || f.Hints.SkipDays != c.days {
			t.Errorf("%s: hours %b, days %b, %v", c.channel, f.Hints.SkipHours, f.Hints.SkipDays, err)
		}
	}
}
