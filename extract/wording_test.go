package extract

import "testing"

// TestOfficialNames reads the names that Creative Commons gives its licences in each language, in a sentence that
// grants.
func TestOfficialNames(t *testing.T) {
	for said, want := range map[string]string{
		"This work is licensed under a Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International License.":        "CC-BY-NC-SA-4.0",
		"This article is published under a Creative Commons Attribution-Noncommercial-No Derivative Works 3.0 Unported License": "CC-BY-NC-ND-3.0",
		"Our text is available under CC BY-NC-ND.":                                 "LicenseRef-cc-by-nc-nd",
		"Text: CC-BY-NCSA 2.5":                                                     "CC-BY-NC-SA-2.5",
		"This work is in the public domain under the CC0 Public Domain Dedication": "CC0-1.0",
		"Dieses Werk steht unter der Lizenz Creative Commons Namensnennung - Nicht-kommerziell - Weitergabe unter gleichen Bedingungen 3.0 Österreich":                                        "LicenseRef-cc-by-nc-sa-3.0-at",
		"Este artículo está bajo una licencia Creative Commons Reconocimiento-NoComercial-SinObraDerivada 3.0 España":                                                                         "LicenseRef-cc-by-nc-nd-3.0-es",
		"Esta obra está bajo una Licencia Creative Commons Atribución-CompartirIgual 4.0 Internacional.":                                                                                      "CC-BY-SA-4.0",
		"Cet article est mis à disposition selon les termes de la licence Creative Commons Attribution - Pas d’Utilisation Commerciale - Partage dans les Mêmes Conditions 4.0 International": "CC-BY-NC-SA-4.0",
		"Ce texte est sous licence Creative Commons Paternité - Pas de Modification 2.0 France":                                                                                               "LicenseRef-cc-by-nd-2.0-fr",
		"Esta obra está licenciada sob a licença Creative Commons Atribuição-NãoComercial-SemDerivações 4.0 Internacional":                                                                    "CC-BY-NC-ND-4.0",
		"Todo o conteúdo está sob a licença Creative Commons Atribuição-CompartilhaIgual 3.0 Brasil":                                                                                          "LicenseRef-cc-by-sa-3.0-br",
		"Quest'opera è distribuita con Licenza Creative Commons Attribuzione - Non commerciale - Condividi allo stesso modo 4.0 Internazionale":                                               "CC-BY-NC-SA-4.0",
		"Quest'opera è distribuita con Licenza Creative Commons Attribuzione - Non opere derivate 3.0 Italia":                                                                                 "LicenseRef-cc-by-nd-3.0-it",
		"Bu eser Creative Commons Atıf-GayriTicari-Türetilemez 4.0 Uluslararası Lisansı ile lisanslanmıştır":                                                                                  "CC-BY-NC-ND-4.0",
		"Tüm içerik Creative Commons Atıf-AynıLisanslaPaylaş 4.0 lisansı ile sunulur":                                                                                                         "CC-BY-SA-4.0",
		"Все материалы сайта доступны по лицензии Creative Commons «С указанием авторства» 4.0 Всемирная":                                                                                     "CC-BY-4.0",
		"Все материалы доступны по лицензии Creative Commons Attribution-NonCommercial (Атрибуция — Некоммерческое использование) 4.0":                                                        "CC-BY-NC-4.0",
		"Материалы публикуются по лицензии Creative Commons Атрибуция — На тех же условиях — Без производных":                                                                                 "LicenseRef-cc-by-nd",
		"این اثر تحت مجوز کریتیو کامنز تخصیص-غیرتجاری-سهم یکسان ۴٫۰ بین\u200cالمللی است":                                                                                                      "CC-BY-NC-SA-4.0",
		"کلیه مطالب این سایت تحت پروانه کرییتیو کامنز انتساب-بدون انشقاق ۴.۰ منتشر می\u200cشود":                                                                                               "CC-BY-ND-4.0",
		"هذا المصنف مرخص بموجب رخصة المشاع الإبداعي نَسب المُصنَّف - غير تجاري - الترخيص بالمثل ٤٫٠ دولي":                                                                                     "CC-BY-NC-SA-4.0",
		"جميع المحتويات مرخصة بموجب المشاع الإبداعي نسب المصنف - منع الاشتقاق 4.0":                                                                                                            "CC-BY-ND-4.0",
		"本作品采用知识共享署名-非商业性使用-禁止演绎 4.0 国际许可协议进行许可。":                                                                                                                                             "CC-BY-NC-ND-4.0",
		"本網站內容採用創用CC 姓名標示-相同方式分享 3.0 台灣 授權條款":                                                                                                                                                 "LicenseRef-cc-by-sa-3.0-tw",
		"この記事はクリエイティブ・コモンズ 表示 - 非営利 - 継承 4.0 国際 ライセンスの下に提供されています。":                                                                                                                            "CC-BY-NC-SA-4.0",
		"이 기사는 크리에이티브 커먼즈 저작자표시-비영리-변경금지 4.0 국제 라이선스에 따라 이용할 수 있습니다.":                                                                                                                         "CC-BY-NC-ND-4.0",
		"All content is available under the Open Government Licence v3.0, except where otherwise stated":                                                                                      "OGL-UK-3.0",
		"Contains public sector information licensed under the Open Government Licence.":                                                                                                      "LicenseRef-OGL-UK",
		"Sauf mention contraire, les contenus de ce site sont sous Licence Ouverte 2.0":                                                                                                       "etalab-2.0",
		"본 저작물은 공공누리 제1유형에 따라 이용할 수 있습니다.":                                                                                                                                                    "LicenseRef-kogl-1",
		"본 저작물은 공공누리 제4유형: 출처표시 + 상업적 이용금지 + 변경금지 조건에 따라 이용할 수 있습니다.":                                                                                                                         "LicenseRef-kogl-4",
		"All text, audio and video material produced exclusively by the Voice of America is in the public domain.":                                                                            "LicenseRef-us-government-work",
	} {
		l := LicenseFrom(said, "page-text")
		if l == nil || l.SPDX != want {
			t.Errorf("%s\n got %+v, want %s", said, l, want)
		}
		p := Page(articlePage("", "", "<footer><p>"+said+"</p></footer>"), Source{URL: "https://news.example/1"})
		if p.License == nil || p.License.SPDX != want || p.License.Statement == "" {
			t.Errorf("in a footer: %s\n got %+v, want %s", said, p.License, want)
		}
	}
}

