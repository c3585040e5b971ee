package calendar

import "strings"

// fieldMonth is the month that a word in lower case names in a field that is a date, where it can mean nothing else; 0 is none.
// Accents may be missing.
func fieldMonth(word string) int {
	if m := monthNames[word]; m != 0 {
		return m
	}
	if m := fieldNames[word]; m != 0 {
		return m
	}
	return fieldNames[unaccented.Replace(word)]
}

// fieldNames are the months' names that within a page's text are too short to be told from other words, or too rare there to be
// looked for, a line per language. A name that means two months in two languages is left out.
var fieldNames = fieldMonths(
	"- - - - - - - - sep okt - des", // Dutch, Norwegian
	"- - - - - - - - - - - dez",
	"- - mrt - - - - - - - - -",   // Dutch
	"jän - mrz - - - - - - - - -", // German
	"januarie februarie maart april mei junie julie augustus september oktober november desember",  // Afrikaans
	"janvier fév - - - - juill aoû sept oct nov déc",                                               // French
	"- - - - - - - ago set oct - dic",                                                              // Spanish
	"- - - - - - - - setiembre - - -",                                                              //
	"gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",            // Catalan
	"gen febr - abr mai - - ag set - - des",                                                        //
	"xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro",       // Galician
	"xan - - - - xuñ xul - - - - -",                                                                //
	"urtarrila otsaila martxoa apirila maiatza ekaina uztaila abuztua iraila urria azaroa abendua", // Basque
	"urtarrilaren otsailaren martxoaren apirilaren maiatzaren ekainaren uztailaren abuztuaren irailaren urriaren azaroaren abenduaren",
	"- - - - mag giu lug - sett ott - -",                                                                       // Italian
	"- fev - - - - - - - out - dez",                                                                            // Portuguese
	"ian feb mart apr - iun iul aug sept oct noi -",                                                            // Romanian
	"tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu", // Finnish
	"tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",                                     //
	"jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",               // Estonian
	"jaan veebr - - - - - - sept okt - dets",                                                                   //
	"janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris",     // Latvian
	"janvārī februārī martā aprīlī maijā jūnijā jūlijā augustā septembrī oktobrī novembrī decembrī",            //
	"janv febr - - - jūn jūl - - - - -",                                                                        //
	"sausis vasaris kovas balandis gegužė birželis liepa rugpjūtis rugsėjis spalis lapkritis gruodis",          // Lithuanian
	"sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio",        //
	"saus vas kov bal geg birž liep rugp rugs spal lapkr gruod",                                                //
	"styczeń luty marzec kwiecień - czerwiec lipiec sierpień wrzesień październik - grudzień",                  // Polish
	"sty lut mar kwi maj cze - sie wrz paź - gru",                                                              //
	"- - - - - - - - - paz - -",                                                                                //
	"leden únor březen duben květen červen červenec srpen září říjen - prosinec",                               // Czech
	"led úno bře dub kvě čvn čvc - zář říj - pro",                                                              //
	"januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",                 // Slovak
	"január február marec apríl máj jún júl august september október november december",                        //
	"januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra decembra",           // Slovenian
	"- - marec - - junij julij avgust - - - -",                                                                 //
	"siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan - studeni prosinac",                   // Croatian
	"siječnja veljače ožujka - svibnja lipnja srpnja kolovoza rujna - studenoga prosinca",                      //
	"sij velj ožu tra svi - - kol ruj - stu -",                                                                 //
	"januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",                         // Serbian
	"januara februara marta aprila maja juna jula avgusta septembra oktobra novembra decembra",                 //
	"јануара фебруара марта априла маја јуна јула августа септембра октобра новембра децембра",          //
	"јан феб мар апр - - - авг сеп окт нов дец",                                                         //
	"јануари февруари март април мај јуни јули август септември октомври ноември декември",              // Macedonian
	"янв фев мар апр май июн июл авг сен окт ноя дек",                                                   // Russian
	"- февр - - мая - - - сент - нояб -",                                                                //
	"січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень",    // Ukrainian
	"січ лют бер квіт трав черв лип серп вер жовт лист груд",                                            //
	"- - - кві тра чер - сер - жов лис гру",                                                             //
	"студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня", // Belarusian
	"яну - - - - юни юли - сеп - ное -",                                                                 // Bulgarian
	"- - - - - - - - септ - ноем -",                                                //
	"oca şub mar nis may haz tem ağu eyl eki kas ara",                              // Turkish
	"yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr", // Azerbaijani
	"- - - - - - - avgust sentabr oktabr - -",                                      // Uzbek
	"қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан", // Kazakh
	"jan feb márc ápr máj jún júl aug szept okt nov dec", // Hungarian
	"- febr - - - - - - szep - - -",                      //
	"ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος ιούλιος αύγουστος σεπτέμβριος οκτώβριος νοέμβριος δεκέμβριος",
	"ιαν φεβ μαρ απρ μάι ιούν ιούλ αύγ σεπ οκτ νοέ δεκ", // Greek
	"- - - - μαΐ ιον ιολ - σεπτ - - -",                                                  //
	"janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember", // Icelandic
	"janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor",     // Albanian
	"jan shk - pri maj qer korr gush sht tet nën dhj",                                   //
	"იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი",        // Georgian
	"հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի", // Armenian
	"- - - - - - - agt - - nop -",             // Indonesian
	"- pebruari - - - - - agu - - nopember -", //
	"- - mac - - - julai ogos - - - disember", // Malay
	"- - - - - - - ogo - - - dis",             //
	"enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre", // Filipino
	"- - machi aprili - juni julai agosti septemba oktoba novemba desemba",                    // Swahili
	"- - - إبريل - يونية يولية - - - - -",                                                     // Arabic
	"جانفي فيفري - أفريل ماي جوان جويلية أوت - - - -",                                         //
	"- - - - - - يوليوز غشت شتنبر - نونبر دجنبر",                                              //
	"- - اذار - ايار - - اب ايلول - - -",                                                      //
	"- - مارچ - مئی - - - - - - -",                                                            // Urdu
	"- فيبروري - - - - - - - - - -",                                                           //
	"- - - - می جون جولای اگست سپتمبر اکتوبر نومبر دسمبر",                                     // Dari
	"जन फ़र मार्च अप्रै मई जून जुल अग सित अक्टू नव दिस",                                       // Hindi
	"- फरवरी - - - - - - सितम्बर अक्तूबर नवम्बर दिसम्बर",                                      //
	"जानेवारी फेब्रुवारी मार्च एप्रिल मे जून जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर", // Marathi
	"জানু ফেব - - - - - আগ সেপ্টে অক্টো নভে ডিসে",                                           // Bengali
	"ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்", // Tamil
	"జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జులై ఆగస్టు సెప్టెంబర్ అక్టోబర్ నవంబర్ డిసెంబర్", // Telugu
	"ינו פבר - אפר - יונ יול אוג ספט אוק נוב דצמ", // Hebrew
)

