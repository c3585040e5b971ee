package ingest

import (
	"fmt"
	"testing"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// undatedList is a list without dates.
func undatedList(from, to int) []storage.Draft {
	all := listOf(from, to)
	for i := range all {
		all[i].Record.Published = time.Time{}
	}
	return all
}

// renamedList is a list under other names.
func renamedList(from, to int) []storage.Draft {
	all := listOf(from, to)
	for i := range all {
		all[i].Record.ID = "new " + all[i].Record.ID
	}
	return all
}

// TestOverlapAlarm: a document that shares no entry with the one before says that some may be lost, and about how many.
func TestOverlapAlarm(t *testing.T) {
	guids := listOf(-9, 1)
	for i := range guids {
		guids[i].Record.GUID = fmt.Sprint("other ", i)
	}
	const day = 24 * time.Hour
	for _, c := range []struct {
		name        string
		first, then []storage.Draft // an entry an hour, number 0 at the time of the first poll
		least, most int             // 0 and -1: no alarm
	}{
		{"all but one are new", listOf(-9, 1), listOf(0, 24), 0, -1},
		{"a day later, ten listed", listOf(-9, 1), listOf(15, 25), 13, 15},
		{"the very next", listOf(-9, 1), listOf(1, 11), 0, 0},
		{"undated", undatedList(-9, 1), undatedList(15, 25), 0, 50},
		{"other guids", listOf(-9, 1), guids, 0, -1},
		{"renamed", listOf(-9, 1), renamedList(-8, 2), 0, -1},
		{"one entry", listOf(0, 1), listOf(24, 25), 0, -1},
		{"nothing listed before", nil, listOf(15, 25), 0, -1},
		{"nothing listed now", listOf(-9, 1), nil, 0, -1},
	} {
		f := play(storage.FeedState{URL: "u"}, []step{{list: c.first}, {after: day, list: c.then}})
		alarm := !f.Lost.At.IsZero()
		if alarm != (c.most >= 0) || alarm && (f.Lost.Entries < c.least || f.Lost.Entries > c.most) {
			t.Errorf("%s: %+v, want %d to %d", c.name, f.Lost, c.least, c.most)
		}
		raised := f.Lost
		if f = play(f, []step{{after: 2 * day, list: c.then}, {after: 3 * day, same: true}}); f.Lost != raised {
			t.Errorf("%s: raised again by the same document: %+v", c.name, f.Lost)
		}
	}
}

// TestSoonerAfterALoss: the next wait is half of that in which entries were lost.
func TestSoonerAfterALoss(t *testing.T) {
	lazy := limits{floor: time.Hour, worth: mostWorth}
	f := storage.FeedState{URL: "u"}
	f = next(f, polled{drafts: undatedList(-9, 1), feed: fetch.Feed{Validators: tagged}}, lazy, noon)
	f = next(f, polled{drafts: undatedList(1, 11), feed: fetch.Feed{Validators: tagged}}, lazy, noon.Add(4*time.Hour))
	if wait := f.NextPoll.Sub(f.LastPoll); f.Lost.At.IsZero() || wait > 2*time.Hour+time.Minute {
		t.Errorf("after a loss within four hours it waits for %v: %+v", wait, f.Lost)
	}
}

// TestRenamedEntriesAreNoBurst: a publisher who gives all entries new names has not written them just now.
func TestRenamedEntriesAreNoBurst(t *testing.T) {
	f := play(storage.FeedState{URL: "u"}, []step{{list: listOf(-9, 1)}, {after: time.Hour, list: renamedList(-8, 2)}})
	if came := f.Rhythm.Lately.Came; came > 6 { // those of the first document
		t.Errorf("%.1f entries are taken to have come in the last hours", came)
	}
}

// TestQuiet: a feed that is quiet for longer than its rhythm allows is said to be so once, and once more after it came back.
func TestQuiet(t *testing.T) {
	const day = 24 * time.Hour
	var f storage.FeedState
	said := 0
	poll := func(from, to time.Duration, one step) {
		for after := from; after < to; after += 6 * time.Hour {
			one.after = after
			was := f.Quiet.IsZero()
			if f = play(f, []step{one}); was && !f.Quiet.IsZero() {
				said++
			}
		}
	}
	f.URL = "u"
	for hours := 0; hours < 10*24; hours += 6 {
		poll(time.Duration(hours)*time.Hour, time.Duration(hours+6)*time.Hour, step{list: listOf(hours-9, hours+1)})
	}
	if said != 0 {
		t.Fatalf("quiet while an entry comes each hour")
	}
	poll(10*day, 11*day+12*time.Hour, step{same: true})
	if said != 0 {
		t.Errorf("quiet after a day and a half")
	}
	poll(12*day, 30*day, step{same: true})
	if said != 1 {
		t.Errorf("said %d times in three weeks of silence", said)
	}
	poll(30*day, 30*day+time.Hour, step{list: listOf(30*24-9, 30*24)})
	if !f.Quiet.IsZero() {
		t.Errorf("still quiet when new entries came")
	}
	poll(31*day, 80*day, step{same: true})
	if said != 2 {
		t.Errorf("said %d times after it fell silent again", said)
	}
}

// TestQuietFromTheBeginning: a first document whose entries are old is that of a feed that somebody gave up; entries that are put in
// with old dates make no feed quiet.
func TestQuietFromTheBeginning(t *testing.T) {
	f := play(storage.FeedState{URL: "u"}, []step{{list: listOf(-2000, -1990)}})
	if f.Quiet.IsZero() {
		t.Error("not quiet, though the newest entry is of three months ago")
	}
	f = play(storage.FeedState{URL: "u"}, []step{{list: listOf(-3, 1)}, {after: time.Hour, list: append(listOf(-2000, -1990), listOf(-3, 1)...)}})
	if !f.Quiet.IsZero() {
		t.Error("quiet, because entries came that bear old dates")
	}
}
