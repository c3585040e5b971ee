package fetch

import (
	"strings"
	"testing"

	"golang.org/x/net/html/charset"
)

// news are some words in each language that was written in other charsets than UTF-8.
var news = []struct{ language, text, charsets string }{
	{"ru", "Президент прибыл с визитом в Казань. Цены на хлеб в Москве выросли, сообщили в министерстве", "windows-1251 koi8-r iso-8859-5 ibm866"},
	{"uk", "Президент прибув до Львова з візитом. Ціни на хліб у Києві зросли, її повідомили", "windows-1251 koi8-u"},
	{"bg", "Президентът пристигна във Варна на посещение. Цената на хляба в София се повиши", "windows-1251"},
	{"fa", "رئیس جمهور وارد تبریز شد. قیمت نان در تهران افزایش یافت و وزیر امور خارجه پاسخ داد", "windows-1256"},
	{"ar", "وصل الرئيس إلى حلب في زيارة رسمية. ارتفاع سعر الخبز في القاهرة", "windows-1256 iso-8859-6"},
	{"he", "הנשיא הגיע לחיפה לביקור רשמי. מחיר הלחם עלה בתל אביב", "windows-1255 iso-8859-8"},
	{"el", "Ο πρόεδρος έφτασε στη Θεσσαλονίκη. Η τιμή του ψωμιού στην Αθήνα αυξήθηκε. Άνοδος", "windows-1253 iso-8859-7"},
	{"th", "ประธานาธิบดีเดินทางถึงเชียงใหม่ ราคาขนมปังในกรุงเทพสูงขึ้น", "windows-874"},
	{"zh-CN", "总统抵达上海进行访问。北京面包价格上涨，国家足球队进入世界杯。", "gbk gb18030"},
	{"zh-TW", "總統抵達高雄進行訪問。台北麵包價格上漲，國家足球隊進入世界盃。", "big5"},
	{"ja", "大統領が大阪に到着した。東京のパンの値段が上がったことが分かった。", "shift_jis euc-jp iso-2022-jp"},
	{"ko", "대통령이 부산에 도착했다. 서울의 빵값이 올랐다고 정부가 밝혔다.", "euc-kr"},
	{"tr", "Cumhurbaşkanı İzmir'e geldi. İstanbul'da ekmek fiyatı arttı, kar yağışı bekleniyor", "windows-1254 iso-8859-9"},
	{"pl", "Prezydent przybył do Łodzi z wizytą. Święto: ceny chleba wzrosły, żółć i ćma", "windows-1250 iso-8859-2"},
	{"cs", "Prezident přijel do Brna na návštěvu. Ceny chleba v Praze vzrostly, žluťoučký kůň", "windows-1250 iso-8859-2"},
	{"hu", "Az elnök látogatásra érkezett Győrbe. Nőtt a kenyér ára, közölte a kormányfő", "windows-1250 iso-8859-2"},
	{"lt", "Prezidentas atvyko į Klaipėdą. Vilniuje pabrango duona, šiąnakt žadama lietų", "windows-1257 iso-8859-13"},
	{"de", "Der Präsident ist in Köln eingetroffen. In München stieg der Preis für Brötchen, heißt es", "windows-1252 iso-8859-1"},
	{"fr", "Le président est arrivé à Orléans. Le prix du pain a augmenté, a déclaré le ministère", "windows-1252 iso-8859-1"},
}

// A feed that does not say its charset, says UTF-8, or says what programs say by default, is read by its language; one in a script of
// its own also without one.
func TestUndeclaredCharsets(t *testing.T) {
	for _, n := range news {
		for name := range strings.FieldsSeq(n.charsets) {
			enc, _ := charset.Lookup(name)
			for _, declared := range []string{"", ` encoding="UTF-8"`, ` encoding="iso-8859-1"`, ` encoding="x-unknown"`} {
				feed := `<?xml version="1.0"` + declared + `?><rss><channel><language>` + n.language + `</language><item><title>` + n.text + `</title></item></channel></rss>`
				b := encode(t, enc.NewEncoder(), feed)
				if f, err := ParseFeed([]byte(b), "", ""); err != nil || len(f.Entries) != 1 || f.Entries[0].Title != n.text {
					t.Errorf("%s in %s, declared %q: %+v, %v", n.language, name, declared, f.Entries, err)
				}
			}
		}
	}
}

func TestUndeclaredCharsetsWithoutLanguage(t *testing.T) {
	right, all := 0, 0
	for _, n := range news {
		name, _, _ := strings.Cut(n.charsets, " ")
		enc, _ := charset.Lookup(name)
		b := encode(t, enc.NewEncoder(), `<rss><channel><item><title>`+n.text+`</title></item></channel></rss>`)
		f, err := ParseFeed([]byte(b), "", "")
		if err != nil {
			t.Fatal(err)
		}
		if all++; f.Entries[0].Title == n.text {
			right++
		} else {
			t.Logf("%s in %s: %s", n.language, name, f.Entries[0].Title)
		}
	}
	if right < 15 { // of 19; the rest share their letters
		t.Errorf("%d of %d", right, all)
	}
}
