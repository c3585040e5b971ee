package extract

// tongue is what gives a language away among those of its script.
type tongue struct {
	tag     string // BCP 47
	letters string // that it writes beyond the core of its script
	words   string // its most frequent ones, and those that part it from its neighbours
}

// latin are the languages in Latin script; its core are the letters a to z.
var latin = []tongue{
	{"en", "", "the of and to in a is that for it was on with as he be at by i this had not are but from or have an they which you were their there been one all we has who will more when would said she his her its about after than into over could also what some"},
	{"de", "äöüß", "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei ich wir unter beim vom wenn kann"},
	{"fr", "àâæçéèêëîïôœùûüÿ", "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec ont d l qu n s c j y été cette aux mais ses son comme ou nous leur sa deux elle ces fait même après être aussi selon entre était sans très tout qui mais plus où quand afin dont lors tenu hier trois peut comme avait encore moins jusqu plusieurs toujours"},
	{"es", "áéíñóúü", "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está han tras contra según donde"},
	{"pt", "áàâãçéêíóôõúü", "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter são seus foram às disse após"},
	{"gl", "áéíñóúü", "de a o que e do da en un para é con non unha os no se na por máis as dos como pero foi ao das ten á seu súa ou ser cando moi hai nos xa está tamén só polo pola ata iso ela entre era despois sen aos son foron dixo anos galega xunta cun dunha nunha onde"},
	{"ca", "àçéèíïóòúü·", "de la que el i a en els les un per amb no una es del al és més s l d ha com o van dels però va pel seu seva aquest aquesta són també molt hi fer quan anys ja sobre ser ho han entre fins després estat això on sense ara perquè seus les nous tot"},
	{"it", "àèéìíîòóùú", "di e il la che in a per un è del non con sono si una i le della da al dei come anche più ma gli nel alla ha delle lo dell ai l d c se o su questo dal hanno stato nella essere all sul tra fra dopo anni due era degli questa suo ci già ed cui stata"},
	{"ro", "ăâîșțşţ", "de și a în la cu pe din care o un nu este pentru că să ce mai se au fost sunt o prin al ale lui ca fi dar după sau ani acest această cel cea le lor între până fără ar va am dintre către foarte când spus potrivit"},
	{"nl", "éëïóöüè", "de van het een en in is dat op te zijn met voor die niet aan er om ook als maar dan bij door naar hij over ze uit nog wordt of werd heeft worden kan tot meer geen deze was hebben al dit zich had wel zou moet jaar haar we zei volgens onder omdat tegen veel toen"},
	{"af", "êëéôîûá", "die van en in is het dat nie vir met op te wat om hy ook sy aan was as deur by maar sal na kan word uit hulle oor of nog een ons moet daar meer wees haar jaar dié gesê omdat onder tussen so ek baie toe hierdie self jy"},
	{"da", "æøåé", "og i at det er en til af på for med den der de som har ikke et var fra han om men sig vil kan blev efter også ved havde hun nu over da mere eller hvor mod så skal være ud deres siger op nogle jeg mange noget hvad kunne nogen blive meget hans år blevet kun selv uden gøre gør sådan uge ugen flere mens måtte tre hjem dig mig sig fik få rundt to frem fortæller sagen mellem gennem af både lige kun børn bliver"},
	{"nb", "æøåéòô", "og i at det er en til av på for med den som de har ikke et var fra han om men seg vil kan ble etter også ved hadde hun nå over da mer eller hvor mot så skal være ut deres sier opp noen jeg mange noe hva kunne bli meget hans år blitt bare selv uten enn ei gjennom mellom mye å flere nå dårlig uke uken hjem slik gjøre gjør mens måtte tre deg meg seg barn nettopp laget fikk rundt to fram forteller saken"},
	{"nn", "æøåéòô", "og i at det er ein til av på for med den som dei har ikkje eit var frå han om men seg vil kan vart etter også ved hadde ho no over då meir eller kor mot så skal vere ut deira seier opp nokon eg mange noko kva kunne bli mykje hans år blitt berre sjølv utan enn ei gjennom mellom eitt kvar blei vore å fleire no veke veka heim slik gjere gjer medan måtte deg meg seg rundt to fram fortel saka ho ikkje vi"},
	{"sv", "åäöé", "och i att det är en till av på för med den som de har inte ett var från han om men sig vill kan blev efter också vid hade hon nu över då mer eller där mot så ska vara ut deras säger upp någon jag många något vad kunde bli mycket hans år blivit bara själv utan än genom mellan under ur skulle"},
	{"is", "áéíóúýþæöð", "og í að á er sem til um við með ekki það var af en fyrir hann því frá hefur eru sé þess upp eftir þá hafa svo hún þeir var verið eða verið þar úr verða þetta hafi sig hjá var kom sagði yfir"},
	{"fo", "áíóúýæøð", "og í at á er sum til um við ikki tað var av fyri hann tí frá hevur eru teir hava eisini men ein ella nú hjá úr hon eftir so teimum føroyar føroya vera"},
	{"fi", "äöå", "ja on ei että oli se hän joka mutta ovat kun myös mukaan kuin sen hänen ole olla niin tai jo vain ollut sekä voi mitä jos sitä vuonna mukana jälkeen noin kanssa nyt vielä tämä joita jossa eivät oman kertoo sanoo siitä ennen"},
	{"et", "äöõüšž", "ja on ei et see oli ta kui ka mis aga oma kes või selle ning siis nii mida seda olid välja veel kuid juba pärast tema mille need et sest ole üle pole peale saab kus ütles kõik eesti aasta"},
	{"lv", "āčēģīķļņšūž", "un ir ar par no uz ka kas to gan arī tā bet lai nav viņš bija kā pie tas pēc līdz jau vai tika šo gada tiek būs viņa kad savu ko būt tikai latvijas lielāks viņi vairāk mēs"},
	{"lt", "ąčęėįšųūž", "ir kad į iš su tai kaip bet yra buvo jis o apie dėl dar tik kuris ar ne nuo bus po metų per jo savo jau lietuvos už buvo prie iki labai gali jie tačiau ji sakė kurie būti taip todėl"},
	{"pl", "ąćęłńóśźż", "w i na z się do że nie to jest o od po za przez jak był dla a ale są co ma tym tego już jego oraz tak także może było który która które przed czy ich tylko będzie ze roku jednak przy bardzo lat pod między został"},
	{"cs", "áčďéěíňóřšťúůýž", "a v se na je že s z do o to i ve k za pro si po by od ale jako jsou který jeho jak podle která při které než však mezi bylo být nebo může už ještě také až jen před byl byla jsem aby řekl měl tak u má co bude další jejich proti během"},
	{"sk", "áäčďéíĺľňóôŕšťúýž", "a v sa na je že s z do o to aj vo k za pre si po by od ale ako sú ktorý jeho ktorá pri ktoré než však medzi bolo byť alebo môže už ešte tiež až len pred bol bola som aby povedal mal tak u má čo bude ďalšie ich proti počas podľa ktorí"},
	{"sl", "čšž", "je in v na da se za so ki z pa s ne po o bi tudi kot ni od bo ob bil pri do je še iz če več k bila lahko ter med jih sta ker po pred leta biti vse kar bilo tako kako jo zaradi ga mu oziroma kdaj smo bodo dejal povedal"},
	{"hr", "čćđšž", "je i u na se da za su od s iz o ne koji što će kao a bi nije li koja ali te do ili kako bio sa samo koje po bilo još više biti prema gdje također tko uvijek tijekom vrijeme dvije tisuća vlade europske tjedan izvijestio općina uvjet siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca priopćenju europe cijeli mjesto ljudi uopće svijetu nakon godine kazao hrvatske cesta ceste cestu tvrtka tvrtke tvrtki milijun milijuna milijuni nitko listopadu studenom prosincu rujnu siječnju veljači ožujku travnju svibnju lipnju srpnju kolovozu tisuće zrakoplov glede tjedna županije eura prije cijena cijene srijedu poslije gdje riječ djeca"},
	{"bs", "čćđšž", "je i u na se da za su od s iz o ne koji što će kao a bi nije li koja ali te do ili kako bio sa samo koje po bilo još više biti prema gdje također ko uvijek tokom vrijeme dvije hiljada vlade evropske sedmice općina uslov januara februara marta aprila maja juna jula augusta septembra oktobra novembra decembra saopćenju evrope cijeli mjesto ljudi historija svijetu nakon godine kazao bih hercegovine sarajevo firma firme hiljade milion miliona niko općine kantona federacije bosne eura prije cijena cijene srijedu poslije gdje riječ djeca augustu januaru februaru martu aprilu maju junu julu septembru oktobru novembru decembru"},
	{"sr-Latn", "čćđšž", "je i u na se da za su od s iz o ne koji što šta će kao a bi nije li koja ali te do ili kako bio sa samo koje po bilo još više biti prema gde takođe ko uvek tokom vreme dve hiljada vlade evropske nedelje opština uslov januara februara marta aprila maja juna jula avgusta septembra oktobra novembra decembra saopštenju evrope ceo mesto ljudi istorija svetu nakon godine rekao srbije beogradu ovde posle dete reči pre firma firme hiljade milion miliona niko evra pre cena cene sredu gde reč deca reke mesta nedelju vesti avgustu januaru februaru martu aprilu maju junu julu septembru oktobru novembru decembru"},
	{"sq", "çë", "e të në dhe me për që një i nga se më do ka është si nuk u por edhe janë tha kjo kanë ky pas ai kur duke ishte mund vetëm këtë ose deri kosovës shqipërisë sipas pa gjatë tij"},
	{"hu", "áéíóöőúüű", "a az és hogy nem is egy ez meg volt de már csak el mint még azt vagy ki ha szerint után két lehet kell lesz ezt magyar minden között több nagyon nincs aki ami akkor amely pedig így most mert arra lett"},
	{"tr", "çğıöşüâî", "ve bir bu da de için ile olarak çok daha olan en gibi kadar var ise sonra o ne değil göre her ancak ya ki diye iki oldu olduğunu dedi kendi yeni büyük etti tarafından yılında ilk şey arasında bunu"},
	{"az", "əçğıöşü", "və bir bu da də üçün ilə olan isə kimi daha edir ki o olub sonra görə onun deyib ən çox azərbaycan hər bakı tərəfindən edilib olaraq ildə yeni həm artıq"},
	{"uz", "", "va bu bir bilan uchun ham da ni ning ga dan esa deb edi lekin bo kerak yil haqida u qilish emas mumkin yangi davlat yili qilgan"},
	{"tk", "äçňöşüýž", "we bu bilen bir üçin hem türkmenistanyň boýunça da ýyl ýurdumyzyň baradaky has täze ony türkmen edildi"},
	{"ku", "çêîşû", "û li ku di de bi ji ev bo jî bû ya yên yê her wê wî xwe ne ye hat dike kir gel kurdistanê ku ewê di navbera"},
	{"id", "", "yang dan di dari untuk dengan ini itu pada dalam tidak akan juga ke oleh adalah telah bisa ada karena saat tersebut sebagai atau mereka kata dia kami sudah tahun lebih orang seperti bahwa hari ujar sebuah kita satu harus saya belum namun antara wali kota para ia biaya polisi pemerintah indonesia jakarta sejumlah perusahaan karena anda uang mobil kantor menurut memakai ketika"},
	{"ms", "", "yang dan di dari untuk dengan ini itu pada dalam tidak akan juga ke oleh adalah telah boleh ada kerana ketika tersebut sebagai atau mereka kata beliau kami sudah tahun lebih orang seperti bahawa hari ujarnya sebuah kita satu perlu saya belum namun antara bagi iaitu manakala malaysia bukan datuk para ia polis kerajaan kos syarikat baharu pelbagai menurut anda wang kereta pejabat sebanyak"},
	{"tl", "ñ", "ang ng sa na mga ay at ni si para ito nang may kay hindi din rin ko mo niya siya kung pa po isang ayon naman lang kanyang sila dahil ngunit nila"},
	{"vi", "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ", "và của các là có được cho trong không người một với những này đã khi đến về để tại ra năm vào công đó cũng từ theo nhiều sẽ ông như trên phải"},
	{"eu", "ñ", "eta da du ez dira dute zuen bat ere egin izan den ditu baina zen hori beste behar edo bere baino dela gabe orain euskal horrek egiten esan urte zuten direla"},
	{"cy", "âêîôûŵŷ", "y yr yn a i o ar mae ei wedi am bod gan eu hyn ond fod cael gyda ddim sydd oedd na hefyd hynny fel wrth dweud bydd rhai nhw roedd cymru"},
	{"ga", "áéíóú", "an na a agus is i ar le go bhí tá do sé ag ní leis ó atá siad sí nach seo sin ach faoi mar ina gur bhfuil chun raibh gach nuair éireann"},
	{"gd", "àèìòù", "an a na air agus is le do tha ann gu bha e nach aig iad ach seo sin airson nam o cha gun bho às mar uile alba"},
	{"lb", "äéëü", "de an d datt vun ass den fir op mat net eng en ze déi sech wéi och awer si nach gouf hunn dass am vum dem huet bei iwwer um no"},
	{"mt", "ċġħż", "il ta li u f l fil minn ma biex dan din kien għal tal hu mill se jew dwar għandu wara mhux hija kienet bħala malta qal kif aktar"},
	{"eo", "ĉĝĥĵŝŭ", "la de kaj en estas al ke por kun ne li por el ĝi kiu sed mi pri oni ili pli sur tio ankaŭ estis dum kiel"},
	{"sw", "", "na ya wa kwa katika ni la za kuwa hiyo huo hayo cha kama watu baada mwaka hiyo wakati yake alisema bila hata lakini huu nchi sana yao ambayo ambao serikali rais"},
	{"so", "", "oo ka ku in iyo ay waa uu la soo ah si waxaa wuxuu ayaa badan laga dowladda kale kala wax sida muqdisho soomaaliya"},
	{"ha", "ɓɗƙ", "da a na ta ya ba ce mai wannan ne cewa shi su ga an wasu daga yi kuma domin yadda sun amma zai jihar najeriya"},
	{"zu", "", "ukuthi futhi uma kodwa le ngoba noma kanye lapho abantu ngesikhathi ukuze wathi khona lokhu nge kule uthe kusho yena emuva kanti lapha nje kuthiwa ngokuthi umndeni okwamanje ngoba waye kanye iminyaka uyise unina amaphoyisa"},
	{"xh", "", "ukuba kunye okanye kwaye xa ngoku apha abantu ukuze kwi yokuba nokuba umntu yaye sele ngexesha kodwa le kule ulutsha kuba phambi emva urhulumente"},
	{"ht", "èò", "nan yo ki pou li ak la yon pa te se ap sa a gen nou moun tout men sou lan ayiti peyi fè genyen"},
}

