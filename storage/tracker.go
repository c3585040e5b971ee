package storage

import (
	"net/url"
	"slices"
	"strings"
)

// trackers are query parameters that say how a reader came and nothing about what is read. A name ending in _ is a
// prefix. No parameter is listed that some site uses to name an article: source, session and uid are ids somewhere.
var trackers = strings.Fields(`
	utm_ mtm_ pk_ hsa_ itm_ otm_ ga_ gs_ bsft_ at_recipient_ ns_ fb_action_ fb_comment_ guce_referrer
	fbclid gclid dclid gbraid wbraid gclsrc srsltid msclkid twclid yclid ysclid igshid igsh mc_cid mc_eid mc_tc
	mkt_tok vero_id vero_conv oly_anon_id oly_enc_id rb_clickid s_cid sc_cid wickedid __s _openstat _hsenc _hsmi
	__hssc __hstc __hsfp hsctatracking _kx _gl _ga _bhlid _branch_match_id _branch_referrer ml_subscriber
	ml_subscriber_hash epik et_rid irclickid fb_source fb_ref guccounter guce_referrer_sig spm cmpid echobox xtor wt_mc wt_zmc`)

// withoutTrackers drops the parameters of a query that name no article, and leaves the others as and where they are. They are
// parted by ampersands, by semicolons as HTML 4.01 recommends (section B.2.2), or by ampersands that were escaped once too often.
func withoutTrackers(query string, own []string) string {
	var b strings.Builder
	for sign := ""; query != ""; {
		end := strings.IndexAny(query, "&;")
		if end < 0 {
			end = len(query)
		}
		part := query[:end]
		if part != "" && !isTracker(part, own) {
			if b.Len() > 0 {
				b.WriteString(sign)
			}
			b.WriteString(part)
		}
		query = query[end:]
		sign = query[:min(1, len(query))]
		if strings.HasPrefix(query, "&amp;") {
			sign = "&amp;"
		}
		query = query[len(sign):]
	}
	return b.String()
}

// isTracker says whether a parameter tells nothing but the way to the page. So does a ref that names the feed's or the site's host.
func isTracker(part string, own []string) bool {
	name, value, _ := strings.Cut(part, "=")
	name = strings.ToLower(name)
	return name == "ref" && slices.Contains(own, hostOf(value)) ||
		slices.ContainsFunc(trackers, func(t string) bool {
			return name == t || strings.HasSuffix(t, "_") && strings.HasPrefix(name, t)
		})
}

// ownHosts are the hosts of an address, its feed and its site.
func ownHosts(u *url.URL, from []string) []string {
	own := []string{hostOf(u.Host)}
	for _, address := range from {
		if f, err := url.Parse(address); err == nil && f.Host != "" {
			own = append(own, hostOf(f.Host))
		}
	}
	return own
}

// hostOf is a host as it is compared.
func hostOf(host string) string {
	return strings.TrimPrefix(strings.ToLower(host), "www.")
}
