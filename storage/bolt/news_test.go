package bolt_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"dateline/storage"
)

// news makes records as a real store has them: agencies of many sizes, each with a few feeds, addresses with a
// number and a slug, dates that go forward with some disorder, licences and their proofs, and texts of 3 KB on average that
// are as hard to compress as real articles are (TestNewsIsNoEasierThanReal holds them against some). The same seed gives the
// same records.
type news struct {
	rnd      *rand.Rand
	common   []string // words that every text has, the most frequent first
	pairs    []string
	rare     []string // words that few texts have
	persian  []string
	agencies []newsAgency
	at       time.Time
	number   int
}

type newsAgency struct {
	storage.Agency
	feeds    []string
	language string
	license  storage.License
	guidURL  bool // its guids are its addresses
	path     string
}

// newsCommon are frequent words of English; all others are made up.
const newsCommon = `the of to and a in is that for on with as was it by at from his be an are has have this not he said but they which will or
their been had who would more about one were its out up when can we after all also there new her people two over first other year time than
into so some could last if she what years no most government percent them only made now many before between state country during where
world against world under president three week being because while such may those including police public part minister then how million
day say group called per another several until since told much national still international down around both company well found city
according official work report political economic support market take month high even security back through president war use four`

// newsPairs are words that come together.
const newsPairs = `of the,in the,to the,on the,for the,and the,at the,that the,with the,by the,from the,of a,in a,it is,to be,has been,have been,will be,
as well as,more than,one of the,according to,part of the,he said,would be,is a,as a,had been,out of the,at least,such as,going to,a number of,
in a statement,said in a statement,told reporters on,the prime minister,at the same time,in the first quarter of,a spokesman for the,
the end of the year,for the first time in,it was not clear,in the coming weeks,members of parliament,the number of people,is expected to,
over the past year,last week,last year,the united states,does not,there is no,there are,they were,who had been,which was,as part of,because of the`

