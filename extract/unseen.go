package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// concealed says whether the page's own markup keeps an element from the eye: a licence that no reader sees is no
// statement to the public. Style sheets are not read, so what they hide is not found.
func concealed(n *html.Node) bool {
	grounded := false // something gives it a background, on which white can be read
	for e := n; e != nil && e.DataAtom != atom.Body; e = e.Parent {
		if e.DataAtom == atom.Head {
			return false // nothing there is shown, and it speaks to machines
		}
		if e.DataAtom == atom.Template || hidden(e) {
			return true
		}
		said := declared(e)
		grounded = grounded || attr(e, "bgcolor") != "" || strings.Contains(said, ";background")
		if unseenBy(said) || !grounded && (strings.Contains(said, ";color:white;") || e.DataAtom == atom.Font && white(attr(e, "color"))) {
			return true
		}
	}
	return false
}

// declared are the declarations of an element's style, each between semicolons, in lower case and without spaces, white as one
// word. Longer ones are none that hide a line.
func declared(n *html.Node) string {
	style := attr(n, "style")
	if style == "" || len(style) > 4096 {
		return ""
	}
	var b strings.Builder
	for part := range strings.SplitSeq(strings.ToLower(style), ";") {
		name, value, _ := strings.Cut(part, ":")
		name, value = strings.TrimSpace(name), strings.Join(strings.Fields(strings.Replace(value, "!important", "", 1)), "")
		if name == "color" && white(value) {
			value = "white"
		}
		b.WriteString(";" + name + ":" + value)
	}
	return b.String() + ";"
}

func white(color string) bool {
	switch strings.ToLower(color) {
	case "white", "#fff", "#ffffff", "rgb(255,255,255)", "rgba(255,255,255,1)", "hsl(0,0%,100%)":
		return true
	}
	return false
}

// hiding are declarations that leave nothing to be seen; one that ends in a minus is far off the page.
var hiding = []string{
	";display:none;", ";visibility:hidden;", ";visibility:collapse;", ";opacity:0;", ";opacity:0.0;", ";color:transparent;",
	";font-size:0;", ";font-size:0px;", ";font-size:0em;", ";font-size:1px;", ";clip:rect(0,0,0,0);", ";clip:rect(0000);",
	";clip:rect(0px,0px,0px,0px);", ";clip:rect(1px,1px,1px,1px);", ";clip-path:inset(50%);", ";clip-path:inset(100%);", ";transform:scale(0);",
}

// unseenBy says whether declarations hide their element.
func unseenBy(said string) bool {
	if said == "" {
		return false
	}
	for _, s := range hiding {
		if strings.Contains(said, s) {
			return true
		}
	}
	for _, name := range []string{";left:-", ";top:-", ";right:-", ";text-indent:-", ";margin-left:-", ";margin-top:-"} {
		if _, far, ok := strings.Cut(said, name); ok && strings.IndexFunc(far, notDigit) >= 3 { // hundreds of pixels
			return true
		}
	}
	if _, rgba, ok := strings.Cut(said, ";color:rgba("); ok {
		alpha, _, _ := strings.Cut(rgba[strings.LastIndex(rgba[:strings.IndexByte(rgba, ';')], ",")+1:], ")")
		return strings.Trim(alpha, "0.%") == ""
	}
	return strings.Contains(said, ";overflow:hidden;") &&
		(strings.Contains(said, ";height:0;") || strings.Contains(said, ";height:0px;") || strings.Contains(said, ";width:0;") || strings.Contains(said, ";height:1px;"))
}

func notDigit(r rune) bool { return r < '0' || r > '9' }
