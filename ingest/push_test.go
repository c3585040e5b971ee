package ingest_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dateline/config"
	"dateline/ingest"
	"dateline/storage"
)

const (
	topic     = "http://en.example/rss"
	pushTable = "\n[push]\ncallback = \"https://desk.example/push\"\n"
)

// hub is a WebSub hub: it takes wishes, verifies them at the callback and delivers.
type hub struct {
	t        *testing.T
	callback http.Handler

	mu     sync.Mutex
	status int           // of its answers; 0: 202
	deny   bool          // it denies in place of verifying
	silent bool          // it does neither
	lease  time.Duration // that it grants
	forms  []url.Values
	at     []time.Time
	named  bool // the feed names it
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.ParseForm()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forms, h.at = append(h.forms, r.PostForm), append(h.at, time.Now())
	if h.status != 0 {
		w.Header().Set("Retry-After", "10800")
		w.WriteHeader(h.status)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	if h.silent {
		return
	}
	q := url.Values{"hub.mode": {r.PostForm.Get("hub.mode")}, "hub.topic": {r.PostForm.Get("hub.topic")}, "hub.challenge": {"<b>chal&lenge</b>"}}
	if q.Get("hub.mode") == "subscribe" {
		q.Set("hub.lease_seconds", fmt.Sprint(int(h.lease/time.Second)))
	}
	if h.deny {
		q = url.Values{"hub.mode": {"denied"}, "hub.topic": q["hub.topic"], "hub.reason": {"not today"}}
	}
	if got := h.get(r.PostForm.Get("hub.callback"), q); got.Code != 200 || got.Body.String() != q.Get("hub.challenge") {
		h.t.Errorf("callback answered %s of %s with %d %q", q.Get("hub.mode"), q.Get("hub.topic"), got.Code, got.Body)
	}
}

// get asks the callback.
func (h *hub) get(callback string, q url.Values) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.callback.ServeHTTP(w, httptest.NewRequest(http.MethodGet, callback+"?"+q.Encode(), nil))
	return w
}

// asked is the n-th form that the hub got.
func (h *hub) asked(n int) url.Values {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n >= len(h.forms) {
		h.t.Fatalf("the hub got %d forms, want number %d", len(h.forms), n)
	}
	return h.forms[n]
}

func (h *hub) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.forms)
}

func (h *hub) set(change func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change()
}

// deliver posts a body as the hub does, and gives the callback's answer.
func (h *hub) deliver(body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	form := h.asked(0)
	r := httptest.NewRequest(http.MethodPost, form.Get("hub.callback"), strings.NewReader(body))
	r.Header.Set("Content-Type", "application/rss+xml")
	r.Header.Set("Link", `<http://hub.example/>; rel="hub", <`+topic+`>; rel="self"`)
	r.Header.Set("X-Hub-Signature", signed("sha256", form.Get("hub.secret"), body))
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	h.callback.ServeHTTP(w, r)
	return w
}

func signed(method, secret, body string) string {
	made := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}[method]
	m := hmac.New(made, []byte(secret))
	io.WriteString(m, body)
	return method + "=" + hex.EncodeToString(m.Sum(nil))
}

// news is a feed with one item, whose page the agency has.
func (b *bench) news(n int) string {
	page := fmt.Sprintf("en.example/news/%d/lantern", n)
	b.web.mu.Lock()
	defer b.web.mu.Unlock()
	b.web.pages[page] = strings.ReplaceAll(strings.ReplaceAll(b.web.pages["en.example/news/101/harbour"], "new harbour", fmt.Sprintf("lantern of %d lights", n)), "101/harbour", fmt.Sprintf("%d/lantern", n))
	return fmt.Sprintf(`<rss version="2.0"><channel><title>Haven News</title><item><title>Haven opens its lantern of %d lights</title>`+
		`<link>http://%s</link><guid isPermaLink="false">en-%d</guid></item></channel></rss>`, n, page, n)
}

