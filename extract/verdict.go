package extract

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// verdict settles what was found and takes the article out of the site's licence where somebody else wrote it.
func (p *page) verdict(found []*License) {
	l := settle(found)
	if l == nil {
		return
	}
	l.Holder = cmp.Or(l.Holder, tidy(p.news.text("copyrightHolder")))
	p.article.Rights = slices.DeleteFunc(p.article.Rights, func(r Right) bool {
		w, _ := credited(r.Value)
		return r.Name == thirdParty && w.is(l.Holder) // the licensor's own copy
	})
	for _, r := range p.article.Rights {
		switch {
		case r.Name == thirdParty:
			p.note("license", "not applied: "+r.Evidence+" "+r.Value, strings.TrimSpace(l.SPDX+" "+l.Statement))
			return
		case r.Name == allReserved && r.Evidence != "page-text" && r.Evidence != "meta copyright" && l.Scope == "site":
			l.Status = "conflict" // the article's own notice against the site's licence
		}
	}
	if l.Status == "conflict" {
		l.Confidence = min(l.Confidence, 0.4)
	} else if exceptWhere.MatchString(fold(l.Statement)) {
		l.Confidence = round2(l.Confidence - 0.1)
	}
	p.article.License = l
	p.note("license", l.Evidence, strings.TrimSpace(l.SPDX+" "+l.Statement))
}

// settle makes one verdict of all that was stated. The surest evidence leads and takes what it lacks from the others;
// loose ones that differ are dropped. Where sure ones contradict each other, the most restrictive stands and the status
// says so. What speaks of the page goes before what speaks of the site.
func settle(found []*License) *License {
	if len(found) == 0 {
		return nil
	}
	order := func(l *License) int {
		switch {
		case loose(l) && l.Scope == "site":
			return 3
		case loose(l):
			return 2
		case l.Scope == "site":
			return 1
		}
		return 0
	}
	slices.SortStableFunc(found, func(a, b *License) int { return cmp.Compare(order(a), order(b)) })
	best := *found[0]
	for _, l := range found[1:] {
		same, narrower := against(&best, l)
		switch {
		case same:
			fill(&best, l)
		case loose(l) && !loose(&best), best.Scope == "page" && l.Scope == "site" && narrower <= 0:
			// a mention in passing, or the site's wider terms
		case narrower > 0:
			best = *l
			best.Status = "conflict"
		default:
			best.Status = "conflict"
		}
	}
	return &best
}

// against says whether two licences are one, as far as each is told, and how much more the second forbids.
func against(a, b *License) (same bool, narrower int) {
	x, xv, _, _ := row(a.SPDX)
	y, yv, _, _ := row(b.SPDX)
	same = x.code == y.code && (x.code != "" || a.SPDX == b.SPDX) && (xv == yv || xv == "" || yv == "")
	return same, y.rank - x.rank
}

// precedence orders scopes: the nearer to the article, the earlier.
func precedence(l *License) int {
	return slices.Index([]string{"item", "page", "feed", "site", "agency"}, l.Scope)
}

// Judge settles between what two sources state of one article; either may be nil. The nearer one leads (item, page, feed,
// site, configuration) and takes what it lacks from the other. Where they contradict each other the status is conflict and
// the narrower terms stand, but for two cases: an item's own licence goes before the site's, and a page may narrow what
// its feed says.
func Judge(a, b *License) *License {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	if precedence(b) < precedence(a) {
		a, b = b, a
	}
	out := *a
	switch same, narrower := against(a, b); {
	case same:
		fill(&out, b)
		if b.Status == "conflict" {
			out.Status = "conflict"
		}
	case a.Scope == "item" && b.Scope == "site", a.Scope == "page" && b.Scope == "feed" && narrower < 0:
	default:
		if narrower > 0 && b.Status != "asserted" {
			out = *b
		}
		out.Status, out.Confidence = "conflict", min(out.Confidence, 0.4)
	}
	return &out
}

// Reserved says whether a publisher's rights contradict a licence that was stated elsewhere.
func Reserved(rights []Right) bool {
	return slices.ContainsFunc(rights, func(r Right) bool { return r.Name == allReserved })
}

// Credited says whether the rights name an agency that wrote the text in the publisher's place.
func Credited(rights []Right) bool {
	return slices.ContainsFunc(rights, func(r Right) bool { return r.Name == thirdParty })
}

// allReserved names the right that a notice kept.
const allReserved = "all-rights-reserved"

// loose is evidence that only its place speaks for.
func loose(l *License) bool { return l.Confidence < 0.8 }

// fill takes over what the leading evidence does not say. Of two ports of one version the first stands.
func fill(best, l *License) {
	if best.Version == "" && l.Version != "" {
		best.SPDX, best.URL, best.Version, best.Jurisdiction = l.SPDX, l.URL, l.Version, l.Jurisdiction
	}
	best.Statement = cmp.Or(best.Statement, l.Statement)
	best.Holder = cmp.Or(best.Holder, l.Holder)
	best.Confidence = max(best.Confidence, l.Confidence)
}

