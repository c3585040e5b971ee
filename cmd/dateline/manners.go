package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/net/publicsuffix"

	"dateline/config"
	"dateline/storage"
)

// mannersLine is what `feeds --manners` tells of one host; with --json it is one line of the output.
type mannersLine struct {
	Agency    string `json:"agency"` // id
	Host      string `json:"host"`
	Since     string `json:"since"` // the first day that is counted, UTC
	Until     string `json:"until"` // the last
	UserAgent string `json:"user_agent"`
	Contact   string `json:"contact,omitempty"`

	Requests  map[string]int `json:"requests"` // by kind
	MeanADay  float64        `json:"mean_a_day"`
	MostADay  int            `json:"most_a_day"`
	LeastGapS float64        `json:"least_gap_s,omitempty"`

	Polls         int            `json:"polls"` // of feeds
	NotModified   int            `json:"not_modified"`
	Unconditional int            `json:"unconditional"`
	Robots        map[string]int `json:"robots,omitempty"` // pages, by what robots.txt says of them
	Answers       map[string]int `json:"answers"`          // by status, or the reason why none came
}

// manners prints what an agency's hosts were asked for.
func (a *app) manners(ctx context.Context, cfg *config.Config, id string) error {
	agency, unknown := cfg.Named(id)
	now := time.Now()
	var lines []mannersLine
	_, err := os.Stat(a.dbPath)
	if !errors.Is(err, fs.ErrNotExist) { // before the first ingest, nobody was asked for anything
		db, err := a.open(ctx, true)
		if err != nil {
			return err
		}
		defer db.Close()
		addresses, err := addressesOf(ctx, db.Store, agency, id)
		if err != nil {
			return err
		}
		if len(addresses) > 0 { // of a feed that was named by hand, only the store knows the agency
			unknown = nil
		}
		if lines, err = accountOf(ctx, db.Store, addresses, now); err != nil {
			return err
		}
	}
	if unknown != nil {
		return unknown
	}
	o := cfg.Fetch
	o.Version, o.Contact = version, cfg.Contact
	for i := range lines {
		lines[i].Agency, lines[i].UserAgent, lines[i].Contact = id, o.UserAgent(), cfg.Contact
	}
	if a.json {
		return printLines(a, lines)
	}
	return a.printManners(cmp.Or(agency.Name, id), lines)
}

// addressesOf are an agency's home and feeds, by the configuration and by the store.
func addressesOf(ctx context.Context, s *storage.Store, agency config.Agency, id string) ([]string, error) {
	addresses := slices.Clone(agency.Feeds)
	if agency.Home != "" {
		addresses = append(addresses, agency.Home)
	}
	for state, err := range s.Feeds(ctx) {
		if err != nil {
			return nil, err
		}
		if state.Agency == id {
			addresses = append(addresses, state.URL)
		}
	}
	return addresses, nil
}

// accountOf sums up the account of the hosts of these addresses, and of their sites' other hosts.
func accountOf(ctx context.Context, s *storage.Store, addresses []string, now time.Time) ([]mannersLine, error) {
	sites := map[string]bool{}
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
			sites[registrable(u.Hostname())] = true
		}
	}
	sums := map[string]*mannersSum{}
	for m, err := range s.Manners(ctx, now) {
		if err != nil {
			return nil, err
		}
		if !sites[registrable(m.Host)] {
			continue
		}
		if sums[m.Host] == nil {
			sums[m.Host] = &mannersSum{first: m.Day}
		}
		sums[m.Host].add(m)
	}
	var lines []mannersLine
	for _, host := range slices.Sorted(maps.Keys(sums)) {
		lines = append(lines, sums[host].line(host, now))
	}
	return lines, nil
}

// registrable is the registrable domain of a host, as the public suffix list draws it: one publisher's, as far as names can tell.
// An address and a host without such a domain are their own.
func registrable(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}

// mannersSum adds up a host's days.
type mannersSum struct {
	all   storage.Manners
	first time.Time
	most  int
}