// afghanMonths are the months of the Solar Hijri calendar as Afghanistan names them.
const afghanMonths = "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت"

// fieldMonths is the table with and without accents.
func fieldMonths(lines ...string) map[string]int {
	m := map[string]int{}
	for _, line := range lines {
		for i, name := range strings.Fields(line) {
			m[name] = i + 1
			m[unaccented.Replace(name)] = i + 1
		}
	}
	for i, name := range strings.Fields(afghanMonths) {
		m[name] = solarOffset + i + 1
	}
	for name, month := range monthNames {
		m[unaccented.Replace(name)] = month
	}
	delete(m, "-")
	return m
}

// unaccented writes the letters of names of months without their marks, as systems do that know ASCII or capitals alone.
var unaccented = strings.NewReplacer("á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "ā", "a", "ç", "c", "č", "c", "é", "e", "è", "e",
	"ê", "e", "ë", "e", "ě", "e", "ė", "e", "ğ", "g", "í", "i", "ì", "i", "î", "i", "ī", "i", "ı", "i", "ń", "n", "ñ", "n", "ó", "o", "ö", "o", "ô", "o",
	"ř", "r", "ś", "s", "š", "s", "ş", "s", "ș", "s", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ū", "u", "ů", "u", "ų", "u", "ý", "y", "ź", "z", "ż", "z", "ž", "z",
	"ά", "α", "έ", "ε", "ή", "η", "ί", "ι", "ϊ", "ι", "ΐ", "ι", "ό", "ο", "ύ", "υ", "ϋ", "υ", "ώ", "ω", "ς", "σ", "i̇", "i")
