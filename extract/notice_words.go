package extract

import (
	"regexp"
	"strings"
)

// The words of notices. A wording is here if it speaks of the very article that it stands in; `report`, `paper` and
// `study` may be what the news is about.
const (
	openers = `^[\s*_•▪\[(«]*(?:(?:(?i:editor(?:['’]?s|s['’])?['’]? note|author['’]s note|note|update|anmerkung der redaktion|hinweis der redaktion|note de la rédaction|ndlr|nota del editor|nota de la redacción|nota da redação)|توضیح|یادداشت سردبیر|ملاحظة)\s*[:.–—-]\s*)?`

	thisArticle = `(?:this|the above) (?:news )?(?:article|story|piece|dispatch|news item|column|blog post|interview)`

	// mistaken is what a correction tells: that something was wrong, or was otherwise before.
	mistaken = `(?i)incorrect|mistake|erroneous|inaccura|wrong|\berror|misstat|misspell|mis-?identif|misattribut|misquot|mischaracteri|\bcorrect(?:s|ed|ing|ly)?\b|to correct|should have|(?:earlier|previous|original|first) (?:version|article|story|headline)` +
		`|früher|ursprünglich|fälschlich|irrtümlich|falsch|korrigiert|berichtigt|fehler` +
		`|erreur|à tort|erroné|inexact|corrigé|rectifié` +
		`|erróne|por error|equivocad|incorrecta|corregid|errad|incorret|corrigid|erroneamente|errore|corrett` +
		`|ошиб|исправл|неверн|yanlış|hatalı|düzelt` +
		`|اشتباه|نادرست|اصلاح|تصحیح|خطأ|بالخطأ|تصحيح`
)

