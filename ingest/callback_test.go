package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dateline/storage"
)

// endless is a body that never ends, and counts what was read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

// TestAttack48ForgedVerification: only what was asked is affirmed, to who knows the token, and nobody can put a page under our
// name by it.
func TestAttack48ForgedVerification(t *testing.T) {
	pushBubble(t, func(t *testing.T, b *bench, h *hub) {
		before, _ := b.push(t)
		callback := h.asked(0).Get("hub.callback")
		forge := func(change func(url.Values)) url.Values {
			q := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.challenge": {"c"}, "hub.lease_seconds": {"31536000"}}
			change(q)
			return q
		}
		same := func(url.Values) {}
		for name, c := range map[string]struct {
			callback string
			q        url.Values
		}{
			"another topic":    {callback, forge(func(q url.Values) { q.Set("hub.topic", "http://en.example/other") })},
			"no topic":         {callback, forge(func(q url.Values) { q.Del("hub.topic") })},
			"no challenge":     {callback, forge(func(q url.Values) { q.Del("hub.challenge") })},
			"unsubscribe":      {callback, forge(func(q url.Values) { q.Set("hub.mode", "unsubscribe") })},
			"denied elsewhere": {callback, url.Values{"hub.mode": {"denied"}, "hub.topic": {"http://en.example/other"}}},
			"another mode":     {callback, forge(func(q url.Values) { q.Set("hub.mode", "publish") })},
			"no mode":          {callback, forge(func(q url.Values) { q.Del("hub.mode") })},
			"no token":         {"https://desk.example/push/", forge(same)},
			"half a token":     {callback[:len(callback)-32], forge(same)},
			"a guessed token":  {callback[:len(callback)-32] + strings.Repeat("0", 32), forge(same)},
			"a long token":     {callback + strings.Repeat("0", 1<<16), forge(same)},
		} {
			if got := h.get(c.callback, c.q); got.Code != http.StatusNotFound || strings.Contains(got.Body.String(), "c\n") {
				t.Errorf("%s: %d %q", name, got.Code, got.Body)
			}
		}
		if after, _ := b.push(t); after != before {
			t.Errorf("a forged answer changed the subscription from\n%+v to\n%+v", before, after)
		}
		h.set(func() { h.lease = 10 * 24 * time.Hour })
		time.Sleep(9 * time.Hour) // renewed meanwhile
		renewed, _ := b.push(t)
		time.Sleep(25 * time.Hour)
		if got := h.get(callback, forge(same)); got.Code != http.StatusNotFound {
			t.Errorf("what was asked more than a day ago is affirmed: %d %q", got.Code, got.Body)
		}
		if after, _ := b.push(t); !after.Until.Equal(renewed.Until) || !after.Until.After(before.Until) {
			t.Errorf("the lease was until %s, is until %s", renewed.Until, after.Until)
		}
		got := h.get(callback, url.Values{"hub.mode": {"denied"}, "hub.topic": {topic}})
		if got.Code != 200 || got.Body.Len() != 0 {
			t.Errorf("denied: %d %q", got.Code, got.Body)
		}
		if got := h.get(callback, forge(same)); got.Code != http.StatusNotFound {
			t.Errorf("what was denied is affirmed: %d %q", got.Code, got.Body)
		}
	})
}

// TestAttack48Echo: the challenge comes back as text, whatever it looks like.
func TestAttack48Echo(t *testing.T) {
	pushBubble(t, func(t *testing.T, b *bench, h *hub) {
		got := h.get(h.asked(0).Get("hub.callback"), url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic},
			"hub.challenge": {"<script>alert(1)</script>"}, "hub.lease_seconds": {"99999999999999999999"}})
		if got.Code != 200 || got.Header().Get("Content-Type") != "text/plain; charset=utf-8" || got.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%d %v", got.Code, got.Header())
		}
		if sub, _ := b.push(t); sub.Until.Sub(sub.Verified) > 366*24*time.Hour {
			t.Errorf("a lease until %s", sub.Until)
		}
	})
}