// cyrillic are the languages in Cyrillic script; its core are the letters that all of them write.
var cyrillic = []tongue{
	{"ru", "йщъыьэюяё", "и в не на что с по а как это он к из у за от для но о так же до его во все был также было при или бы они если ее после где году уже который только года мы еще была были который чтобы"},
	{"uk", "йщьюяіїєґ", "і в не на що з та у до за й як це від про для він по а є але або його було також які після року щоб вони при зі її був вже був який яка під їх цього може так ще"},
	{"be", "йыьэюяёіў", "і ў не на што з да у за як гэта ад пра для ён па а але яго было таксама якія пасля года каб яны пры быў яна які быць гэтым сваіх ці беларусі толькі іх"},
	{"bg", "йщъьюя", "на и в да се за от с не по са че е като до ще при това след който а които той или бе има във през към но е както които според само също така бъде година беше те му със още"},
	{"mk", "ѓѕјљњќџ", "на и во да се за од со не по е што до ќе при ова како кој а кои тој или беше има според само исто така биде година тие му но ја ги сите уште дека овој против нема"},
	{"sr-Cyrl", "ђјљњћџ", "је и у на се да за су од с из о не који што шта ће као а би није ли која али те до или како био са само које по било још више бити према где такође ко током време након године рекао србије"},
	{"kk", "йщъыьэюяёәғқңөұүһі", "және бұл мен бір үшін деп да де бойынша еді қазақстан болып осы туралы жылы болды ол бар мен сол кейін тағы"},
	{"ky", "йщъыьэюяёңөү", "жана бул менен бир үчүн деп да үчүн боюнча эле кыргыз болуп ошол жылы болду ал бар кийин кыргызстан дагы"},
	{"tg", "йъэюяёғӣқӯҳҷ", "ва дар аз ба ки ин барои бо як то он тоҷикистон буд аст шуд мешавад дигар онҳо худ"},
	{"tt", "йщъыьэюяёәҗңөүһ", "һәм бу белән бер өчен дип да дә буенча иде татарстан булып шул елда булды ул бар"},
	{"mn", "йщъыьэюяёөү", "нь энэ юм байна бол болон гэж улсын монгол тус байгаа оны хийх хүн дээр гэсэн их байсан мөн"},
	{"uz-Cyrl", "йъэюяёўқғҳ", "ва бу бир билан учун ҳам деб эди лекин керак йил ҳақида ўзбекистон эмас мумкин янги давлат"},
}

