package calendar

import (
	"strings"
	"sync"
)

// fieldMonth is the month that a word in lower case names in a field that is a date, where it can mean nothing else; 0 is none.
// Accents may be missing.
func fieldMonth(word string) int {
	if m := monthNames[word]; m != 0 {
		return m
	}
	if m := fieldNames()[word]; m != 0 {
		return m
	}
	return fieldNames()[unaccented.Replace(word)]
}

// fieldNames are names of months that within a page's text are too short to be told from other words, or too rare to be looked
// for, a line per form of a language: what the Unicode CLDR lists for it and monthNames lacks, and what is seen in feeds. A name
// that means two months in two languages has the meaning of the line above: listopad is November in Polish and Czech, October
// in Croatian.
var fieldNames = sync.OnceValue(func() map[string]int {
	return fieldMonths(
		"- - mrz - - - - - - - - -",               // German
		"jän - - - - - - - - - - -",               // Austrian
		"- - mrt - - - - - - - - -",               // Dutch
		"- fév - avri - - - aoû - octo nove dece", // French
		"- fevr - - - - juill - - - - -",
		"- - - - - - - - setiembre - - -", // Spanish
		"ian - - - - iun iul - - - - -",   // Romanian
		"- - - - - - - - - - noi -",
		"gener febrer març - maig juny juliol agost setembre - - desembre", // Catalan
		"- febr - - - - - - - - - des",
		"xaneiro febreiro - - - xuño xullo - - - - decembro", // Galician
		"xan - - - - - xul - - - - -",
		"urtarrila otsaila martxoa apirila maiatza ekaina uztaila abuztua iraila urria azaroa abendua", // Basque
		"urt ots - api - eka uzt abu ira urr aza abe",
		"tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu", // Finnish
		"tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
		"jaanuar veebruar märts aprill - juuni juuli - - oktoober - detsember", // Estonian
		"jaan veebr - - - - - - - - - dets",
		"janvāris februāris - aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris", // Latvian
		"- - - - - jūn jūl - - - - -",
		"sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio", // Lithuanian
		"sausis vasaris kovas balandis gegužė birželis liepa rugpjūtis rugsėjis spalis lapkritis gruodis",
		"sty lut - kwi - cze lip sie wrz paź lis gru", // Polish
		"styczeń luty marzec kwiecień - czerwiec lipiec sierpień wrzesień październik listopad grudzień",
		"leden únor březen duben květen červen červenec srpen - říjen - prosinec", // Czech
		"led úno bře dub kvě čvn čvc srp zář říj - pro",
		"januára februára - apríla mája júna júla augusta septembra októbra novembra decembra", // Slovak
		"- - marec apríl máj jún júl - - - - -",
		"- - - - - junij julij - - - - -", // Slovenian
		"- - - - - - - avg - - - -",
		"siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna - studenoga prosinca", // Croatian
		"sij velj ožu tra svi - - kol ruj - stu -",
		"siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan - studeni prosinac",
		"- - marta - - - - avgusta - - - -",         // Serbian
		"јан феб мар апр - - - авг сеп окт нов дец", // Serbian, Cyrillic
		"јануара фебруара - априла маја јуна јула - септембра октобра новембра децембра",
		"јануари - - - - јуни јули - - - - -", // Macedonian
		"- фев - - - - - - - - ное дек",
		"янв февр - - - июн июл - сент - нояб -", // Russian
		"- - - - - - - - сен - ноя -",
		"січ лют бер квіт трав черв лип серп вер жовт лист груд", // Ukrainian
		"січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень",
		"- - - кві тра чер - сер - жов лис гру",
		"студзеня лютага сакавіка красавіка - чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня", // Belarusian
		"сту - сак кра - чэр ліп жні - кас ліс сне",
		"студзень люты сакавік красавік - чэрвень ліпень жнівень верасень кастрычнік лістапад снежань",
		"яну - - - - - - - - - - -",                                               // Bulgarian
		"oca şub - nis - haz tem ağu eyl eki kas ara",                             // Turkish
		"yanvar fevral - aprel - iyun iyul avqust sentyabr oktyabr noyabr dekabr", // Azerbaijani
		"yan - - - - iyn iyl avq sen - noy dek",
		"- - - - - - - - sentabr oktabr - -", // Uzbek
		"қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан", // Kazakh
		"қаң ақп нау сәу мам мау шіл там қыр қаз қар жел",
		"- - márc ápr - - - - szept - - -",                  // Hungarian
		"ιαν φεβ μαρ απρ μαΐ ιουν ιουλ αυγ σεπ οκτ νοε δεκ", // Greek
		"- - - - μάι ιον ιολ - - - - -",
		"- - - - - ιούν ιούλ αύγ - - νοέ -",
		"janúar febrúar - - maí júní júlí ágúst - - nóvember -", // Icelandic
		"- - - - - - - ágú - - nóv -",
		"janar shkurt - prill - qershor korrik gusht shtator tetor nëntor dhjetor", // Albanian
		"- shk - pri - qer korr gush sht tet nën dhj",
		"იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი", // Georgian
		"იან თებ მარ აპრ მაი ივნ ივლ აგვ სექ ოქტ ნოე დეკ",
		"հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի", // Armenian
		"հնվ փտվ մրտ ապր մյս հնս հլս օգս սեպ հոկ նոյ դեկ",
		"հունվար փետրվար մարտ ապրիլ մայիս հունիս հուլիս օգոստոս սեպտեմբեր հոկտեմբեր նոյեմբեր դեկտեմբեր",
		"- pebruari - - - - - agt - - nopember -", // Indonesian
		"- peb - - - - - - - - nop -",
		"- - mac - - - julai ogos - - - disember", // Malay
		"- - - - - - - ogo - - - dis",
		"- pebrero marso - - hunyo hulyo - setyembre oktubre nobyembre disyembre", // Filipino
		"- - - - - hun hul - - - nob -",
		"- - machi aprili - - - agosti septemba oktoba novemba desemba",                              // Swahili
		"januarie - - - - junie julie - - - - -",                                                     // Afrikaans
		"janaayo febraayo maarso abriil maayo juun luulyo - sebtembar oktoobar noofeembar diseembar", // Somali
		"- - - - - - lul ogs seb - nof -",
		"jannaayo - - - - - - ogosto sebteembar - - -",
		"janairu faburairu maris afirilu mayu yuni yuli agusta satumba - nuwamba disamba", // Hausa
		"- fab - afi - yun yul - - - nuw -",
		"ጃንዋሪ ፌብሩዋሪ ማርች ኤፕሪል ሜይ ጁን ጁላይ ኦገስት ሴፕቴምበር ኦክቶበር ኖቬምበር ዲሴምበር", // Amharic
		"ጃን ፌብ - ኤፕሪ - - - ኦገስ ሴፕቴ ኦክቶ ኖቬም ዲሴም",
		"ionawr chwefror mawrth ebrill - mehefin gorffennaf awst medi hydref tachwedd rhagfyr", // Welsh
		"ion chwef maw ebr - meh gorff - - hyd tach rhag",
		"- chw - - - - gor - - - - -",
		"eanáir feabhra márta aibreán bealtaine meitheamh iúil lúnasa - - samhain nollaig", // Irish
		"ean feabh - aib beal meith - lún mfómh dfómh samh noll",
		"- - mäerz abrëll mee - - - - - - -", // Luxembourgish
		"- - mäe - - - - - - - - -",
		"- - - إبريل - يونية يولية - - - - -", // Arabic
		"- - اذار - ايار - - اب ايلول - - -",
		"جانفي فيفري - أفريل ماي جوان جويلية أوت - - - -", // Algerian
		"- - - - - - يوليوز غشت شتنبر - نونبر دجنبر",      // Moroccan
		"ژانویهٔ فوریهٔ - - مهٔ - ژوئیهٔ - - - - -",       // Persian
		"- - - - می - - - - - - -",
		"- فبروری - - - - جولای - سپتمبر - - -", // Dari
		"جنو - - - - - جول - - - - دسم",
		"جنوري فبروري - - مۍ - - اګست سېپتمبر - - -", // Pashto
		"- فېبروري - - - - - - - - - -",
		"जन फ़र - - - - जुल अग सित अक्टू नव दिस", // Hindi
		"- फरवरी - - - - - - सितम्बर अक्तूबर नवम्बर दिसम्बर",
		"जानेवारी फेब्रुवारी - एप्रिल मे - जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर", // Marathi
		"जाने फेब्रु - एप्रि - - - ऑग सप्टें ऑक्टो नोव्हें डिसें",
		"- फेब्रुअरी - अप्रिल - जुन - अगस्ट सेप्टेम्बर अक्टोबर नोभेम्बर डिसेम्बर", // Nepali
		"জানু ফেব - এপ্রি - - জুল আগ সেপ অক্টো নভে ডিসে",                          // Bengali
		"- - - - - - - - সেপ্ট - - -",
		"જાન્યુઆરી ફેબ્રુઆરી માર્ચ એપ્રિલ મે જૂન જુલાઈ ઑગસ્ટ સપ્ટેમ્બર ઑક્ટોબર નવેમ્બર ડિસેમ્બર", // Gujarati
		"જાન્યુ ફેબ્રુ - - - - - - સપ્ટે ઑક્ટો નવે ડિસે",
		"ਜਨਵਰੀ ਫ਼ਰਵਰੀ ਮਾਰਚ ਅਪ੍ਰੈਲ ਮਈ ਜੂਨ ਜੁਲਾਈ ਅਗਸਤ ਸਤੰਬਰ ਅਕਤੂਬਰ ਨਵੰਬਰ ਦਸੰਬਰ", // Punjabi
		"ਜਨ ਫ਼ਰ - ਅਪ੍ਰੈ - - ਜੁਲਾ ਅਗ ਸਤੰ ਅਕਤੂ ਨਵੰ ਦਸੰ",
		"ಜನವರಿ ಫೆಬ್ರವರಿ ಮಾರ್ಚ್ ಏಪ್ರಿಲ್ ಮೇ ಜೂನ್ ಜುಲೈ ಆಗಸ್ಟ್ ಸೆಪ್ಟೆಂಬರ್ ಅಕ್ಟೋಬರ್ ನವೆಂಬರ್ ಡಿಸೆಂಬರ್", // Kannada
		"ಜನ ಫೆಬ್ರ - ಏಪ್ರಿ - - - ಆಗ ಸೆಪ್ಟೆಂ ಅಕ್ಟೋ ನವೆಂ ಡಿಸೆಂ",
		"ജനുവരി ഫെബ്രുവരി മാർച്ച് ഏപ്രിൽ മേയ് ജൂൺ ജൂലൈ ഓഗസ്റ്റ് സെപ്റ്റംബർ ഒക്ടോബർ നവംബർ ഡിസംബർ", // Malayalam
		"ജനു ഫെബ്രു മാർ ഏപ്രി - - - ഓഗ സെപ്റ്റം ഒക്ടോ നവം ഡിസം",
		"ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்", // Tamil
		"ஜன பிப் மார் ஏப் - - - ஆக செப் அக் நவ டிச",
		"జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జులై ఆగస్టు సెప్టెంబర్ అక్టోబర్ నవంబర్ డిసెంబర్", // Telugu
		"జన ఫిబ్ర - ఏప్రి - - - ఆగ సెప్టెం అక్టో నవం డిసెం",
		"ມັງກອນ ກຸມພາ ມີນາ ເມສາ ພຶດສະພາ ມິຖຸນາ ກໍລະກົດ ສິງຫາ ກັນຍາ ຕຸລາ ພະຈິກ ທັນວາ",              // Lao
		"មករា កុម្ភៈ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ",                  // Khmer
		"ဇန်နဝါရီ ဖေဖော်ဝါရီ မတ် ဧပြီ မေ ဇွန် ဇူလိုင် ဩဂုတ် စက်တင်ဘာ အောက်တိုဘာ နိုဝင်ဘာ ဒီဇင်ဘာ", // Burmese
		"ဇန် ဖေ - ဧ - - ဇူ ဩ စက် အောက် နို ဒီ",
		"ינו פבר - אפר - - - אוג ספט אוק נוב דצמ", // Hebrew
		"בינו בפבר - באפר - - - באוג בספט באוק בנוב בדצמ",
	)
})

