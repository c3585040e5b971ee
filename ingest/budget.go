package ingest

import (
	"math"
	"time"
)

// demand is what decides how often a feed is polled for a given worth of a request.
type demand struct {
	rate  float64 // entries an hour, in the long run
	floor time.Duration
}

// polls is how many times a day a feed is polled when entries wait for so long, all together, before a request is made (see
// outlook).
func (d demand) polls(worth time.Duration) float64 {
	every := math.Sqrt(2 * worth.Hours() / d.rate)
	return 24 / min(max(every, d.floor.Hours()), longest.Hours())
}

// mostWorth is the most that a request can be worth; above it, feeds are polled once a day whatever they bring.
const mostWorth = 1000 * time.Hour

// afford raises the worth of a request until all feeds together are polled no more often than a budget of polls a day allows. A
// budget of less than a poll a day for each feed can't be kept.
func afford(feeds []demand, budget int, worth time.Duration) time.Duration {
	total := func(worth time.Duration) (sum float64) {
		for _, d := range feeds {
			sum += d.polls(worth)
		}
		return sum
	}
	if budget <= 0 || total(worth) <= float64(budget) {
		return worth
	}
	least, most := worth, mostWorth
	for most-least > least/100 {
		middle := least + (most-least)/2
		if total(middle) > float64(budget) {
			least = middle
		} else {
			most = middle
		}
	}
	return most
}
