package ingest

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

// The picture of docs/polling.md: what each way of polling makes of a number of requests, and three days of one feed.
const (
	pictureWidth, pictureHeight = 860, 580

	chartLeft, chartRight  = 70, 815
	chartTop, chartBottom  = 50, 330
	daysTop, daysBottom    = 420, 530
	leastPolls, mostPolls  = 2.0, 50.0 // a feed and day
	leastDelay, mostDelay  = 10.0, 400.0
	rhythmColour           = "#0b6e4f"
	clockColour            = "#b3541e"
	frequencyColour        = "#3b5ba5"
	fontOfText             = "font-family='Helvetica, Arial, sans-serif' font-size='13' fill='#222'"
	pictureDays            = 3
	pictureFrom, pictureTo = 14, 14 + pictureDays // days into the simulation
)

// drawPolling draws the picture.
func drawPolling(b *testing.B, world []simFeed) {
	var s strings.Builder
	fmt.Fprintf(&s, "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' %s>\n", pictureWidth, pictureHeight, fontOfText)
	fmt.Fprintf(&s, "<rect width='%d' height='%d' fill='#fff'/>\n", pictureWidth, pictureHeight)
	drawCurves(&s, world)
	drawDays(&s, sampleFeed(world))
	s.WriteString("</svg>\n")
	if err := os.WriteFile("../docs/polling.svg", []byte(s.String()), 0o666); err != nil {
		b.Fatal(err)
	}
}

func text(s *strings.Builder, x, y float64, anchor, what string) {
	fmt.Fprintf(s, "<text x='%.0f' y='%.0f' text-anchor='%s'>%s</text>\n", x, y, anchor, what)
}

func chartX(polls float64) float64 {
	return chartLeft + (chartRight-chartLeft)*math.Log(polls/leastPolls)/math.Log(mostPolls/leastPolls)
}

func chartY(delay float64) float64 {
	return chartBottom - (chartBottom-chartTop)*math.Log(delay/leastDelay)/math.Log(mostDelay/leastDelay)
}

// drawCurves draws the mean delay of each way over the requests that it may make.
func drawCurves(s *strings.Builder, world []simFeed) {
	text(s, chartLeft-50, 25, "start", "Mean delay from publication to discovery, in minutes, by polls a feed and day (1,000 feeds, four weeks)")
	for _, delay := range []float64{10, 20, 50, 100, 200, 400} {
		fmt.Fprintf(s, "<path d='M%d %.1fH%d' stroke='#ddd'/>\n", chartLeft, chartY(delay), chartRight)
		text(s, chartLeft-8, chartY(delay)+4, "end", fmt.Sprint(delay))
	}
	for _, polls := range []float64{2, 5, 10, 20, 50} {
		fmt.Fprintf(s, "<path d='M%.1f %dV%d' stroke='#ddd'/>\n", chartX(polls), chartTop, chartBottom)
		text(s, chartX(polls), chartBottom+18, "middle", fmt.Sprint(polls))
	}
	var rhythm, clock, frequency []simResult
	for _, worth := range []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour} {
		c := compareWays(world, worth)
		rhythm, clock, frequency = append(rhythm, c.rhythm), append(clock, c.clock), append(frequency, c.frequency)
	}
	drawCurve(s, "fixed interval", clockColour, clock, len(world), 4)
	drawCurve(s, "entry frequency", frequencyColour, frequency, len(world), 1)
	drawCurve(s, "rhythm (dateline)", rhythmColour, rhythm, len(world), 12)
}

func drawCurve(s *strings.Builder, name, colour string, results []simResult, feeds int, below float64) {
	fmt.Fprintf(s, "<path fill='none' stroke='%s' stroke-width='2.5' d='", colour)
	var x, y float64
	for i, r := range results {
		x, y = chartX(float64(r.polls)/float64(feeds*simDays)), chartY(60*r.mean())
		fmt.Fprintf(s, "%c%.1f %.1f", "ML"[min(i, 1)], x, y)
	}
	s.WriteString("'/>\n")
	for _, r := range results {
		fmt.Fprintf(s, "<circle cx='%.1f' cy='%.1f' r='3.5' fill='%s'/>\n", chartX(float64(r.polls)/float64(feeds*simDays)), chartY(60*r.mean()), colour)
	}
	fmt.Fprintf(s, "<text x='%.0f' y='%.0f' text-anchor='end' style='fill:%s'>%s</text>\n", x-9, y+below, colour, name)
}

// sampleFeed is a feed of some ten entries a day that sleeps at night.
func sampleFeed(world []simFeed) simFeed {
	best := world[0]
	for _, f := range world {
		off := func(f simFeed) float64 { return math.Abs(float64(len(f.at))/(simBefore+simDays) - 12) }
		if off(f) < off(best) {
			best = f
		}
	}
	return best
}

func dayX(t time.Time) float64 {
	from := simStart.AddDate(0, 0, pictureFrom)
	return chartLeft + (chartRight-chartLeft)*t.Sub(from).Hours()/(24*pictureDays)
}

// drawDays draws when the entries of one feed came and when it was polled.
func drawDays(s *strings.Builder, f simFeed) {
	text(s, chartLeft-50, daysTop-35, "start", "Three days of one feed: its entries (dots), and its polls by rhythm and by clock, as many")
	marks := func(times []time.Time, draw func(x float64)) {
		for _, t := range times {
			if x := dayX(t); x >= chartLeft && x <= chartRight {
				draw(x)
			}
		}
	}
	rows := []struct {
		name, colour string
		at           []time.Time
	}{{"entries", "#222", f.at}, {"rhythm", rhythmColour, pollByRhythm(f, 15*time.Minute).polled}, {"clock", clockColour, nil}}
	every := 24 * simDays * time.Hour / time.Duration(max(len(rows[1].at), 1))
	rows[2].at = simulate(f, simStart, func(look) time.Duration { return every }).polled
	for i, row := range rows {
		y := float64(daysTop + i*(daysBottom-daysTop)/2)
		fmt.Fprintf(s, "<path d='M%d %.0fH%d' stroke='#ddd'/>\n", chartLeft, y, chartRight)
		text(s, chartLeft-8, y+4, "end", row.name)
		marks(row.at, func(x float64) {
			if i == 0 {
				fmt.Fprintf(s, "<circle cx='%.1f' cy='%.0f' r='3' fill='%s' fill-opacity='0.6'/>\n", x, y, row.colour)
			} else {
				fmt.Fprintf(s, "<path d='M%.1f %.0fv-16' stroke='%s' stroke-width='2'/>\n", x, y, row.colour)
			}
		})
	}
	for d := range pictureDays + 1 {
		t := simStart.AddDate(0, 0, pictureFrom+d)
		fmt.Fprintf(s, "<path d='M%.1f %dV%d' stroke='#bbb' stroke-dasharray='3 3'/>\n", dayX(t), daysTop-20, daysBottom+10)
		text(s, dayX(t), daysBottom+28, "middle", t.Format("Mon 15:04"))
	}
}
