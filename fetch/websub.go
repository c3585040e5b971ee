package fetch

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Subscription is what a hub is asked for (W3C WebSub, section 5.1).
type Subscription struct {
	Hub      string        // the hub's address
	Topic    string        // the feed's address by its own word
	Callback string        // where the hub verifies the wish and delivers what is new
	Secret   string        // what deliveries are signed with, below 200 bytes
	Lease    time.Duration // how long it is to last; the hub decides
}

// maxSecret is the length that a secret stays below, in bytes (WebSub, section 5.1).
const maxSecret = 200

// Subscribe asks a hub to deliver a topic. nil means that the hub has taken the wish: it holds once the hub has verified it
// at the callback. It fails with an [*Error], or with the context's error if that was cancelled.
func (c *Client) Subscribe(ctx context.Context, s Subscription) error {
	form := s.form("subscribe")
	form.Set("hub.secret", s.Secret)
	form.Set("hub.lease_seconds", strconv.Itoa(int(s.Lease/time.Second)))
	if s.Secret == "" || len(s.Secret) >= maxSecret {
		return fail(s.Hub, Broken, fmt.Errorf("a secret of %d bytes: must have 1 to %d", len(s.Secret), maxSecret-1))
	}
	return c.tellHub(ctx, s.Hub, form)
}

// Unsubscribe asks a hub to deliver a topic no more. It is like [Client.Subscribe] in all else.
func (c *Client) Unsubscribe(ctx context.Context, s Subscription) error {
	return c.tellHub(ctx, s.Hub, s.form("unsubscribe"))
}

func (s Subscription) form(mode string) url.Values {
	return url.Values{"hub.mode": {mode}, "hub.topic": {s.Topic}, "hub.callback": {s.Callback}}
}

// tellHub posts a form by the ways, in the queue and within the bounds of every other request. A hub that redirects gets the
// form where it points to: hubs move, and 307 and 308 are not the only statuses they say it with.
func (c *Client) tellHub(ctx context.Context, hub string, form url.Values) error {
	got, err := c.get(ctx, ask{kind: "hub", url: hub, accept: "*/*", limit: failedBody, cut: true, form: form.Encode()})
	if err != nil {
		return err
	}
	if got.status/100 == 2 { // 202 by the book; older hubs say 204
		return nil
	}
	e := got.refused(hub)
	if why := strings.Join(strings.Fields(clipText(string(got.body), 200)), " "); why != "" {
		e.Err = errors.New(why)
	}
	return e
}

// post makes a request carry the ask's form, if it has one.
func (a ask) post(r *http.Request) {
	if a.form == "" {
		return
	}
	r.Method = http.MethodPost
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.ContentLength = int64(len(a.form))
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(a.form)), nil }
	r.Body, _ = r.GetBody()
}

// Signed tells whether a delivery's X-Hub-Signature was made with the secret over these very bytes (WebSub, section 8). How
// long that takes says nothing of the right one.
func Signed(signature, secret string, body []byte) bool {
	method, sum, ok := strings.Cut(strings.TrimSpace(signature), "=")
	made := signer(strings.ToLower(method))
	if !ok || made == nil || secret == "" {
		return false
	}
	claimed, err := hex.DecodeString(sum)
	if err != nil {
		return false
	}
	m := hmac.New(made, []byte(secret))
	m.Write(body)
	return hmac.Equal(claimed, m.Sum(nil))
}

// signer is the hash of a signature's method; nil if WebSub knows none of this name.
func signer(method string) func() hash.Hash {
	switch method {
	case "sha1":
		return sha1.New
	case "sha256":
		return sha256.New
	case "sha384":
		return sha512.New384
	case "sha512":
		return sha512.New
	}
	return nil
}

// About tells whether a delivery is of a topic by what its Link header says (WebSub, section 7). One that says nothing is taken to
// be: its callback's address and its signature say more.
func About(h http.Header, topic string) bool {
	u, err := url.Parse(topic)
	if err != nil {
		return false
	}
	named := linked(h, u, "self")
	return len(named) == 0 || slices.Contains(named, u.String())
}