// TestAttack48Deliveries: what is not signed with the secret, of another topic, too large or cut off is not stored, and what is
// repeated is not stored twice.
func TestAttack48Deliveries(t *testing.T) {
	pushBubble(t, func(t *testing.T, b *bench, h *hub) {
		body := b.news(600)
		secret := h.asked(0).Get("hub.secret")
		sign := func(s string) func(*http.Request) {
			return func(r *http.Request) { r.Header.Set("X-Hub-Signature", s) }
		}
		large := &endless{}
		for name, c := range map[string]struct {
			change func(*http.Request)
			want   int
		}{
			"not signed":      {func(r *http.Request) { r.Header.Del("X-Hub-Signature") }, 204},
			"another secret":  {sign(signed("sha256", "secret", body)), 204},
			"no secret":       {sign(signed("sha256", "", body)), 204},
			"another body":    {sign(signed("sha256", secret, body+" ")), 204},
			"another method":  {sign(strings.Replace(signed("sha256", secret, body), "sha256", "sha1", 1)), 204},
			"an old method":   {sign("md5=" + strings.Repeat("0", 32)), 204},
			"half of the sum": {sign(signed("sha256", secret, body)[:39]), 204},
			"another topic":   {func(r *http.Request) { r.Header.Set("Link", `<http://other.example/>; rel=self`) }, 204},
			"cut off":         {func(r *http.Request) { r.Body = io.NopCloser(io.MultiReader(strings.NewReader(body[:100]), broken{})) }, 400},
			"too large":       {func(r *http.Request) { r.Body = io.NopCloser(large) }, 413},
			"another path":    {func(r *http.Request) { r.URL.Path = "/push/" + storage.PushToken(topic) }, 404},
			"no path":         {func(r *http.Request) { r.URL.Path = "/" }, 404},
			"another verb":    {func(r *http.Request) { r.Method = http.MethodPut }, 405},
		} {
			if got := h.deliver(body, c.change); got.Code != c.want {
				t.Errorf("%s: %d, want %d", name, got.Code, c.want)
			}
		}
		time.Sleep(5 * time.Second)
		if strings.Contains(b.export(t), "lantern") {
			t.Error("a forged delivery is stored")
		}
		if sub, _ := b.push(t); !sub.LastPush.IsZero() {
			t.Errorf("a forged delivery counts: %+v", sub)
		}
		if most := int(b.cfg.Fetch.MaxBody) + 1<<20; large.read > most {
			t.Errorf("%d bytes of an endless body were read", large.read)
		}
		for range 3 {
			h.deliver(body)
			time.Sleep(5 * time.Second)
		}
		if n := strings.Count(b.export(t), "lantern of 600 lights"); n == 0 || strings.Count(b.export(t), `"guid":"en-600"`) != 1 {
			t.Errorf("a delivery that came three times is stored:\n%s", b.export(t))
		}
		if log := strings.Join(b.web.log(), " "); strings.Count(log, "600/lantern") != 1 {
			t.Errorf("its page was asked for more than once: %s", log)
		}
	})
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

// TestAttack48Crowd: bodies that never come to their end hold no more than a few places, and the rest of the work goes on.
func TestAttack48Crowd(t *testing.T) {
	pushBubble(t, func(t *testing.T, b *bench, h *hub) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan int)
		for range 8 {
			slow, w := io.Pipe()
			context.AfterFunc(ctx, func() { w.CloseWithError(io.ErrUnexpectedEOF) })
			go func() { ended <- h.deliver("", func(r *http.Request) { r.Body = slow }).Code }()
		}
		synctest.Wait()
		body := b.news(700)
		if got := h.deliver(body); got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") == "" {
			t.Errorf("a ninth delivery: %d", got.Code)
		}
		cancel()
		for range 8 {
			if code := <-ended; code != http.StatusBadRequest {
				t.Errorf("a body that was cut off: %d", code)
			}
		}
		if got := h.deliver(body); got.Code != http.StatusNoContent {
			t.Errorf("a delivery after them: %d", got.Code)
		}
	})
}

// TestCallbackOurFault: where the store fails, the hub is told to come again.
func TestCallbackOurFault(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		b.store.Close()
		w := httptest.NewRecorder()
		b.Callback().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+storage.PushToken(topic)+"?hub.mode=subscribe", nil))
		if w.Code != http.StatusInternalServerError || !bytes.Contains(b.log.Bytes(), []byte("a hub's request failed")) {
			t.Errorf("%d %s\n%s", w.Code, w.Body, b.log)
		}
	})
}
