package storage_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"dateline/storage"
)

// TestUnique asks for one record of each cluster, under different filters: a filter comes first.
func TestUnique(t *testing.T) {
	s := newStore(t)
	p := clusterPress{rand.New(rand.NewPCG(3, 4))}
	text := p.text(220)
	names := map[string]string{}
	add := func(name, agencyID, license, text string, at time.Time) {
		d := draft(agencyID, "http://"+agencyID+".example/rss", "http://"+agencyID+".example/"+name, name, at)
		if license != "" {
			d.Record.License = &storage.License{SPDX: license}
		}
		names[d.Record.ID] = name
		put(t, s, d, text)
	}
	add("wire", "a", "", text, now)
	add("open", "b", "CC-BY-4.0", p.edited(text, 0.03), now.Add(time.Hour))
	add("later", "c", "CC-BY-SA-4.0", p.edited(text, 0.03), now.Add(2*time.Hour))
	add("alone", "c", "CC-BY-4.0", p.text(200), now.Add(3*time.Hour))
	for _, c := range []struct {
		filter   storage.Filter
		want     []string
		carriers int // of the first
	}{
		{storage.Filter{}, []string{"wire", "alone"}, 2},
		{storage.Filter{License: storage.OpenLicenses}, []string{"open", "alone"}, 2},
		{storage.Filter{Agencies: []string{"c"}}, []string{"later", "alone"}, 2},
		{storage.Filter{Since: now.Add(time.Minute)}, []string{"open", "alone"}, 2},
		{storage.Filter{Until: now.Add(time.Minute)}, []string{"wire"}, 2},
		{storage.Filter{License: "CC0-1.0"}, nil, 0},
	} {
		var got []string
		for l, err := range s.UniqueLines(t.Context(), c.filter) {
			if err != nil {
				t.Fatal(err)
			}
			r, err := l.Record()
			if err != nil {
				t.Fatal(err)
			}
			if len(got) == 0 && len(r.AlsoIn) != c.carriers {
				t.Errorf("%+v: %s has carriers %+v", c.filter, names[l.ID], r.AlsoIn)
			}
			if l := r.License; names[r.ID] == "wire" && l != nil {
				t.Errorf("the wire was lent a licence: %+v", l)
			}
			got = append(got, names[l.ID])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.filter, got, c.want)
		}
	}
}

// TestUniqueIsOneOfEach has of chains of copies one record for each that leads, and all others as carriers.
func TestUniqueIsOneOfEach(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	s := clusterWorld(t, clusterCases(clusterPress{rnd}), rnd)
	var leaders, got []string
	places := 0
	for r, err := range s.Records(t.Context(), storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		places += 1 + len(r.AlsoIn)
		if r.DuplicateOf == "" {
			leaders = append(leaders, r.ID)
		}
	}
	for l, err := range s.UniqueLines(t.Context(), storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		r, err := l.Record()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.ID)
		places -= 1 + len(r.AlsoIn)
	}
	if !slices.Equal(got, leaders) || places != 0 {
		t.Errorf("%d of %d leaders, and %d places are not told", len(got), len(leaders), places)
	}
	if len(leaders) < 5 {
		t.Error(fmt.Sprint("only ", len(leaders), " clusters"))
	}
}