func newNews(seed uint64) *news {
	n := &news{rnd: rand.New(rand.NewPCG(seed, 17)), common: strings.Fields(newsCommon), pairs: strings.Split(strings.ReplaceAll(newsPairs, "\n", ""), ","), at: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	for range 40_000 {
		n.rare = append(n.rare, n.word("bcdfghlmnprstvwbrcrdrfrgrprtrstshchthphplclsl", "aeiouaeioueaouieio", "nrstlmdckng"))
		n.persian = append(n.persian, n.word("بپتجچخدرزسشصطعغفقکگلمنوهی", "اویاوی", "نرسلمدکت"))
	}
	for i := range 120 {
		n.agencies = append(n.agencies, n.agency(i))
	}
	return n
}

// word is two to four syllables.
func (n *news) word(onset, nucleus, coda string) string {
	pick := func(of string) rune { r := []rune(of); return r[n.rnd.IntN(len(r))] }
	var b strings.Builder
	for range 1 + n.rnd.IntN(3) + n.rnd.IntN(2) {
		b.WriteRune(pick(onset))
		b.WriteRune(pick(nucleus))
		if n.rnd.IntN(3) == 0 {
			b.WriteRune(pick(coda))
		}
	}
	return b.String()
}

func (n *news) agency(i int) newsAgency {
	name := n.rare[n.rnd.IntN(len(n.rare))]
	home := fmt.Sprintf("https://www.%s%d.example/", name, i)
	a := newsAgency{
		Agency: storage.Agency{ID: fmt.Sprintf("%s-%d", name, i), Name: strings.ToUpper(name[:1]) + name[1:] + " News Agency", Home: home},
		path:   []string{"news/", "en/news/", "world/article/", "politics/2024/"}[n.rnd.IntN(4)], language: "en", guidURL: i%3 != 0,
	}
	if i%7 == 6 {
		a.language = "fa"
	}
	for j := range 1 + n.rnd.IntN(4) {
		a.feeds = append(a.feeds, fmt.Sprintf("%srss/%d.xml", home, j))
	}
	a.license = storage.License{
		SPDX: []string{"CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-ND-4.0", "", "CC0-1.0"}[i%5], Holder: a.Name, Scope: "site", Version: "4.0",
		Statement: "All contents of this site are published under the licence that the imprint of " + a.Name + " names, unless a page says otherwise.",
		URL:       "https://creativecommons.org/licenses/by/4.0/", Evidence: "page-link", Confidence: 0.95, Status: "verified",
	}
	return a
}

// zipf draws a number below n; the smaller, the more often.
func (n *news) zipf(of int) int {
	return min(int(math.Exp(n.rnd.Float64()*math.Log(float64(of)+1)))-1, of-1)
}

// newsTopic is what one article is about: words that come back in it.
type newsTopic struct {
	words []string
	fa    bool
}

func (n *news) topic(fa bool) newsTopic {
	t := newsTopic{fa: fa}
	from := n.rare
	if fa {
		from = n.persian
	}
	for range 30 {
		t.words = append(t.words, from[n.rnd.IntN(len(from))])
	}
	return t
}

func (n *news) next(t newsTopic) string {
	from := n.rare
	if t.fa {
		from = n.persian
	}
	switch k := n.rnd.IntN(100); {
	case k < 15 && !t.fa:
		return n.pairs[n.zipf(len(n.pairs))]
	case k < 44 && !t.fa:
		return n.common[n.zipf(len(n.common))]
	case k < 44:
		return n.persian[n.zipf(300)]
	case k < 60:
		return t.words[n.zipf(len(t.words))]
	case k < 64:
		return fmt.Sprint(n.rnd.IntN(3000))
	case k < 68 && !t.fa:
		w := from[n.rnd.IntN(len(from))]
		return strings.ToUpper(w[:1]) + w[1:]
	default:
		return from[n.zipf(len(from))]
	}
}

func (n *news) phrase(t newsTopic, words int) string {
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(n.next(t))
	}
	s := b.String()
	if !t.fa {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}

// text is of a length as articles have it: 3 KB on average, few below 800 bytes, some above 10 KB.
func (n *news) text(t newsTopic) string {
	size := int(2550 * math.Exp(n.rnd.NormFloat64()*0.57))
	var b strings.Builder
	for b.Len() < max(size, 400) {
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		for range 1 + n.rnd.IntN(4) {
			b.WriteString(n.phrase(t, 6+n.rnd.IntN(22)))
			b.WriteString([]string{". ", ". ", ", ", ". “", ".” "}[n.rnd.IntN(5)])
		}
	}
	return strings.TrimSpace(b.String())
}

// article is a draft as a poll brings it, and what its page adds.
type newsArticle struct {
	draft  storage.Draft
	record storage.Record
	events []storage.Event
}

// poll makes the articles of one poll of a feed.
func (n *news) poll(size int) (storage.FeedState, []newsArticle) {
	a := &n.agencies[n.zipf(len(n.agencies))]
	feed := a.feeds[n.zipf(len(a.feeds))]
	n.at = n.at.Add(time.Duration(size) * 30 * time.Second)
	var articles []newsArticle
	for range size {
		articles = append(articles, n.article(a, feed))
	}
	return storage.FeedState{URL: feed, Agency: a.ID, LastPoll: n.at}, articles
}

func (n *news) article(a *newsAgency, feed string) newsArticle {
	n.number++
	topic := n.topic(a.language == "fa")
	title := n.phrase(topic, 6+n.rnd.IntN(7))
	slug := strings.ToLower(strings.ReplaceAll(n.phrase(newsTopic{words: topic.words}, 5+n.rnd.IntN(4)), " ", "-"))
	if topic.fa {
		slug = fmt.Sprintf("%x", n.rnd.Uint64())
	}
	url := fmt.Sprintf("%s%s%d/%s", a.Home, a.path, 4_000_000+n.number*7+n.rnd.IntN(7), slug)
	r := storage.Record{
		ID: storage.ID(a.ID, storage.URLKey(url)), URL: url, Agency: a.Agency, Feed: feed, GUID: url, Title: title, Language: a.language,
		Published: n.at.Add(-time.Duration(n.rnd.ExpFloat64()*40) * time.Minute).Truncate(time.Second), Summary: n.phrase(topic, 20+n.rnd.IntN(20)) + ".",
	}
	if !a.guidURL {
		r.GUID = fmt.Sprint(n.number * 7)
	}
	out := newsArticle{draft: storage.Draft{Record: r, Page: url, Mark: fmt.Sprintf("%016x", n.rnd.Uint64())}}
	r.Text = n.text(topic)
	if n.rnd.IntN(2) == 0 {
		r.Summary, _, _ = strings.Cut(r.Text, ". ")
	}
	author := n.phrase(topic, 2)
	if n.rnd.IntN(3) > 0 {
		r.Authors = []string{author}
	}
	r.Section = []string{"World", "Politics", "Economy", "Sport", "Culture", ""}[n.rnd.IntN(6)]
	r.Tags = topic.words[:n.rnd.IntN(6)]
	r.Images = []storage.Image{{URL: fmt.Sprintf("%simages/%s/%d_%x.jpg", a.Home, r.Published.Format("2006/01/02"), n.number*7, n.rnd.Uint32()), Caption: n.phrase(topic, 8), Credit: author}}
	if a.license.SPDX != "" {
		l := a.license
		r.License = &l
	}
	r.Rights = []storage.Right{{Name: "max-image-preview", Value: "large", Evidence: "meta robots"}}
	r.Attribution = fmt.Sprintf("%q by %s, %s (%s), licensed under Creative Commons Attribution 4.0 International (%s). Changes: converted to plain text.",
		title, author, a.Name, url, a.license.URL)
	r.BodyFrom, r.Confidence = []string{"rule", "json-ld", "generic"}[n.rnd.IntN(3)], float64(80+n.rnd.IntN(20))/100
	r.Fetched = n.at.Add(time.Duration(n.rnd.IntN(600)) * time.Second)
	out.record, out.events = r, newsEvents(&r)
	return out
}

// newsEvents are those that ingest tells of a page.
func newsEvents(r *storage.Record) (events []storage.Event) {
	lead, _, _ := strings.Cut(r.Text, "\n")
	for _, e := range [][2]string{
		{"fetched", r.URL}, {"url", "link rel=canonical: " + r.URL}, {"title", "meta og:title: " + r.Title}, {"summary", "meta og:description: " + r.Summary},
		{"body", r.BodyFrom + ": " + lead}, {"authors", "byline: " + strings.Join(r.Authors, ", ")}, {"published", "json-ld datePublished: " + r.Published.Format(time.RFC3339)},
		{"language", "html lang: " + r.Language}, {"images", "meta og:image: " + r.Images[0].URL}, {"license", "page-link: https://creativecommons.org/licenses/by/4.0/"},
	} {
		events = append(events, storage.Event{At: r.Fetched, What: e[0], Detail: e[1]})
	}
	return events
}