// arabic are the languages in Arabic script; its core are the letters that most of them write, ی and ک in any form.
var arabic = []tongue{
	{"ar", "يكىةأإآؤ", "في من على إلى أن التي الذي هذا هذه عن مع كان ما لا قال بعد كما بين ذلك خلال أو قد لم حتى وقال وفي غير وأن كانت إن عام ثم أكثر يوم وهو منذ كل"},
	{"fa", "پچژگآأؤیکيكة", "و در به از که این است را با برای می های آن شد کرد شده یک خود تا بر نیز باید اما هم گفت بود دارد ما کنند او شود کند وی بین پس هر کرده سال ها ای اند پیش شوند نمی"},
	{"ur", "پچژگآؤیکٹڈڑںےہھۓۂأ", "کے کی میں ہے اور سے کو کا نے کہ پر اس ہیں کر یہ بھی تھا جو گیا ہو لیے کیا ان وہ نہیں ایک کہا تھے ہوئے ہی بعد دیا جا رہا تک تھی"},
	{"ps", "پچژګآؤیکټډړږښڼېۍځڅۀيك", "د په او چې کې ته له دی نه سره هم یې دا وي هغه شوی کړی ده کړي شي لپاره پر هغو تر به وو یو افغانستان دې"},
	{"ckb", "ەێۆڕڵڤپچژگیکھ", "لە و بە کە بۆ ئەو ئەم لەگەڵ هەر دوای دەکات نییە دوو بوو هەموو ئەوە لەسەر هەیە کرد ئەوەی بەڵام ڕۆژی سەر پێش هەرێمی کوردستان دەبێت یەک"},
	{"ug", "ەېۆۈۇۋڭپچژگىيك", "ۋە بۇ بىر بىلەن ئۈچۈن دەپ ئۇ ھەم ئۇيغۇر قىلىش خىتاي كېيىن بولۇپ"},
	{"sd", "پچگآٻڀٺٽٿڃڄڇڊڌڍڏڙڦڪڱڳڻھيكؤ", "جي ۾ ۽ جو کي آهي کان تي سان جا به نه اهو هن لاءِ ته هڪ آهن ڪري سنڌ ڪيو"},
}

