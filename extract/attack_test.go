package extract

import (
	"strings"
	"testing"
)

// TestAttack24LongStatements: a sentence on which an expression of licences or rights works is cut before, however long the
// page makes it, and what it says within a reader's reach still counts.
func TestAttack24LongStatements(t *testing.T) {
	long := func(s string) string { return strings.Repeat(s, scale(4<<20)/len(s)) }
	const said = "This work is licensed under a Creative Commons Attribution 4.0 International License. "
	for name, page := range map[string][]byte{
		"one sentence":      articlePage("", "<p>Licensed under Creative Commons "+long("attribution "), ""),
		"one word":          articlePage("", "<p>creativecommons"+long("-by-nc-nd"), ""),
		"versions":          articlePage("", "<p>CC BY "+long("4.0 "), ""),
		"footer":            articlePage("", "", "<footer>© 2024 "+long("All rights reserved. Photo: AP / Reuters / ")+"</footer>"),
		"meta":              articlePage(`<meta name="copyright" content="`+long("(c) CC BY ")+`">`, "", ""),
		"address":           articlePage(`<link rel="license" href="https://creativecommons.org/licenses/`+long("by-")+`/4.0/">`, "", ""),
		"a true one behind": articlePage("", "<p>"+said+long("And more. "), ""),
	} {
		checkCost(t, name, string(page))
	}
	if l := LicenseFrom(said+long("And more. "), "page-text"); l == nil || l.SPDX != "CC-BY-4.0" {
		t.Errorf("got %+v", l)
	}
}

// TestAttack36UnseenLicence: what no reader sees grants nothing.
func TestAttack36UnseenLicence(t *testing.T) {
	const by = "https://creativecommons.org/licenses/by/4.0/"
	const said = `This work is licensed under a Creative Commons Attribution 4.0 International License. <a rel="license" href="` + by + `">CC BY 4.0</a>`
	unseen := map[string]string{
		"comment":  "<!-- " + said + " -->",
		"template": "<template>" + said + "</template>",
		"script":   `<script type="text/plain">` + said + "</script>",
		"hidden":   "<div hidden>" + said + "</div>",
	}
	for _, style := range []string{"display: none", "visibility:hidden", "color:#fff", "color: white", "COLOR:#FFFFFF !important", "color:rgb(255, 255, 255)",
		"color:transparent", "color:rgba(0,0,0,0)", "opacity:0", "font-size:0", "font-size:0px", "position:absolute;left:-9999px", "text-indent:-9999px", "height:0;overflow:hidden", "clip:rect(0,0,0,0)"} {
		unseen[style] = `<div style="` + style + `"><p>` + said + "</p></div>"
	}
	for name, markup := range unseen {
		if l := Page(articlePage("", markup, ""), Source{}).License; l != nil {
			t.Errorf("%s in the text: got %+v", name, *l)
		}
		if l := Page(articlePage("", "", "<footer>"+markup+"</footer>"), Source{}).License; l != nil {
			t.Errorf("%s in the footer: got %+v", name, *l)
		}
	}
	for _, style := range []string{"color:#333", "color:#ffc", "font-size:0.8em", "opacity:0.7", "background:#fff", "left:0", "height:0.5em", "color:#fff;background:#000"} {
		markup := `<footer style="` + style + `"><p>` + said + "</p></footer>"
		if l := Page(articlePage("", "", markup), Source{}).License; l == nil || l.SPDX != "CC-BY-4.0" {
			t.Errorf("%s: a licence that is seen is not read: %+v", style, l)
		}
	}
}

// TestAttack36LookAlikes: the address of a licence counts on its own host alone.
func TestAttack36LookAlikes(t *testing.T) {
	for _, host := range []string{"creativecommons.org.evil.tld", "creativecommmons.org", "creativecommons.org@evil.tld", "evil.tld/creativecommons.org", "creativecommons.0rg",
		"xn--creativecommons-x1b.org", "creativecommons.org.", "evil-creativecommons.org", "creativecommons.org%2eevil.tld", "creativecommons.org:8443.evil.tld", "сreativecommons.org"} {
		address := "https://" + host + "/licenses/by/4.0/"
		want := host == "creativecommons.org." // the same host, in full
		for name, l := range map[string]*License{
			"said by a feed": LicenseFrom(address, "feed"),
			"linked":         Page(articlePage(`<link rel="license" href="`+address+`">`, "", ""), Source{}).License,
			"in the footer":  Page(articlePage("", "", `<footer><a rel="license" href="`+address+`">terms</a></footer>`), Source{}).License,
		} {
			if l != nil && !want {
				t.Errorf("%s %s: got %+v", address, name, *l)
			}
		}
	}
}