func TestSubjects(t *testing.T) {
	for said, want := range map[string]subject{
		"All content by Haven is licensed under CC BY 4.0":                                   ofOwn,
		"All photos on this blog are licensed under CC BY 4.0":                               ofOthers,
		"Except for photos, all text is licensed under CC BY 4.0":                            ofOwn,
		"user contributions licensed under cc by-sa":                                         ofOthers,
		"Gallery 2 © A. Maker licensed under the Creative Commons Attribution 2.5 License":   ofUnknown,
		"Haven Daily by A. Maker is licensed under the Creative Commons Attribution License": ofOwn,
		"CC BY-SA 3.0":                               ofNothing,
		"© 2024 Haven CC BY 4.0":                     ofOwn,
		"© 2024 Somebody CC BY 4.0":                  ofNothing,
		"CC BY 4.0 applies to photos only":           ofOthers,
		"Icons by A. Maker, CC BY 3.0":               ofOthers,
		"Alle Fotos (außer Fremdinhalte) sind CC BY": ofOthers,
	} {
		if got := subjectOf(said, []string{"haven"}); got != want {
			t.Errorf("%q: got %d, want %d", said, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	for text, want := range map[string]int{
		"Dieses Werk bzw. Inhalt steht unter CC BY 4.0. Es gilt überall.": 2,
		"One. Two! Three?":             3,
		"Version 4.0 of J. Doe's text": 1,
		"本作品采用许可。第二句。":                 2,
		"":                             0,
	} {
		if got := sentencesOf(text); len(got) != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