func (s *mannersSum) add(m storage.Manners) {
	s.all.Add(m)
	s.most = max(s.most, m.Total())
}

// line takes the mean from the first day that is known: the account may be younger than 30 days.
func (s *mannersSum) line(host string, now time.Time) mannersLine {
	days := int(storage.Day(now).Sub(s.first)/(24*time.Hour)) + 1
	mean := float64(s.all.Total()) / float64(max(days, 1))
	return mannersLine{
		Host: host, Since: s.first.Format(time.DateOnly), Until: storage.Day(now).Format(time.DateOnly),
		Requests: s.all.Requests, MeanADay: math.Round(mean*10) / 10, MostADay: s.most, LeastGapS: s.all.LeastGap.Round(time.Millisecond).Seconds(),
		Polls: s.all.Polls, NotModified: s.all.NotModified, Unconditional: s.all.Unconditional,
		Robots: s.all.Robots, Answers: s.all.Answers,
	}
}

func (a *app) printManners(name string, lines []mannersLine) error {
	if len(lines) == 0 {
		_, err := fmt.Fprintf(a.stdout, "%s: nothing was asked for in the last %d days\n", printable(name), storage.MannersDays)
		return err
	}
	fmt.Fprintf(a.stdout, "%s, the last %d days\nUser-Agent: %s\nContact: %s\n\n", printable(name), storage.MannersDays,
		lines[0].UserAgent, cmp.Or(lines[0].Contact, "none is configured"))
	kinds := kindsOf(lines)
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "HOST\tSINCE\t%s\tA DAY\tMOST A DAY\tLEAST GAP\n", strings.ToUpper(strings.Join(kinds, "\t")))
	for _, l := range lines {
		fmt.Fprintf(t, "%s\t%s", printable(l.Host), l.Since)
		for _, kind := range kinds {
			fmt.Fprintf(t, "\t%d", l.Requests[kind])
		}
		fmt.Fprintf(t, "\t%.1f\t%d\t%s\n", l.MeanADay, l.MostADay, l.gap())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(t, "\nHOST\tPOLLS\tNOT MODIFIED\tUNCONDITIONAL\tPAGES ALLOWED\tFORBIDDEN\tROBOTS.TXT DOWN\tANSWERS")
	for _, l := range lines {
		fmt.Fprintf(t, "%s\t%d\t%s\t%d\t%d\t%d\t%d\t%s\n", printable(l.Host), l.Polls, l.share(), l.Unconditional,
			l.Robots[storage.RobotsAllowed], l.Robots[storage.RobotsForbidden], l.Robots[storage.RobotsUnavailable], l.answers())
	}
	return t.Flush()
}

// kindsOf are the kinds of request that occur, those that every agency has first.
func kindsOf(lines []mannersLine) []string {
	kinds := []string{"feed", "page", "robots"}
	seen := map[string]bool{}
	for _, l := range lines {
		for kind := range l.Requests {
			if !slices.Contains(kinds, kind) {
				seen[kind] = true
			}
		}
	}
	return append(kinds, slices.Sorted(maps.Keys(seen))...)
}

func (l *mannersLine) gap() string {
	if l.LeastGapS == 0 {
		return "-"
	}
	return fmt.Sprintf("%g s", l.LeastGapS)
}

// share is how many of the polls a 304 answered.
func (l *mannersLine) share() string {
	if l.Polls == 0 {
		return "-"
	}
	return fmt.Sprintf("%d (%.0f%%)", l.NotModified, 100*float64(l.NotModified)/float64(l.Polls))
}

// answers lists what came, the most frequent first.
func (l *mannersLine) answers() string {
	keys := slices.SortedFunc(maps.Keys(l.Answers), func(a, b string) int {
		return cmp.Or(-cmp.Compare(l.Answers[a], l.Answers[b]), strings.Compare(a, b))
	})
	var parts []string
	for _, key := range keys {
		parts = append(parts, fmt.Sprintf("%d × %s", l.Answers[key], key))
	}
	return strings.Join(parts, ", ")
}
