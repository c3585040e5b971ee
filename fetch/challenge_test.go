package fetch

import (
	"strings"
	"testing"

	"dateline/fetch/fetchtest"
)

// challenges are the pages that vendors put before news sites, cut down to what they are known by.
var challenges = []struct {
	vendor string
	status int
	body   string
	header []string
}{
	{"Cloudflare", 403, `<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>`, nil},
	{"Cloudflare", 503, `<title>Just a moment...</title><form id="challenge-form" action="/?__cf_chl_f_tk=x">`, nil},
	{"Cloudflare", 403, "<html>", []string{"cf-mitigated", "challenge"}},
	{"ArvanCloud", 200, `<html><head><script src="/cdn-cgi/arvancloud/challenge.js"></script></head></html>`, nil},
	{"ArvanCloud", 503, `<script>document.cookie="__arcsjs="+x</script>`, nil},
	{"DDoS-Guard", 403, `<title>DDoS-Guard</title><script src="/.well-known/ddos-guard/js-challenge/index.js"></script>`, nil},
	{"DDoS-Guard", 403, `<script src="https://check.ddos-guard.net/check.js"></script>`, nil},
	{"Sucuri", 200, `<script>s={};c=document.cookie;var sucuri_cloudproxy_js='';eval(r)</script>`, nil},
	{"Imperva", 200, `<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=1">Request unsuccessful. Incapsula incident ID: 1</iframe>`, nil},
	{"AWS WAF", 202, "", []string{"x-amzn-waf-action", "challenge"}},
	{"AWS WAF", 405, "<html>", []string{"X-Amzn-Waf-Action", "captcha"}},
	{"AWS WAF", 202, `<script>window.gokuProps = {}; AwsWafIntegration.checkForceRefresh()</script>`, nil},
	{"Akamai", 200, `<div id="sec-if-cpt-container"></div>`, nil},
	{"Akamai", 200, `<meta http-equiv="refresh" content="5; URL='/a?bm-verify=AAQ'" />`, nil},
	{"DataDome", 403, `<p>Please enable JS</p><script>var dd={'rt':'c'}</script><script src="https://ct.captcha-delivery.com/c.js">`, nil},
	{"HUMAN", 403, `<script>window._pxAppId='PX1';</script><script src="/captcha/captcha.js">`, nil},
	{"Vercel", 429, "<html>", []string{"X-Vercel-Mitigated", "challenge"}},
	{"Anubis", 200, `<script id="anubis_challenge" type="application/json">{}</script><script src="/.within.website/x/cmd/anubis/static/js/main.mjs">`, nil},
}

// A challenge is named, whether it stands where a page or where a feed should be.
func TestChallenges(t *testing.T) {
	for _, c := range challenges {
		header := append([]string{"Content-Type", "text/html"}, c.header...)
		_, err := servePage(t, c.status, c.body, header...)
		if reasonOf(err) != Challenge || !strings.HasSuffix(err.Error(), ": by "+c.vendor) {
			t.Errorf("page with %.60q, %v: %v, want a challenge by %s", c.body, c.header, err, c.vendor)
		}
		web := fetchtest.New(t, "")
		p := fetchtest.NewPublisher(t, web, "news.example")
		a := fetchtest.Answer{Status: c.status, Body: c.body, Header: map[string]string{}, Spoiled: true}
		for i := 0; i < len(header); i += 2 {
			a.Header[header[i]] = header[i+1]
		}
		p.Feed("/feed", a)
		client := New(Options{Contact: "mailto:a@b.example", HostInterval: -1, Dial: web.Dial})
		if _, err := client.Poll(t.Context(), "http://news.example/feed", Validators{}); reasonOf(err) != Challenge {
			t.Errorf("feed with %.60q, %v: %v, want a challenge", c.body, c.header, err)
		}
		client.Close()
	}
}

// Pages that speak of challenges, or that a vendor let through with a script of its own in them, are pages.
func TestNoChallenges(t *testing.T) {
	paragraph := "<p>The company said that its page, Just a moment, sets <code>window._cf_chl_opt</code> and __arcsjs, and so does Sucuri's sucuri_cloudproxy_js.</p>"
	for name, body := range map[string]string{
		"a column":                    "<html><title>Just a moment</title><p>A column.",
		"a company":                   "<html><p>ArvanCloud " + strings.Repeat("grew again. ", 500),
		"an article about challenges": "<html><title>Just a moment...</title>" + strings.Repeat(paragraph, 8),
		"let through by Cloudflare":   `<html><p>News</p><script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>`,
		"let through by Imperva":      `<html><p>News</p><script src="/_Incapsula_Resource?SWJIYLWA=719"></script>`,
		"let through by HUMAN":        `<html><p>News</p><script>window._pxAppId='PX1'</script>`,
		"an image at ArvanCloud":      `<html><p>News</p><img src="https://s3.ir-thr-at1.arvanstorage.ir/a.jpg">`,
	} {
		if _, err := servePage(t, 200, body, "Content-Type", "text/html"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := servePage(t, 403, "<html>no", "Content-Type", "text/html"); reasonOf(err) != Denied {
		t.Errorf("a plain refusal: %v, want %s", err, Denied)
	}
	const feed = `<rss version="2.0"><channel><title>T</title><item><link>/1</link><title>Just a moment: what window._cf_chl_opt does</title></item></channel></rss>`
	web := fetchtest.New(t, "-- http://news.example/feed --\n"+feed)
	c := New(Options{HostInterval: -1, Dial: web.Dial})
	defer c.Close()
	if _, err := c.Poll(t.Context(), "http://news.example/feed", Validators{}); err != nil {
		t.Errorf("a feed about challenges: %v", err)
	}
}
