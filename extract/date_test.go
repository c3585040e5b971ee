package extract

import (
	"testing"
	"time"
	_ "time/tzdata" // Tehran is known wherever the test runs
)

func tehran(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Tehran")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestDateIsBoundedByTheFetch(t *testing.T) {
	fetched := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	page := articlePage(`<meta property="article:published_time" content="2031-01-01T00:00:00Z"><meta name="date" content="2024-04-30">`, "", "")
	if got := Page(page, Source{Fetched: fetched}).Published; !got.Equal(time.Date(2024, 4, 30, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("got %v: a date after the fetch was believed", got)
	}
}

func TestDatesOnThePage(t *testing.T) {
	page := articlePage("", `<time datetime="2024-02-08T10:00:50Z">today</time><span itemprop="dateModified" content="2024-02-09T00:00:00Z">later</span>`, "")
	a := Page(page, Source{})
	if a.Published.Format(time.RFC3339) != "2024-02-08T10:00:50Z" || a.Updated.Format(time.RFC3339) != "2024-02-09T00:00:00Z" {
		t.Errorf("published %v, updated %v", a.Published, a.Updated)
	}
}

// TestAddressDay: the day in a page's address confirms what is printed, and stands in for it.
func TestAddressDay(t *testing.T) {
	for address, want := range map[string]string{
		"https://harbour.example/2024/05/02/tea":                                     "2024-05-02",
		"https://harbour.example/news/2024-05-02-tea.html":                           "2024-05-02",
		"https://harbour.example/20240502/tea":                                       "2024-05-02",
		"https://harbour.example/tea_02.05.2024":                                     "2024-05-02",
		"https://web.archive.org/web/20190717140047/http://harbour.example/2014/tea": "",
		"https://web.archive.org/web/20190717140047/http://harbour.example/2014/5/2": "2014-05-02",
		"https://harbour.example/2024/13/02/tea":                                     "",
		"https://harbour.example/2024/05/tea":                                        "",
		"https://harbour.example/tea-1234567890":                                     "",
	} {
		got := Page(articlePage("", "", ""), Source{URL: address, Fetched: time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)}).Published
		if got.IsZero() != (want == "") || want != "" && got.Format(time.DateOnly) != want {
			t.Errorf("%s: got %v, want %q", address, got, want)
		}
	}
	page := under("", `<div class="related"><span class="date">1 May 2024</span></div><p>In short: the port.</p><p>27 April 2024</p><p>2.5.24</p>`)
	if got := Page(page, Source{URL: "https://harbour.example/2024/05/02/tea"}).Published.Format(time.DateOnly); got != "2024-05-02" {
		t.Errorf("got %s: the address confirms another day", got)
	}
}

// TestDateIsOfTheArticle: comments, events and teasers date something else.
func TestDateIsOfTheArticle(t *testing.T) {
	for _, other := range []string{`<div class="comment"><time datetime="2024-04-01">then</time></div>`, `<aside><time datetime="2024-04-01">then</time></aside>`,
		`<div class="event"><span class="date">1 April 2024</span></div>`, `<footer><span class="date">1 April 2024</span></footer>`,
		`<span itemprop="dateModified" content="2024-04-01">then</span>`} {
		page := under("", other+`<p><time>2 May 2024</time></p>`)
		if got := Page(page, Source{}).Published.Format(time.DateOnly); got != "2024-05-02" {
			t.Errorf("%s: got %s", other, got)
		}
	}
}
