package ingest_test

import (
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/tools/txtar"

	"dateline/config"
	"dateline/extract"
	"dateline/fetch"
	"dateline/fetch/fetchtest"
	"dateline/ingest"
	"dateline/storage"
	"dateline/storage/storagetest"
)

// seed is what the records of testdata/seed.txtar must be.
var seed = map[string]struct {
	dateline, language, first, last, by string
	published                           time.Time
	without                             []string
}{
	"Orchards of the central plateau get new water channels": {
		"TEHRAN", "en", "TEHRAN – Forty villages", "money for saplings.",
		`, Tehran Times (http://www.tehrantimes.com/news/501234/Orchards-of-the-central-plateau-get-new-water-channels), licensed by Mehr News Agency under CC BY 4.0 (`,
		time.Date(2023, 11, 5, 10, 12, 0, 0, time.UTC),
		[]string{"Rahimi", "restored channel near", "licensed", "Related", "Almond exports", "xk2Lp", "Telegram", "Water and the land"},
	},
	"Caravanserai on the salt road to be repaired": {
		"TEHRAN", "en", "TEHRAN, Nov. 05 (MNA) – A caravanserai", "told Mehr News.",
		`, Mehr News Agency (http://en.mehrnews.com/news/208001/Caravanserai-on-the-salt-road-to-be-repaired), licensed by Mehr News Agency under CC BY 4.0 (`,
		time.Date(2023, 11, 5, 8, 30, 50, 0, time.UTC),
		[]string{"licensed", "RELATED", "Salt lake", "Share", "rights reserved", "MNA/PR"},
	},
	"کاروانسرای راه نمک مرمت می\u200cشود": {
		"تهران", "fa", "تهران - کاروانسرای کهن", "نمی\u200cبیند.»",
		`, licensed by Mehr News Agency under CC BY 4.0 (`,
		time.Date(2017, 10, 17, 9, 10, 0, 0, time.UTC),
		[]string{"نمایی", "عکس", "licensed", "مرتبط", "دریاچه", "نظر شما", "xJ4Qw"},
	},
}

// TestSeed reads the pages that the project began with: as the catalogue knows their agencies, and with no rule at all.
func TestSeed(t *testing.T) {
	b, err := os.ReadFile("testdata/seed.txtar")
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{}
	for _, f := range txtar.Parse(b).Files {
		pages[f.Name] = string(f.Data)
	}
	const file = `
enable = ["tehrantimes", "mehr-en", "mehr-fa"]
[[agency]]
id = "tehrantimes"
feeds = ["http://www.tehrantimes.com/rss"]
[[agency]]
id = "mehr-en"
feeds = ["http://en.mehrnews.com/rss"]
[[agency]]
id = "mehr-fa"
feeds = ["http://www.mehrnews.com/rss"]
`
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)))
		cfg, err := config.Parse("seed.toml", []byte(file))
		if err != nil {
			t.Fatal(err)
		}
		web := fetchtest.New(t, "")
		for _, host := range []string{"www.tehrantimes.com", "en.mehrnews.com", "www.mehrnews.com"} {
			web.Handle(host, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, ok := pages[r.Host+r.URL.Path]
				if !ok {
					http.NotFound(w, r)
					return
				}
				io.WriteString(w, body)
			}))
		}
		o := cfg.Fetch
		o.Dial = web.Dial
		client := fetch.New(o)
		defer client.Close()
		store, err := storage.Open(t.Context(), storagetest.NewMemory())
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		if _, err := ingest.New(store, client, cfg, slog.New(slog.DiscardHandler)).Once(t.Context(), nil, nil); err != nil {
			t.Fatal(err)
		}
		n := 0
		for r, err := range store.Records(t.Context(), storage.Filter{}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
			checkSeed(t, r)
		}
		if n != len(seed) {
			t.Errorf("%d records of %d", n, len(seed))
		}
	})
	zone, err := time.LoadLocation("Asia/Tehran")
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range pages {
		if !strings.HasSuffix(name, "/rss") {
			src := extract.Source{URL: "http://" + name, Zone: zone, Fetched: time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)}
			r := ingest.Extracted(src.URL, "", extract.Page([]byte(body), src))
			if strings.Contains(r.Attribution, `\u`) {
				t.Errorf("attribution %s", r.Attribution)
			}
			want := seed[r.Title]
			if want.without == nil {
				t.Errorf("without a rule: title %q of %s", r.Title, name)
			}
			for _, s := range want.without {
				if strings.Contains(r.Text, s) && s != "MNA/PR" {
					t.Errorf("without a rule: %q in the text of %q:\n%s", s, r.Title, r.Text)
				}
			}
			if !strings.HasPrefix(r.Text, want.first) || !strings.Contains(r.Text, want.last) || r.License == nil || r.License.SPDX != "CC-BY-4.0" || r.License.Holder != "Mehr News Agency" {
				t.Errorf("without a rule: licence %+v, text\n%s", r.License, r.Text)
			}
		}
	}
}

func checkSeed(t *testing.T, r storage.Record) {
	t.Helper()
	want, ok := seed[r.Title]
	if !ok {
		t.Errorf("title %q", r.Title)
		return
	}
	if r.Dateline != want.dateline || r.Language != want.language || !r.Published.Equal(want.published) {
		t.Errorf("%s: dateline %q, language %q, published %v", r.Title, r.Dateline, r.Language, r.Published)
	}
	if !strings.HasPrefix(r.Text, want.first) || !strings.HasSuffix(r.Text, want.last) {
		t.Errorf("%s: text\n%s", r.Title, r.Text)
	}
	for _, s := range want.without {
		if strings.Contains(r.Text, s) {
			t.Errorf("%s: %q in the text\n%s", r.Title, s, r.Text)
		}
	}
	l := r.License
	if l == nil || l.SPDX != "CC-BY-4.0" || l.Holder != "Mehr News Agency" || l.Status != "verified" || !strings.HasPrefix(l.Statement, "All Content by Mehr News Agency is licensed") {
		t.Errorf("%s: licence %+v", r.Title, l)
	}
	if !strings.Contains(r.Attribution, want.by) || !strings.Contains(r.Attribution, r.Agency.Name) {
		t.Errorf("%s: attribution %s", r.Title, r.Attribution)
	}
}
