package storage

import "time"

// Rhythm is what a feed's entries have taught about when the next ones come. What it means is decided where it is kept.
// Counts lose half of their weight in two weeks, so that a newsroom which changes its habits is learned anew.
type Rhythm struct {
	At     time.Time `json:"at"`               // learned up to here
	Newest time.Time `json:"newest,omitzero"`  // when the last new entry came, as far as its date can be believed
	Dated  time.Time `json:"dated,omitzero"`   // the latest date in the document, whatever it is worth
	Window int       `json:"window,omitempty"` // how many entries the document lists
	Dense  float64   `json:"dense,omitempty"`  // hours: the least in which four fifths of a window's entries came
	Gap    float64   `json:"gap,omitempty"`    // hours: the longest between two entries

	Hours Slots[[24]float32] `json:"hours"` // by hour of the day, UTC
	Days  Slots[[7]float32]  `json:"days"`  // by day of the week, Sunday first

	Lately Pace `json:"lately"` // of the last hours
	Week   Pace `json:"week"`   // of the last days
}

// Slots counts entries by slot of a cycle, and the hours for which each slot was watched.
type Slots[T any] struct {
	Entries T `json:"entries"`
	Watched T `json:"watched"` // hours
}

// Pace compares what came of late with what the long habit had expected.
type Pace struct {
	Came     float64 `json:"came"`
	Expected float64 `json:"expected"`
}
