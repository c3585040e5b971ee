package extract

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// under puts markup between the headline and the text of a page.
func under(head, markup string) []byte {
	return []byte(strings.Replace(string(articlePage(head, "", "")), "</h1>", "</h1>"+markup, 1))
}

// ld is a page's structured data with the given members.
func ld(members string) string {
	return `<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The harbour opens", ` + members + `}</script>`
}

const houseName = `<meta property="og:site_name" content="Harbour News">`

// authorsOf reads a page of Harbour News.
func authorsOf(page []byte) []string {
	return Page(page, Source{URL: "https://www.harbour.example/a/1"}).Authors
}

func TestBylineAgainstHouse(t *testing.T) {
	house := houseName + ld(`"author": {"@type": "Organization", "name": "Harbour News"}`)
	for name, c := range map[string]struct {
		head, line string
		want       []string
	}{
		"class":             {house, `<p class="byline">By Mary Gull</p>`, []string{"Mary Gull"}},
		"itemprop":          {house, `<span itemprop="author">Mary Gull</span>`, []string{"Mary Gull"}},
		"name inside":       {house, `<div class="author-box"><span class="author"><b>By</b> <span itemprop="name">Mary Gull</span>, Senior Reporter</span></div>`, []string{"Mary Gull"}},
		"rel=author":        {house, `<p>Reported from the quay by <a rel="author" href="/people/7">Mary Gull</a></p>`, []string{"Mary Gull"}},
		"two beside":        {house, `<p><span class="author">Mary Gull</span> <span class="author">Tom Tern</span></p>`, []string{"Mary Gull", "Tom Tern"}},
		"teaser below":      {house, `<p><span class="author">Mary Gull</span></p><div><span class="author">Tom Tern</span></div>`, []string{"Mary Gull"}},
		"role in a line":    {house, `<div class="byline"><div>Mary Gull</div><div>Senior Reporter</div></div>`, []string{"Mary Gull"}},
		"line":              {house, `<p>By Mary Gull and Tom Tern</p>`, []string{"Mary Gull", "Tom Tern"}},
		"German line":       {house, `<p>Do 25.04.24 | 14:07 Uhr | Von Eva Möwe-Strand</p>`, []string{"Eva Möwe-Strand"}},
		"title":             {house, `<p>von <a href="/autoren/max">Dr. Max Reiher</a></p>`, []string{"Dr. Max Reiher"}},
		"label before":      {house, `<h5>Autor:</h5><div>Mary Gull</div>`, []string{"Mary Gull"}},
		"glued":             {house, `<div>By<span>Mary Gull</span></div>`, []string{"Mary Gull"}},
		"before a date":     {house, `<div><span>Mary Gull &nbsp;|</span><span>05.04.2025 - 10:00</span></div>`, []string{"Mary Gull"}},
		"Japanese":          {house, `<div><span>渡辺洋介</span><span>2025年1月13日 21時37分</span></div>`, []string{"渡辺洋介"}},
		"date glued":        {house, `<div>by Harbour NewsNovember 21, 2025</div><p>By Mary Gull</p>`, []string{"Mary Gull"}},
		"bold":              {house, `<p><strong>Mary Gull/Tom Tern</strong></p>`, []string{"Mary Gull", "Tom Tern"}},
		"capitals":          {house, `<p><strong>MARY GULL</strong></p>`, []string{"MARY GULL"}},
		"cut by its date":   {house, `<p class="byline">Mary Gull Dec 5, 2024</p>`, []string{"Mary Gull"}},
		"reading time":      {house, `<p class="byline">Mary Gull7 min read</p>`, []string{"Mary Gull"}},
		"meta of a system":  {house + `<meta name="cms:author" content="Mary Gull">`, "", []string{"Mary Gull"}},
		"login":             {houseName + ld(`"author": {"@type": "Person", "name": "Harbour D", "url": "https://harbour.example/author/admin/"}`), `<p><strong>MARY GULL</strong></p>`, []string{"MARY GULL"}},
		"link to a login":   {"", `<span class="author"><a href="/author/admin/">Harbour D</a></span><p>By Mary Gull</p>`, []string{"Mary Gull"}},
		"login only":        {"", `<span class="author"><a href="/author/admin/">Peter Heron</a></span>`, []string{"Peter Heron"}},
		"house only":        {house, "", []string{"Harbour News"}},
		"headline in it":    {house, `<div class="author">The harbour opens at last</div>`, []string{"Harbour News"}},
		"comment":           {house, `<ol class="commentlist"><li><cite class="author">Tom Tern</cite></li></ol>`, []string{"Harbour News"}},
		"form":              {house, `<form><label class="author">Jane Doe</label></form>`, []string{"Harbour News"}},
		"picture":           {house, `<figure><figcaption>By Tom Tern</figcaption></figure>`, []string{"Harbour News"}},
		"quotation":         {house, `<blockquote>Tom Tern, May 12, 2020</blockquote>`, []string{"Harbour News"}},
		"no name":           {house, `<p class="author">Posted on</p><p class="byline">Name *</p>`, []string{"Harbour News"}},
		"section and date":  {house, `<p>Shipping news of the week, 5 May 2024</p>`, []string{"Harbour News"}},
		"bold sentence":     {house, `<p><b>The boats came in.</b></p><p><b>What We Know</b></p><p><b>Harbour</b></p>`, []string{"Harbour News"}},
		"hidden":            {house, `<div class="byline"><span hidden class="fn">Tom Tern</span><script>x</script></div>`, []string{"Harbour News"}},
		"biography":         {house, `<div class="author">` + strings.Repeat("Mary Gull has written of ports. ", 8) + `</div>`, []string{"Harbour News"}},
		"lower case byline": {"", `<p class="author"><a rel="author" href="/u/1">marc</a></p>`, []string{"marc"}},
	} {
		if got := authorsOf(under(c.head, c.line)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestAuthorAroundThePage: a class on what holds the whole page marks no byline.
func TestAuthorAroundThePage(t *testing.T) {
	page := strings.Replace(string(under("", "<p>By Mary Gull</p>")), "<article>", `<article class="author">`+strings.Repeat("<p><i></i></p>", maxWithin), 1)
	if got := authorsOf([]byte(page)); !slices.Equal(got, []string{"Mary Gull"}) {
		t.Errorf("got %q", got)
	}
}

// TestNoHeadline: without a heading there is nothing that a byline could stand beside.
func TestNoHeadline(t *testing.T) {
	page := strings.NewReplacer("<h1>The harbour opens</h1>", "<p>By Mary Gull</p>").Replace(string(articlePage("", "", "")))
	if got := authorsOf([]byte(page)); len(got) > 0 {
		t.Errorf("got %q", got)
	}
}

func TestSplitNames(t *testing.T) {
	for said, want := range map[string][]string{
		"By Mary Gull":                            {"Mary Gull"},
		"Written by Mary Gull and Tom Tern":       {"Mary Gull", "Tom Tern"},
		"Von Eva Möwe und Max Reiher":             {"Eva Möwe", "Max Reiher"},
		"Par Anne Mouette et Luc Sterne":          {"Anne Mouette", "Luc Sterne"},
		"Por Ana Gaviota y Luis Garza":            {"Ana Gaviota", "Luis Garza"},
		"Mary Gull, Tom Tern, and Peter Heron":    {"Mary Gull", "Tom Tern", "Peter Heron"},
		"Mary Gull, Senior Reporter":              {"Mary Gull"},
		"Eva Möwe, Redakteurin":                   {"Eva Möwe"},
		"Mary Gull (Tehran)":                      {"Mary Gull"},
		"Mary Gull | mary@harbour.example":        {"Mary Gull"},
		"WrittenBy Mary Gull":                     {"WrittenBy Mary Gull"},
		"Written byMary Gull":                     {"Mary Gull"},
		"Mary Gull/Tom Tern":                      {"Mary Gull", "Tom Tern"},
		"Interview: Eva Möwe":                     {"Eva Möwe"},
		"Eingestellt von Eva Möwe":                {"Eva Möwe"},
		"نویسنده: مریم دریایی و علی ساحلی":        {"مریم دریایی", "علی ساحلی"},
		"BR24 Redaktion":                          {"BR24 Redaktion"},
		"2024 12":                                 nil,
		"@mary":                                   nil,
		"https://harbour.example/mary":            nil,
		"one two three four five six seven words": nil,
		"Name":   nil,
		"Von":    nil,
		"الكاتب": {"الكاتب"},
		"Мария Чайка и Иван Цаплин":                {"Мария Чайка", "Иван Цаплин"},
		strings.Repeat("x", 200):                   nil,
		"Harbour News - Mary Gull":                 {"Harbour News", "Mary Gull"},
		"記者 渡辺洋介":                                  {"渡辺洋介"},
		"Mary Gull, Correspondent, Tom Tern in Ur": {"Mary Gull", "Tom Tern in Ur"},
	} {
		if got := splitNames(said); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}

func TestLikeName(t *testing.T) {
	for _, s := range []string{"Mary Gull", "MARY GULL", "Ludwig van Beethoven", "Ana de la Cruz", "渡辺洋介", "Jean d’Arc", "مریم دریایی", "O'Neill"} {
		if !likeName(s) {
			t.Errorf("%q is a name", s)
		}
	}
	for _, s := range []string{"", "read more", "The Harbour Opens", "Mary Gull left: why", "one two three four five six", "von der", "What We Know",
		"宮崎県で震度五弱高知と宮崎に津波注意報", "Is It True"} {
		if likeName(s) {
			t.Errorf("%q is no name", s)
		}
	}
}

// TestAuthorsInStructuredData: persons, organisations, references and the signature of the house.
func TestAuthorsInStructuredData(t *testing.T) {
	for name, c := range map[string]struct {
		members string
		want    []string
	}{
		"a wire beside a person":     {`"author": [{"@type": "Person", "name": "Mary Gull"}, {"@type": "Organization", "name": "SDA"}]`, []string{"Mary Gull", "SDA"}},
		"the house beside a person":  {`"author": [{"@type": "Person", "name": "Mary Gull"}, {"@type": "Organization", "name": "Harbour News"}]`, []string{"Mary Gull"}},
		"both types":                 {`"author": {"@type": ["Person", "Organization"], "name": "Mary Gull"}`, []string{"Mary Gull"}},
		"the house as a person":      {`"author": {"@type": "Person", "name": "Harbour News"}, "creator": ["Mary Gull"]`, []string{"Mary Gull"}},
		"an organisation":            {`"author": {"@type": "NewsMediaOrganization", "name": "The Lighthouse"}`, []string{"The Lighthouse"}},
		"a string of two":            {`"author": "Mary Gull and Tom Tern"`, []string{"Mary Gull", "Tom Tern"}},
		"a login":                    {`"author": {"@type": "Person", "name": "admin"}`, []string{"admin"}},
		"a reference":                {`"author": {"@id": "#mary"}, "hasPart": {"@type": "Person", "@id": "#mary", "name": "Mary Gull"}`, []string{"Mary Gull"}},
		"a reference to nothing":     {`"author": {"@id": "#nobody"}`, nil},
		"the same twice":             {`"author": [{"name": "Mary Gull"}, {"name": "Mary Gull"}]`, []string{"Mary Gull"}},
		"the signature of an agency": {`"author": {"@type": "Person", "name": "MNA"}, "creator": {"name": "Mary Gull"}`, []string{"Mary Gull"}},
	} {
		page := articlePage(houseName+ld(c.members), "", "")
		got := Page(page, Source{URL: "https://www.harbour.example/a/1", Agency: "MNA"}).Authors
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	many := strings.Repeat(`{"name": "Mary Gull`, 1)
	for i := range 60 {
		many += `"}, {"name": "Mary ` + strings.Repeat("I", i+1)
	}
	if got := authorsOf(articlePage(ld(`"author": [`+many+`"}]`), "", "")); len(got) != maxAuthors {
		t.Errorf("%d authors, want %d", len(got), maxAuthors)
	}
}

// TestDatesBesideTheHeadline: which of several dates is the article's.
func TestDatesBesideTheHeadline(t *testing.T) {
	fetched := time.Date(2024, 5, 9, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ head, line, want string }{
		"vague metadata":       {`<meta name="dcterms.date" content="2024-05-06T10:00:00+02:00">`, `<span class="date">2 May 2024</span>`, "2024-05-02T00:00:00Z"},
		"vague, the same day":  {`<meta name="date" content="2024-05-02T10:00:00+02:00">`, `<span class="date">2 May 2024</span>`, "2024-05-02T10:00:00+02:00"},
		"vague alone":          {`<meta name="date" content="2024-05-02">`, "", "2024-05-02T00:00:00Z"},
		"vague, time in a li":  {`<meta name="date" content="2024-05-06">`, `<ul><li><time>02.05.2024, 12:01</time></li></ul>`, "2024-05-02T12:01:00Z"},
		"a caption":            {"", `<figure><figcaption>Quay, 1 May 2024</figcaption></figure><p>2 May 2024</p>`, "2024-05-02T00:00:00Z"},
		"the headline's":       {"", `<figure><figcaption><small>2 May 2024</small><h1>The harbour opens</h1></figcaption></figure>`, "2024-05-02T00:00:00Z"},
		"outvoted":             {ld(`"datePublished": "2023-01-01T08:00:00Z"`) + `<meta property="article:published_time" content="2024-05-02T08:29:34">`, `<p>02.05.2024</p>`, "2024-05-02T08:29:34Z"},
		"not by the revision":  {ld(`"datePublished": "2023-01-01T08:00:00Z", "dateModified": "2024-05-02T09:00:00Z"`) + `<meta name="date" content="2024-05-02">`, `<p>02.05.2024</p>`, "2023-01-01T08:00:00Z"},
		"the printed clock":    {ld(`"datePublished": "2024-05-03T02:25:54Z"`), `<p>May 2, 2024 | 9:25pm</p>`, "2024-05-02T21:25:54-05:00"},
		"the printed offset":   {ld(`"datePublished": "2024-05-01T22:04:00Z"`) + `<meta name="date" content="Thu, 02 May 2024 00:04:00 +0200">`, "", "2024-05-02T00:04:00+02:00"},
		"the printed day":      {ld(`"datePublished": "2024-05-03T02:18:11Z"`), `<p>2 de mayo de 2024</p>`, "2024-05-02T23:18:11-03:00"},
		"the day after":        {ld(`"datePublished": "2024-05-01T22:30:00Z"`), `<p>2. Mai 2024</p>`, "2024-05-02T00:30:00+02:00"},
		"the day in UTC too":   {ld(`"datePublished": "2024-05-03T02:18:11Z"`), `<p>2 May 2024</p><p>3 May 2024</p>`, "2024-05-03T02:18:11Z"},
		"far from it":          {ld(`"datePublished": "2024-05-03T02:18:11Z"`), `<p>7 March 2024</p>`, "2024-05-03T02:18:11Z"},
		"a bare day stays":     {ld(`"datePublished": "2024-05-03T00:00:00Z"`), `<p>May 2, 2024 | 7:00pm</p>`, "2024-05-03T00:00:00Z"},
		"glued":                {"", `<div class="date">May <b>02</b><i>2024</i></div>`, "2024-05-02T00:00:00Z"},
		"in columns":           {"", `<p>02 | 05 | 2024</p>`, "2024-05-02T00:00:00Z"},
		"in a paragraph":       {"", `<p>Three hours ago nobody knew what the port would bring to the town and its people, said 2 hours ago the mayor of it.</p><p>2 May 2024</p>`, "2024-05-02T00:00:00Z"},
		"relative":             {"", `<p>3 hours ago</p>`, "2024-05-09T09:00:00Z"},
		"lunar and Gregorian":  {"", `<p>الخميس 23 شوال 1445 هـ - 2 مايو 2024 م</p>`, "2024-05-02T00:00:00Z"},
		"lunar, then a better": {`<meta property="article:published_time" content="23 شوال 1445"><meta property="publishdate" content="2024-05-02">`, "", "2024-05-02T00:00:00Z"},
		"lunar alone":          {"", `<p>23 شوال 1445 هـ</p>`, "2024-05-02T00:00:00Z"},
		"Thai":                 {"", `<p>2 พ.ค. 2567 12:40 น.</p>`, "2024-05-02T12:40:00Z"},
	} {
		got := Page(under(c.head, c.line), Source{Fetched: fetched}).Published.Format(time.RFC3339)
		if got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// TestRevisionBeforePublication: the check holds too where the publication is found last.
func TestRevisionBeforePublication(t *testing.T) {
	a := Page(under(`<meta property="article:modified_time" content="2020-01-01T00:00:00Z">`, `<p>2 May 2024</p>`), Source{})
	if a.Published.IsZero() || !a.Updated.IsZero() || from(a, "updated") != "" {
		t.Errorf("published %v, updated %v", a.Published, a.Updated)
	}
}

// TestDayAndMonth: 02/05/2024 is read as the page's country writes.
func TestDayAndMonth(t *testing.T) {
	for _, c := range []struct{ lang, head, url, want string }{
		{"en", "", "https://harbour.example/a", "2024-02-05"},
		{"en-US", "", "https://harbour.example/a", "2024-02-05"},
		{"en-GB", "", "https://harbour.example/a", "2024-05-02"},
		{"en", "", "https://harbour.co.uk/a", "2024-05-02"},
		{"en", "", "https://harbour.example/en-gb/a", "2024-05-02"},
		{"", `<meta property="og:locale" content="en_AU">`, "https://harbour.example/a", "2024-05-02"},
		{"fr", "", "https://harbour.example/a", "2024-05-02"},
	} {
		page := strings.Replace(string(under(c.head, `<p>02/05/2024</p>`)), `lang="en"`, `lang="`+c.lang+`"`, 1)
		if got := Page([]byte(page), Source{URL: c.url}).Published.Format(time.DateOnly); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}
