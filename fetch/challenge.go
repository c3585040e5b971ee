package fetch

import (
	"bytes"
	"strings"
)

// challengeSize bounds the pages that may be a challenge, in bytes: they hold a script and one sentence.
const challengeSize = 64 << 10

// challengeParagraphs is how many paragraphs a challenge has at most. An article about one that quotes its code has more.
const challengeParagraphs = 6

// sign is by what a vendor's challenge is known. All marks must be there, in lower case.
type sign struct {
	vendor string
	header string   // a header that must begin with value, if there is one
	value  string   // in lower case
	marks  []string // of the body
	most   int      // bytes of the body; 0 means any size
}

// signs are the challenges seen before news sites. Each is a thing that only the challenge itself has: Cloudflare,
// Imperva and others put a script of theirs into the pages that they let through, too.
var signs = []sign{
	{vendor: "Cloudflare", header: "Cf-Mitigated", value: "challenge"},
	{vendor: "Cloudflare", marks: []string{"just a moment", "cf-chl"}},
	{vendor: "Cloudflare", marks: []string{"just a moment", "cf_chl"}},
	{vendor: "Cloudflare", marks: []string{"window._cf_chl_opt"}},
	{vendor: "Cloudflare", marks: []string{"cf-browser-verification"}},
	{vendor: "ArvanCloud", marks: []string{"__arcsjs"}},
	{vendor: "ArvanCloud", marks: []string{"<script", "arvancloud"}, most: 5000},
	{vendor: "DDoS-Guard", marks: []string{"/.well-known/ddos-guard/js-challenge"}},
	{vendor: "DDoS-Guard", marks: []string{"check.ddos-guard.net/check.js"}},
	{vendor: "Sucuri", marks: []string{"sucuri_cloudproxy_js"}},
	{vendor: "Imperva", marks: []string{"_incapsula_resource", "incapsula incident id"}},
	{vendor: "Imperva", marks: []string{`id="main-iframe"`, "_incapsula_resource"}},
	{vendor: "AWS WAF", header: "X-Amzn-Waf-Action", value: "challenge"},
	{vendor: "AWS WAF", header: "X-Amzn-Waf-Action", value: "captcha"},
	{vendor: "AWS WAF", marks: []string{"window.gokuprops", "awswafintegration"}},
	{vendor: "Akamai", marks: []string{"/_sec/cp_challenge/"}},
	{vendor: "Akamai", marks: []string{"sec-if-cpt-container"}},
	{vendor: "Akamai", marks: []string{"bm-verify=", `http-equiv="refresh"`}},
	{vendor: "DataDome", marks: []string{"captcha-delivery.com/", "var dd="}},
	{vendor: "HUMAN", marks: []string{"window._pxappid", "captcha"}},
	{vendor: "Vercel", header: "X-Vercel-Mitigated", value: "challenge"},
	{vendor: "Anubis", marks: []string{"anubis_challenge", "/.within.website/x/cmd/anubis/"}},
}

// challenger names whose page it is that asks for a browser; "" if it is no such page. Nothing of it is ever run.
func challenger(got *answer) string {
	var text []byte
	if len(got.body) <= challengeSize && bytes.Count(got.body, []byte("<p")) <= challengeParagraphs {
		text = bytes.ToLower(got.body)
	}
	for _, s := range signs {
		if s.matches(got, text) {
			return s.vendor
		}
	}
	return ""
}

func (s sign) matches(got *answer, text []byte) bool {
	if s.header != "" {
		return strings.HasPrefix(strings.ToLower(got.header.Get(s.header)), s.value)
	}
	if s.most > 0 && len(text) > s.most {
		return false
	}
	for _, mark := range s.marks {
		if !bytes.Contains(text, []byte(mark)) {
			return false
		}
	}
	return true
}