// pushBubble runs a daemon whose English feed names a hub.
func pushBubble(t *testing.T, f func(t *testing.T, b *bench, h *hub)) {
	bubble(t, func(t *testing.T, b *bench) {
		cfg, err := config.Parse("test.toml", []byte(settings+pushTable))
		if err != nil {
			t.Fatal(err)
		}
		b.cfg = cfg
		b.Configure(cfg, b.client)
		h := &hub{t: t, callback: b.Callback(), lease: 10 * time.Hour, named: true}
		b.net.Handle("hub.example", h)
		b.net.Handle("en.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.set(func() {
				if h.named {
					w.Header().Add("Link", `<http://hub.example/>; rel="hub", <`+topic+`>; rel="self"`)
				}
			})
			b.web.ServeHTTP(w, r)
		}))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- b.Run(ctx) }()
		time.Sleep(10 * time.Minute)
		f(t, b, h)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func (b *bench) push(t *testing.T) (storage.Subscription, bool) {
	t.Helper()
	sub, ok, err := b.store.Push(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	return sub, ok
}

// TestPush is the main job: a feed names a hub, which is asked, verifies, and delivers; the article is there within the
// second, and the feed was not asked for it.
func TestPush(t *testing.T) {
	pushBubble(t, func(t *testing.T, b *bench, h *hub) {
		form := h.asked(0)
		if h.count() != 1 || form.Get("hub.mode") != "subscribe" || form.Get("hub.topic") != topic || form.Get("hub.lease_seconds") != "864000" ||
			!strings.HasPrefix(form.Get("hub.callback"), "https://desk.example/push/") || len(form.Get("hub.secret")) != 64 {
			t.Fatalf("the hub was sent %v", form)
		}
		sub, _ := b.push(t)
		if sub.State != storage.PushHeld || sub.Until.Sub(sub.Verified) != 10*time.Hour {
			t.Errorf("subscription %+v", sub)
		}
		body := b.news(106)
		b.web.log()
		if got := h.deliver(body); got.Code != http.StatusNoContent {
			t.Errorf("delivery answered with %d %s", got.Code, got.Body)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if !strings.Contains(b.export(t), "lantern of 106 lights") {
			t.Error("the pushed article is not stored a second later")
		}
		if log := strings.Join(b.web.log(), ", "); log != "en.example/news/106/lantern 200" {
			t.Errorf("requests for it: %s", log)
		}
		if sub, _ := b.push(t); time.Since(sub.LastPush) != time.Second || !sub.Active(time.Now()) {
			t.Errorf("last push %s, now %s", sub.LastPush, time.Now())
		}
	})
}

// TestPushSignatures takes all four methods of the Recommendation.
func TestPushSignatures(t *testing.T) {
	pushBubble(t, func(t *testing.T, b *bench, h *hub) {
		for i, method := range []string{"sha1", "sha256", "sha384", "sha512"} {
			body := b.news(200 + i)
			h.deliver(body, func(r *http.Request) {
				r.Header.Set("X-Hub-Signature", signed(method, h.asked(0).Get("hub.secret"), body))
			})
			time.Sleep(3 * time.Second)
			if !strings.Contains(b.export(t), fmt.Sprintf("lantern of %d lights", 200+i)) {
				t.Errorf("%s: not stored", method)
			}
		}
	})
}

// TestPushThin: a delivery that holds nothing to read makes the feed due, but no sooner than it may be asked.
func TestPushThin(t *testing.T) {
	for name, body := range map[string]string{"nothing": "", "no feed": "<html><body>Something is new</body></html>", "no entries": `<rss version="2.0"><channel><title>T</title></channel></rss>`} {
		pushBubble(t, func(t *testing.T, b *bench, h *hub) {
			time.Sleep(20 * time.Minute)
			state, err := b.store.Feed(t.Context(), topic)
			if err != nil {
				t.Fatal(err)
			}
			state.NextPoll = time.Now().Add(20 * time.Hour)
			if _, err := b.store.SavePoll(t.Context(), state, nil); err != nil {
				t.Fatal(err)
			}
			if got := h.deliver(body); got.Code != http.StatusNoContent {
				t.Errorf("%s: answered with %d", name, got.Code)
			}
			after, err := b.store.Feed(t.Context(), topic)
			if err != nil || !after.NextPoll.Equal(state.LastPoll.Add(time.Hour)) || after.ETag != state.ETag {
				t.Errorf("%s: next poll %s, last was %s", name, after.NextPoll, after.LastPoll)
			}
		})
	}
}

// TestPushRenews asks again before a lease ends; where the hub is silent then, the lease ends, and the wish is repeated with
// growing pauses.
func TestPushRenews(t *testing.T) {
	pushBubble(t, func(t *testing.T, b *bench, h *hub) {
		first, _ := b.push(t)
		time.Sleep(time.Until(first.Verified.Add(8*time.Hour + 20*time.Minute)))
		if n := h.count(); n != 1 {
			t.Errorf("asked %d times before 85 %% of the lease", n)
		}
		time.Sleep(20 * time.Minute)
		second, _ := b.push(t)
		if n := h.count(); n != 2 || second.Token != first.Token || second.Secret != first.Secret || !second.Until.After(first.Until) {
			t.Errorf("asked %d times after 85 %% of the lease: %+v", n, second)
		}
		h.set(func() { h.silent = true })
		time.Sleep(11 * time.Hour)
		if sub, _ := b.push(t); sub.Active(time.Now()) {
			t.Errorf("a lease that has ended still holds: %+v", sub)
		}
		time.Sleep(7 * 24 * time.Hour)
		var longest time.Duration
		for i := 3; i < len(h.at); i++ {
			gap := h.at[i].Sub(h.at[i-1]).Round(time.Minute)
			if gap < longest {
				t.Errorf("a pause of %s after one of %s", gap, longest)
			}
			longest = gap
		}
		if longest.Round(time.Hour) != 24*time.Hour || h.count() > 16 {
			t.Errorf("asked %d times in a week of silence, with a pause of %s at last", h.count(), longest)
		}
		h.set(func() { h.silent = false })
		time.Sleep(25 * time.Hour)
		if sub, _ := b.push(t); sub.State != storage.PushHeld || sub.Failures != 0 || sub.Error != "" {
			t.Errorf("verified again: %+v", sub)
		}
	})
}

// TestPushDenied leaves a hub alone that says no, for a week.
func TestPushDenied(t *testing.T) {
	pushBubble(t, func(t *testing.T, b *bench, h *hub) {
		callback := h.asked(0).Get("hub.callback")
		got := h.get(callback, url.Values{"hub.mode": {"denied"}, "hub.topic": {topic}, "hub.reason": {"not today"}})
		if sub, _ := b.push(t); got.Code != 200 || sub.State != storage.PushDenied || sub.Error != "not today" || sub.Active(time.Now()) {
			t.Errorf("%d, subscription %+v", got.Code, sub)
		}
		if got := h.deliver(b.news(300)); got.Code != http.StatusGone {
			t.Errorf("a delivery after it was denied: %d", got.Code)
		}
		h.set(func() { h.deny = true })
		time.Sleep(6 * 24 * time.Hour)
		if n := h.count(); n != 1 {
			t.Errorf("asked %d times in six days", n)
		}
		time.Sleep(2 * 24 * time.Hour)
		if sub, _ := b.push(t); h.count() != 2 || sub.State != storage.PushDenied {
			t.Errorf("asked %d times in eight days: %+v", h.count(), sub)
		}
	})
}

// TestPushRetryAfter leaves a hub alone for as long as it asks.
func TestPushRetryAfter(t *testing.T) {
	pushBubble(t, func(t *testing.T, b *bench, h *hub) {
		h.set(func() { h.status = http.StatusServiceUnavailable })
		time.Sleep(9 * time.Hour) // its renewal is refused
		n := h.count()
		if sub, _ := b.push(t); n != 2 || !strings.Contains(sub.Error, "503") || !sub.Until.After(time.Now()) {
			t.Errorf("asked %d times: %+v", n, sub)
		}
		time.Sleep(2 * time.Hour)
		if n := h.count(); n != 2 {
			t.Errorf("asked %d times within Retry-After", n)
		}
		time.Sleep(2 * time.Hour)
		if n := h.count(); n != 3 {
			t.Errorf("asked %d times after it", n)
		}
	})
}

// TestPushEnds: a feed that names its hub no more is given up there, and one that the configuration lost.
func TestPushEnds(t *testing.T) {
	for name, end := range map[string]func(b *bench, h *hub){
		"names no hub": func(b *bench, h *hub) {
			h.set(func() { h.named = false })
			b.web.edit("en.example/rss", "eleven years", "twelve years")
		},
		"not configured": func(b *bench, h *hub) {
			cfg, _ := config.Parse("test.toml", []byte("enable = []\n"+pushTable))
			b.Configure(cfg, b.client)
		},
	} {
		pushBubble(t, func(t *testing.T, b *bench, h *hub) {
			end(b, h)
			time.Sleep(12 * time.Hour)
			if form := h.asked(1); form.Get("hub.mode") != "unsubscribe" || form.Get("hub.callback") != h.asked(0).Get("hub.callback") || form.Has("hub.secret") {
				t.Errorf("%s: the hub was sent %v", name, form)
			}
			if sub, ok := b.push(t); ok {
				t.Errorf("%s: still there: %+v", name, sub)
			}
			if got := h.deliver(b.news(400)); got.Code != http.StatusNotFound {
				t.Errorf("%s: a delivery after it: %d", name, got.Code)
			}
			if n := h.count(); n != 2 {
				t.Errorf("%s: %d forms", name, n)
			}
		})
	}
}

// publish makes an item the only one that the feed itself lists.
func (b *bench) publish(feed string) {
	b.web.mu.Lock()
	defer b.web.mu.Unlock()
	b.web.pages["en.example/rss"] = feed
}

// polls counts the requests of the feed since the last call.
func (b *bench) polls() (n int) {
	for _, line := range b.web.log() {
		if strings.HasPrefix(line, "en.example/rss ") {
			n++
		}
	}
	return n
}

// TestPushPollsRarely: while pushes come the feed is asked once a day, and that it lists none of what it listed the day before is
// no alarm, for all of it was pushed.
func TestPushPollsRarely(t *testing.T) {
	if ingest.Racing {
		t.Skip("hours of requests, one after the other")
	}
	pushBubble(t, func(t *testing.T, b *bench, h *hub) {
		for n := range 40 { // five days
			if n == 8 {
				b.polls()
			}
			first, _, _ := strings.Cut(b.news(1000+2*n), "</channel>")
			_, second, _ := strings.Cut(b.news(1001+2*n), "</title>")
			b.publish(first + second)
			h.deliver(first + second)
			time.Sleep(3 * time.Hour)
		}
		if n := b.polls(); n < 3 || n > 4 {
			t.Errorf("asked %d times in the last four days", n)
		}
		if n := strings.Count(b.export(t), `"guid":"en-10`); n != 80+5 {
			t.Errorf("%d articles of 85", n)
		}
		if state, err := b.store.Feed(t.Context(), topic); err != nil || !state.Lost.At.IsZero() {
			t.Errorf("an alarm for what was pushed: %+v (%v)", state.Lost, err)
		}
	})
}

// TestPushSilentHub: one that verifies and keeps news to itself is not relied on, until it delivers.
func TestPushSilentHub(t *testing.T) {
	pushBubble(t, func(t *testing.T, b *bench, h *hub) {
		if sub, _ := b.push(t); sub.State != storage.PushHeld || sub.Active(time.Now()) {
			t.Errorf("before anything was delivered: %+v", sub)
		}
		h.deliver(b.news(500))
		if sub, _ := b.push(t); !sub.Active(time.Now()) {
			t.Errorf("after a delivery: %+v", sub)
		}
		b.publish(b.news(501)) // and nobody delivers it
		time.Sleep(30 * time.Hour)
		if sub, _ := b.push(t); !sub.Missed || sub.Active(time.Now()) {
			t.Errorf("after a poll with news: %+v", sub)
		}
		b.polls()
		for n := range 16 {
			b.publish(b.news(502 + n))
			time.Sleep(3 * time.Hour)
		}
		if n := b.polls(); n < 10 {
			t.Errorf("asked %d times in two days of news that nobody delivers", n)
		}
		h.deliver(b.news(502 + 15))
		if sub, _ := b.push(t); !sub.Active(time.Now()) {
			t.Errorf("after another delivery: %+v", sub)
		}
	})
}