func round2(f float64) float64 { return math.Round(f*100) / 100 }

var (
	siteWords = oneOf(`\ball (?:\w+ )?(?:contents?|texts?|articles?|materials?)`, `\bour (?:contents?|texts?|articles?|stories|reports?|materials?)`, `\beverything\b`, `\b(?:web ?site|site|web ?log|blog)\b`, `alle (?:inhalte|beiträge|texte|artikel)`, `\bseite\b`,
		`tod[oa]s? (?:el |los |o |os )?(?:contenidos?|conteúdos?)`, `tous les contenus`, `tutti i contenuti`, `tüm içerik`, `все материалы`, `сайт`,
		`تمام[یي]?`, `کل[یي]ه`, `جم[یي]ع`, `本站`, `本网站`, `本網站`, `全部内容`, `サイト`)
	pageWords = oneOf(`\bthis (?:work|article|text|story|post|page|report|piece)`, `dies(?:er|es|e) (?:text|artikel|werk|beitrag|arbeit)`, `est[ea] (?:art[ií]culo|obra|texto|nota)`, `ce(?:t|tte)? (?:article|œuvre|texte)`, `quest[ao] (?:opera|articolo|testo)`,
		`bu (?:eser|makale|haber|yazı)`, `эт(?:а|от) (?:статья|материал|текст)`, `ا[یي]ن (?:مطلب|مقاله|خبر|اثر|متن)`, `هذ[اه] (?:المصنف|المقال|العمل)`, `本作品`, `本文`, `この(?:作品|記事)`)
	exceptWhere = oneOf(`(?:except|unless)\s+(?:where|as|if)?\s*(?:otherwise|expressly|explicitly)`, `except where`, `if not explicitly`, `(?:sofern|soweit|falls|wo|wenn) nicht ander[s]?`, `salvo (?:que|donde|indicación)`, `sauf (?:mention|indication)`,
		`exceto (?:quando|onde)`, `salvo dov|diversamente (?:indicato|specificato)`, `aksi (?:belirtil|ifade)`, `если не (?:указано|оговорено)`, `مگر`, `ما لم`, `除非另有|除特别`, `特に(?:記載|断り)|別途`)
)

// wordedScope is the scope that a statement gives itself; empty if it does not say.
func wordedScope(s string) string {
	f := fold(s)
	switch {
	case s == "":
		return ""
	case pageWords.MatchString(f):
		return "page"
	case siteWords.MatchString(f):
		return "site"
	}
	return ""
}

// reserved are the notices that grant nothing.
var reserved = oneOf(`all rights reserved`, `no part of this`, `reproduction (?:is )?(?:strictly )?prohibited`, `may not be (?:published|reproduced|copied)`, `alle rechte vorbehalten`, `tous droits (?:réservés|de reproduction)`,
	`(?:todos )?los derechos reservados`, `prohibida la reproducción`, `todos os direitos reservados`, `proibida a reprodução`, `tutti i diritti (?:sono )?riservati`, `riproduzione riservata`, `tüm hakları saklıdır`,
	`все права защищены`, `все права (?:на|принадлежат)`, `(?:تمام[یي]?|کل[یي]ه|همه) حقوق`, `جم[یي]ع الحقوق محفوظ`, `版权所有|未经(?:授权|许可)`, `無断(?:転載|複製|使用)`, `무단\s?전재`)

// mayReserve is the cheap question before the dear one.
func mayReserve(text string) bool {
	for _, s := range []string{"ights", "RIGHTS", "rohibi", "may not be", "No part", "echte", "ECHTE", "roits", "DROITS", "erechos", "DERECHOS", "ireitos", "DIREITOS", "iritti", "DIRITTI", "iproduzione", "RIPRODUZIONE", "akları", "права", "حقوق", "版权", "未经", "無断", "무단"} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// findReserved notes that all rights are reserved: in the article's own notice, or where the page prints its terms.
func (p *page) findReserved() {
	if s := p.news.text("copyrightNotice"); reserved.MatchString(fold(clip(s, 1000))) {
		p.addRight(Right{Name: allReserved, Value: s, Evidence: "json-ld"})
	}
	for _, name := range []string{"copyright", "rights", "dc.rights", "dcterms.rights"} {
		for _, v := range p.survey.metaAll(name) {
			if reserved.MatchString(fold(clip(v, 1000))) {
				p.addRight(Right{Name: allReserved, Value: v, Evidence: "meta " + name})
			}
		}
	}
	blocks := p.survey.blocks
	for _, b := range blocks[max(0, len(blocks)-12):] {
		if b.chars > 600 || !mayReserve(b.text) {
			continue
		}
		for _, s := range segments(b.text) {
			if reserved.MatchString(fold(s)) {
				p.addRight(Right{Name: allReserved, Value: s, Evidence: "page-text"})
				return
			}
		}
	}
}