// noticeOpeners are the first words of all notices, in lower case, but for those that open every tenth paragraph; noticeSigns is
// what such a one has near its beginning.
var (
	noticeOpeners = wordSet(`editor editors author note update anmerkung hinweis ndlr nota توضیح یادداشت ملاحظة
		correction corrections corrected corrects correcting refiles clarification retraction korrektur berichtigung richtigstellung
		rectificatif correctif erratum corrección fe correção rettifica düzeltme исправление this we dieser cet cette dans une este esta
		این اصلاحیه تصحیح تصحيح تم جرى ورد attention all please kindly`)
	noticeSigns = []string{"the above", "earlier ", "previous ", "prior ", "original ", "version", "fassung", "نسخه", "retracted this", "withdrawn this", "unpublished this"}
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

var noticeHeading = regexp.MustCompile(`^(?i:corrections?|clarification and correction|korrektur|berichtigung|rectificatif|erratum|corrección|fe de erratas|correção|retraction|اصلاحیه|تصحيح)\s*[:.]?$`)

// headlineForms are what stands before or behind a headline. Wire services set it in capitals before a hyphen; web desks
// write it with a colon, or in brackets.
var headlineForms = []noticeForm{
	{kind: Retracted, capitals: true, says: regexp.MustCompile(`^(?:RETRACTED|RETRACTION|WITHDRAWN|STORY WITHDRAWN|MANDATORY KILL|KILL|ZURÜCKGEZOGEN|ANNULATION|ANNULÉE?|RETIRADO|RETIRADA)\s?[:–—/|-]\s*(.+)`)},
	{kind: Retracted, says: regexp.MustCompile(`^[\[(](?i:retracted|retraction|withdrawn|story withdrawn|zurückgezogen|retirée?|retirad[oa])[\])]`)},
	{kind: Retracted, says: regexp.MustCompile(`[\[(](?i:retracted|retraction|withdrawn|zurückgezogen|retirée?|retirad[oa])[\])]$`)},
	{kind: Retracted, says: regexp.MustCompile(`^(?:ADVISORY|KILL|WITHDRAWN|RETRACTION|Retraction|Withdrawn)\b`), proof: regexp.MustCompile(
		`(?im)^(?:please |kindly )?(?:kill|disregard|withdraw) (?:the|this|our|all)\b|^(?:the|this|our|an?|please)\b.{0,40}\b(?:story|article|dispatch|alert|item|headline)\b.{0,200}\b(?:is|are|has been|have been|was|were) (?:withdrawn|killed|retracted)|\b(?:retracted|withdrawn|kill(?:ed)?|disregard) (?:the|this|our) (?:story|article|dispatch|alert|item)`)},
	{kind: Corrected, capitals: true, says: regexp.MustCompile(`^(?:CORRECTION|CORRECTED|KORREKTUR|BERICHTIGUNG|RECTIFICATIF|RECTIF|CORRECTIF|ERRATUM|CORRECCIÓN|FE DE ERRATAS|CORREÇÃO|RETTIFICA|DÜZELTME|ИСПРАВЛЕНИЕ)\s?[:(–—/|-]\s*(.+)`)},
	{kind: Corrected, says: regexp.MustCompile(`^(?:Corrections?|Corrected|Korrektur|Berichtigung|Rectificatif|Correctif|Erratum|Corrección|Fe de erratas|Correção|Rettifica|Düzeltme|Исправление|Исправлено)\s?:`), proof: regexp.MustCompile(mistaken)},
	{kind: Corrected, says: regexp.MustCompile(`^[\[(](?i:corrected|correction|korrigiert|korrektur|corrigée?|rectifi[ée]e?|corregid[oa]|corrigid[oa]|اصلاحیه|اصلاح شد|تصحيح)[\])]`)},
	{kind: Corrected, says: regexp.MustCompile(`[\[(](?i:corrected|correction|korrigiert|korrektur|corrigée?|rectifi[ée]e?|corregid[oa]|corrigid[oa]|اصلاحیه|اصلاح شد|تصحيح)[\])]$`)},
	{kind: Corrected, says: regexp.MustCompile(`^(?:اصلاحیه|تصحیح|تصحيح)\s*[:/|]`)},
}

// textForms are what a paragraph opens with.
var textForms = []noticeForm{
	{kind: Retracted, says: regexp.MustCompile(openers + `(?i:` + thisArticle + ` (?:has been|was|is) (?:now |since )?(?:retracted|withdrawn|unpublished|taken down|removed|killed|pulled)\b)`)},
	{kind: Retracted, says: regexp.MustCompile(openers + `(?i:(?:we|[\p{L} .&'’-]{2,40}) (?:has|have) (?:retracted|withdrawn|unpublished) this (?:article|story|dispatch|piece|column))`)},
	{kind: Retracted, says: regexp.MustCompile(`^(?i:(?:attention,? )?(?:all )?editors\b[^.]{0,60}\b(?:kill|disregard|withdraw|do not use)\b)`)},
	{kind: Retracted, says: regexp.MustCompile(`^(?i:(?:please|kindly) (?:kill|disregard|do not use) (?:the|this|our|all)\b[^.]{0,80}\b(?:story|article|item|dispatch|alert|headline|version))`)},
	{kind: Retracted, says: regexp.MustCompile(openers + `Dieser (?:Artikel|Beitrag|Text|Bericht) (?:wurde|ist) .{0,60}(?:zurückgezogen|depubliziert|gelöscht)`)},
	{kind: Retracted, says: regexp.MustCompile(openers + `(?:Cet article|Cette dépêche) (?:a été|est) (?:retirée?|dépubliée?|supprimée?|annulée?)`)},
	{kind: Retracted, says: regexp.MustCompile(openers + `(?:Este artículo|Esta (?:noticia|nota|información)) (?:ha sido|fue) (?:retirad|eliminad|despublicad)`)},
	{kind: Retracted, says: regexp.MustCompile(openers + `(?:Este artigo|Esta notícia|Esta reportagem) foi (?:retirad|removid|despublicad)`)},
	{kind: Retracted, says: regexp.MustCompile(openers + `این (?:خبر|مطلب|گزارش) (?:حذف|پس گرفته) شد`)},
	{kind: Retracted, says: regexp.MustCompile(openers + `(?:تم|جرى) (?:سحب|حذف) هذا (?:الخبر|المقال|التقرير)`)},

	{kind: Corrected, says: regexp.MustCompile(openers + `(?i:corrections?|corrected|clarification and correction|korrektur|berichtigung|richtigstellung|rectificatif|correctif|erratum|corrección|fe de erratas|correção|rettifica|düzeltme|исправление)(?: \([^)]{1,60}\)|,? [\p{L}.]{3,12} \d{1,2}(?:, \d{4})?| vom [\d. \p{L}]{1,20})?\s?[:–—]`), proof: regexp.MustCompile(mistaken)},
	{kind: Corrected, says: regexp.MustCompile(openers + `(?:اصلاحیه|تصحیح|تصحيح)\s*:`)},
	{kind: Corrected, says: regexp.MustCompile(`^\((?i:this [^()]{0,40}(?:story|article|version) (?:has been|was|is) corrected|corrects |corrected |correcting |refiles to correct )`)},
	{kind: Corrected, says: regexp.MustCompile(openers + `(?i:` + thisArticle + ` (?:has been|was|is) (?:since )?corrected\b)`)},
	{kind: Corrected, says: regexp.MustCompile(openers + `(?i:` + thisArticle + ` (?:has been|was|is) (?:since )?(?:amended|edited|updated|changed|modified|revised)\b)`),
		proof: regexp.MustCompile(`(?i)to correct|because of an? |incorrect|mistake|erroneous|inaccura|wrongly|\berror|misstat|misspell|mis-?identif|misattribut|(?:earlier|previous|original) version (?:said|stated|gave|referred|described|named)`)},
	{kind: Corrected, says: regexp.MustCompile(openers + `(?i:an? (?:earlier|previous|prior|original) (?:version|headline) (?:of|for|on|to) (?:this|the) (?:article|story|piece|dispatch|column|interview))`),
		proof: regexp.MustCompile(`(?i)incorrect|mistake|erroneous|inaccura|wrong|\berror|misstat|misspell|mis-?identif|misattribut|misquot|mischaracteri|\bcorrected\b|should have|in fact`)},
	{kind: Corrected, says: regexp.MustCompile(openers + `In (?:einer|der) (?:früheren|vorherigen|ersten|älteren|ursprünglichen) (?:Version|Fassung) (?:dieses|des|unseres) (?:Artikels|Textes|Berichts|Beitrags)`)},
	{kind: Corrected, says: regexp.MustCompile(openers + `Dieser (?:Artikel|Beitrag|Text|Bericht) wurde .{0,60}(?:korrigiert|berichtigt)`)},
	{kind: Corrected, says: regexp.MustCompile(openers + `(?:Cet article|Cette dépêche) a été (?:corrigée?|rectifiée?|modifiée? [^.]{0,60}pour corriger)`)},
	{kind: Corrected, says: regexp.MustCompile(openers + `(?:Dans )?(?i:une) (?:première version|version (?:précédente|antérieure|initiale)) de (?:cet article|cette dépêche)`), proof: regexp.MustCompile(`(?i)erreur|à tort|erroné|inexact`)},
	{kind: Corrected, says: regexp.MustCompile(openers + `(?:Este artículo|Esta (?:noticia|nota|información)) (?:ha sido|fue) (?:corregid|rectificad)`)},
	{kind: Corrected, says: regexp.MustCompile(openers + `(?:Este artigo|Esta notícia|Esta reportagem) foi (?:corrigid|retificad)`)},
	{kind: Corrected, says: regexp.MustCompile(openers + `(?:این (?:خبر|مطلب|گزارش) (?:اصلاح|تصحیح) شد|در نسخه[\x{200c}ٔ ]?ی? ?(?:قبلی|پیشین|اولیه) این (?:خبر|مطلب|گزارش))`)},
	{kind: Corrected, says: regexp.MustCompile(openers + `(?:(?:تم|جرى) تصحيح هذا (?:الخبر|المقال|التقرير)|ورد في نسخة سابقة من هذا (?:الخبر|المقال))`)},
}
