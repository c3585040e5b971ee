package calendar

import "strings"

// Added to the months of the Hijri calendars, to tell them from Gregorian ones.
const (
	solarOffset = 12
	lunarOffset = 24
)

// monthNames lists the months by their names and abbreviations in lower case, a line per language. A name that means two
// months in two languages is left out.
var monthNames = months(
	"january february march april may june july august september october november december",
	"jan feb mar apr may jun jul aug sep oct nov dec",
	"- - - - - - - - sept - - -",
	"januar februar märz april mai juni juli august september oktober november dezember", // German, Danish, Norwegian
	"jänner feber mär - - - - - - okt - dez",
	"- - marts - maj - - - - - - desember",
	"januari februari maart april mei juni juli augustus september oktober november december", // Dutch
	"janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
	"janv févr - avr - - juil - - - - déc",
	"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
	"ene - - abr - - - ago - - - dic",
	"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
	"gen - - - mag giu lug - set ott - -",
	"janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
	"- fev - - - - - - - out - -",
	"januari februari mars april maj juni juli augusti september oktober november december", // Swedish
	"tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
	"stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
	"ledna února března dubna května června července srpna září října - prosince", // Czech; listopadu follows
	"- - - - - - - - - - listopadu -",
	"января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
	"январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
	"січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
	"ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
	"ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
	"január február március április május június július augusztus szeptember október november december",
	"ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου",
	"januari februari maret april mei juni juli agustus september oktober november desember", // Indonesian
	"يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
	"- - - ابريل - يونيه يوليه اغسطس - اكتوبر - -",
	"- شباط آذار نيسان أيار حزيران تموز آب أيلول - - -",
	"ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
	"جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر", // Urdu
	"ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
	"בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
	"јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
	"- - mart - maj jun jul avgust septembar oktobar novembar decembar",
	"януари февруари март април май юни юли август септември октомври ноември декември",
	"มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
	"जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
	"জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
)

// solarMonths are the months of the Solar Hijri calendar, in both spellings of yeh.
const solarMonths = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"

// lunarMonths are the months of the lunar Hijri calendar, as joinNames leaves them.
const lunarMonths = "محرم صفر ربيعالأول ربيعالآخر جمادىالأولى جمادىالآخرة رجب شعبان رمضان شوال ذوالقعدة ذوالحجة"

// joinNames makes one word of the names of months that print as two, in their spellings, and sets Thai names apart, which
// print without spaces.
var joinNames = strings.NewReplacer(namePairs()...)

// JoinNames writes names of months that print as two words as one, and sets those apart that print against a number.
func JoinNames(s string) string { return joinNames.Replace(s) }

// IsMonth says whether a word in lower case is the name of a month or its abbreviation, in any of the calendars.
func IsMonth(word string) bool { return monthNames[word] > 0 }

func namePairs() []string {
	var out []string
	for _, name := range []struct{ means, spelt string }{
		{"ربيعالأول", "ربيع الأول|ربيع الاول|ربیع الاول|ربیعالاول|ربيع أول"},
		{"ربيعالآخر", "ربيع الآخر|ربيع الاخر|ربيع الثاني|ربیع الثانی|ربیعالثانی|ربيع ثاني"},
		{"جمادىالأولى", "جمادى الأولى|جمادى الاولى|جمادی الاول|جمادیالاول|جمادى الأول"},
		{"جمادىالآخرة", "جمادى الآخرة|جمادى الاخرة|جمادى الثانية|جمادی الثانی|جمادیالثانی|جمادى الآخر"},
		{"ذوالقعدة", "ذو القعدة|ذي القعدة|ذو القعده|ذی القعده|ذیالقعده|ذیقعده"},
		{"ذوالحجة", "ذو الحجة|ذي الحجة|ذو الحجه|ذی الحجه|ذیالحجه|ذیحجه"},
		{" محرم ", "محرّم"}, {" رمضان ", "رمضان المبارک|رمضان المبارك"},
		{" มกราคม ", "มกราคม|ม.ค."}, {" กุมภาพันธ์ ", "กุมภาพันธ์|ก.พ."}, {" มีนาคม ", "มีนาคม|มี.ค."}, {" เมษายน ", "เมษายน|เม.ย."},
		{" พฤษภาคม ", "พฤษภาคม|พ.ค."}, {" มิถุนายน ", "มิถุนายน|มิ.ย."}, {" กรกฎาคม ", "กรกฎาคม|ก.ค."}, {" สิงหาคม ", "สิงหาคม|ส.ค."},
		{" กันยายน ", "กันยายน|ก.ย."}, {" ตุลาคม ", "ตุลาคม|ต.ค."}, {" พฤศจิกายน ", "พฤศจิกายน|พ.ย."}, {" ธันวาคม ", "ธันวาคม|ธ.ค."},
	} {
		for _, s := range strings.Split(name.spelt, "|") {
			out = append(out, s, name.means)
		}
	}
	return out
}

func months(lines ...string) map[string]int {
	m := map[string]int{}
	for _, line := range lines {
		for i, name := range strings.Fields(line) {
			m[name] = i + 1
		}
	}
	for i, name := range strings.Fields(solarMonths) {
		m[name] = solarOffset + i + 1
		m[strings.ReplaceAll(name, "ی", "ي")] = solarOffset + i + 1
	}
	for i, name := range strings.Fields(lunarMonths) {
		m[name] = lunarOffset + i + 1
	}
	delete(m, "-")
	return m
}
