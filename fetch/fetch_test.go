package fetch_test

import (
	"net/netip"
	"strings"
	"testing"

	"dateline/fetch"
	"dateline/fetch/fetchtest"
)

// newClient is a client of a small web. Without a pause, unless the test is about pauses.
func newClient(t *testing.T, web *fetchtest.Web, change ...func(*fetch.Options)) *fetch.Client {
	o := fetch.Options{Version: "1.2", Contact: "mailto:desk@example.org", HostInterval: -1, Dial: web.Dial}
	for _, f := range change {
		f(&o)
	}
	c := fetch.New(o)
	t.Cleanup(c.Close)
	return c
}

func TestUserAgent(t *testing.T) {
	for _, c := range []struct {
		options fetch.Options
		want    string
	}{
		{fetch.Options{}, "dateline/dev"},
		{fetch.Options{Version: "1.2"}, "dateline/1.2"},
		{fetch.Options{Version: "1.2", Contact: "https://example.org/bot"}, "dateline/1.2 (+https://example.org/bot)"},
	} {
		if got := c.options.UserAgent(); got != c.want {
			t.Errorf("UserAgent() = %q, want %q", got, c.want)
		}
	}
}

// Everything that is wrong is said at once.
func TestValidate(t *testing.T) {
	o := fetch.Options{Version: "1.2", Contact: "mailto:desk@example.org", Limits: fetch.Limits{Feed: 1}}
	if err := o.Validate(); err != nil {
		t.Errorf("good options: %v", err)
	}
	bad := fetch.Options{Version: "1 2", Contact: "desk", Timeout: -1, MaxBody: -1, Allow: []netip.Prefix{{}},
		Limits: fetch.Limits{Connect: -1, Page: -5, Redirects: -1, Entries: -2}}
	err := bad.Validate()
	for _, want := range []string{"version", "contact", "timeout", "max body", "allowed network", "limit connect", `limit page "-5"`, "limit redirects", `limit entries "-2"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not speak of %q", err, want)
		}
	}
}