// devanagari are the languages in Devanagari; nothing is beyond its core.
var devanagari = []tongue{
	{"hi", "", "के में की है से को और का ने पर कि इस यह हैं भी एक नहीं कर था हो लिए कहा जो तो साथ या बाद अपने उन्होंने गया वह करने तक रहे किया"},
	{"mr", "ळ", "आहे या आणि व की हे ते तर मी होते असे झाली केली केले आहेत नाही एक होता त्या करण्यात मध्ये यांनी साठी झाले त्यांच्या आला म्हणाले पण सर्व येथे अशी"},
	{"ne", "", "छ र पनि को मा ले भएको छन् यो गरेको भने एक तथा हुन हुने थियो लागि नेपाल गर्न गरिएको उनले बताए अनुसार नेपाली गर्ने त्यो बाट कि हो गरी"},
}

// Characters that only one of the two Chinese ways of writing has: the same frequent words in each list.
const (
	simplified  = "国会个这们来时说对学过发为开关门问间长东车马书见话请让认识语谈论调谁记设讲许该张总经结统级组给红约线织续维绿网现动务办员贸费资货质购赛选还进远连运达边钱银铁错镇队际陈阳阴随险难电顾题风飞饭馆养体业产亲众优传伤伟两严丰临举义乐习乡买乱争亚无旧术机权条极构枪桥样档检欢气汉决况冲净减几华单卖卫厂历压厅县参双变号叶听启响团园围图块场坏声处备复够头夺奖妇孙宁宝实审宪宫宽宾导将尔层属岁岛币师带帮广庆应库庙废归录彻径忆态怀战户扩报担拥择损换据击数断显晋晓杀杂"
	traditional = "國會個這們來時說對學過發為開關門問間長東車馬書見話請讓認識語談論調誰記設講許該張總經結統級組給紅約線織續維綠網現動務辦員貿費資貨質購賽選還進遠連運達邊錢銀鐵錯鎮隊際陳陽陰隨險難電顧題風飛飯館養體業產親眾優傳傷偉兩嚴豐臨舉義樂習鄉買亂爭亞無舊術機權條極構槍橋樣檔檢歡氣漢決況衝淨減幾華單賣衛廠歷壓廳縣參雙變號葉聽啟響團園圍圖塊場壞聲處備復夠頭奪獎婦孫寧寶實審憲宮寬賓導將爾層屬歲島幣師帶幫廣慶應庫廟廢歸錄徹徑憶態懷戰戶擴報擔擁擇損換據擊數斷顯晉曉殺雜"
)

// bengali and ethiopic scripts serve two languages of the press each.
var (
	bengali = []tongue{
		{"bn", "র", "এবং করে এই থেকে ও হয় না তার জন্য করা তিনি হয়েছে কিন্তু একটি করেন সঙ্গে বলেন"},
		{"as", "ৰৱ", "আৰু এই কৰা হয় পৰা বাবে তেওঁ কৰিছে"},
	}
	ethiopic = []tongue{
		{"am", "", "ነው እና ላይ ውስጥ ግን ወደ ጋር ነበር እንደ መሆኑን ያለው በኋላ ሲሆን"},
		{"ti", "", "እዩ ኣብ ናይ ካብ ምስ ናብ እቲ እዚ ድማ እንተኾነ ነቲ ዝኾነ"},
	}
)