// afghanMonths are the months of the Solar Hijri calendar as Afghanistan names them.
const afghanMonths = "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت"

// fieldMonths is the table with and without accents.
func fieldMonths(lines ...string) map[string]int {
	m := map[string]int{}
	for _, line := range lines {
		for i, name := range strings.Fields(line) {
			for _, spelt := range []string{name, unaccented.Replace(name)} {
				if m[spelt] == 0 {
					m[spelt] = i + 1
				}
			}
		}
	}
	for i, name := range strings.Fields(afghanMonths) {
		m[name] = solarOffset + i + 1
	}
	for name, month := range monthNames {
		if plain := unaccented.Replace(name); m[plain] == 0 {
			m[plain] = month
		}
	}
	for i, name := range strings.Fields("一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月") {
		m[name] = i + 1
	}
	delete(m, "-")
	return m
}

// unaccented writes the letters of names of months without their marks, as systems do that know ASCII or capitals alone.
var unaccented = strings.NewReplacer("á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "ā", "a", "ç", "c", "č", "c", "é", "e", "è", "e",
	"ê", "e", "ë", "e", "ě", "e", "ė", "e", "ğ", "g", "í", "i", "ì", "i", "î", "i", "ī", "i", "ı", "i", "ń", "n", "ñ", "n", "ó", "o", "ö", "o", "ô", "o",
	"ř", "r", "ś", "s", "š", "s", "ş", "s", "ș", "s", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ū", "u", "ů", "u", "ų", "u", "ý", "y", "ź", "z", "ż", "z", "ž", "z",
	"ά", "α", "έ", "ε", "ή", "η", "ί", "ι", "ϊ", "ι", "ΐ", "ι", "ό", "ο", "ύ", "υ", "ϋ", "υ", "ώ", "ω", "ς", "σ", "i̇", "i", "ٔ", "")
