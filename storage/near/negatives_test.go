package near_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// hardNegatives are groups of texts that look alike and are not: no text of a group is a copy of another. They are forms that
// are filled in anew, and reports of two authors about one event.
func hardNegatives() map[string][]string {
	rnd := rand.New(rand.NewPCG(11, 11))
	return map[string][]string{
		"weather of a city, day by day":   fill(rnd, 12, weather),
		"closing prices, day by day":      fill(rnd, 12, market),
		"results of a league":             fill(rnd, 12, match),
		"obituaries of one house":         fill(rnd, 12, obituary),
		"earthquake bulletins":            fill(rnd, 12, quake),
		"one site's frame around stories": fill(rnd, 12, framed),
		"the same event, two authors":     {bridgeA, bridgeB},
		"the same event, two agencies":    {budgetA, budgetB},
		"the same event, in Persian":      {rainFA, rainFB},
		"the same event, in Chinese":      {trainZA, trainZB},
	}
}

func fill(rnd *rand.Rand, n int, form func(*rand.Rand, int) string) (texts []string) {
	for i := range n {
		texts = append(texts, form(rnd, i))
	}
	return texts
}

func one(rnd *rand.Rand, of ...string) string { return of[rnd.IntN(len(of))] }

func weather(rnd *rand.Rand, day int) string {
	n := func(from, to int) int { return from + rnd.IntN(to-from) }
	return fmt.Sprintf(`The weather service expects highs of %d degrees and lows of %d degrees in the capital on %s, November %d. Winds from the %s will reach %d kilometres an hour, with gusts of up to %d on the coast. The chance of rain is %d per cent in the morning and %d per cent in the evening. Humidity stands at %d per cent, and the air quality index at %d, which the service calls %s for all groups.
In the northern districts temperatures between %d and %d degrees are expected, in the southern ones between %d and %d. Drivers are asked to take care on mountain roads above %d metres. The sun rises at 6:%02d and sets at 17:%02d. The water of the lake stands at %d centimetres, %d less than on the day before.`,
		n(8, 28), n(-3, 8), one(rnd, "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), day+1, one(rnd, "north", "west", "south"), n(5, 40), n(41, 90),
		n(5, 90), n(5, 90), n(20, 95), n(20, 160), one(rnd, "acceptable", "unhealthy", "good"), n(0, 9), n(10, 20), n(5, 12), n(13, 25), n(900, 2500), n(0, 60), n(0, 60), n(100, 900), n(1, 30))
}

func market(rnd *rand.Rand, day int) string {
	f := func(scale float64) float64 { return scale * (0.5 + rnd.Float64()) }
	return fmt.Sprintf(`The main index of the Lantern stock exchange closed at %.2f points on day %d of the month, after %.2f points at the close before, a change of %.2f per cent. Trade worth %.1f million changed hands in %d deals. Shares of Harbour Oil stood at %.2f, those of Coast Steel at %.2f, of Mara Bank at %.2f and of Finch Cement at %.2f. The volume of bonds was %.1f million.
The crown was worth %.4f against the dollar and %.4f against the euro. An ounce of gold cost %.2f, a barrel of oil %.2f, a tonne of copper %.1f. The central bank fixed its overnight rate at %.2f per cent. Of the listed companies %d gained, %d lost and %d stood as they were.`,
		f(9000), day+1, f(9000), f(1), f(300), rnd.IntN(90000), f(80), f(30), f(12), f(55), f(90), f(20), f(22), f(2000), f(75), f(8000), f(5), rnd.IntN(200), rnd.IntN(200), rnd.IntN(50))
}

func match(rnd *rand.Rand, day int) string {
	clubs := []string{"Harbour", "Coast", "Mara", "Finch", "Bay", "Northern", "Dale", "Oster", "Lantern", "Quay"}
	names := []string{"Ferri", "Olsen", "Haddad", "Brandt", "Okoro", "Silva", "Moreau", "Kaya", "Novak", "Lindt", "Arai", "Petrov"}
	a, b := rnd.IntN(5), 5+rnd.IntN(5)
	return fmt.Sprintf(`%s United beat %s Town by %d goals to %d on matchday %d in front of %d people. %s opened the score in minute %d after a corner by %s, and %s made it two in minute %d. The guests came back through %s in minute %d, but %s saw the red card in minute %d. The referee showed %d yellow cards.
%s United now stand on rank %d with %d points from %d matches, %s Town on rank %d with %d points. The next match is on November %d at home. Coach %s praised the defence, coach %s spoke of a lack of luck.`,
		clubs[a], clubs[b], 2+rnd.IntN(4), rnd.IntN(2), day+1, rnd.IntN(50000), one(rnd, names...), rnd.IntN(40), one(rnd, names...), one(rnd, names...), 40+rnd.IntN(20),
		one(rnd, names...), 60+rnd.IntN(15), one(rnd, names...), 75+rnd.IntN(15), rnd.IntN(9), clubs[a], 1+rnd.IntN(18), rnd.IntN(60), 8+rnd.IntN(20), clubs[b], 1+rnd.IntN(18), rnd.IntN(60), 1+rnd.IntN(30), one(rnd, names...), one(rnd, names...))
}

func obituary(rnd *rand.Rand, day int) string {
	return story(rnd, 130) + ` The funeral service will be held at the chapel of the house. In place of flowers the family asks for gifts to the hospice. Friends may sign the book of condolence on our site. Arrangements are in the hands of the house, which has served the families of the valley since it was founded.`
}

func quake(rnd *rand.Rand, day int) string {
	return fmt.Sprintf(`An earthquake of magnitude %.1f shook the %s of the province of %s at %02d:%02d local time on November %d, the seismological centre said. The epicentre lay at a depth of %d kilometres, at %.2f degrees north and %.2f degrees east, %d kilometres from the town of %s. It was felt in %d villages. There are no reports of casualties or of damage so far. Teams of the Red Crescent were sent to the area to look for damage. The centre registered %d aftershocks, the strongest of magnitude %.1f at %02d:%02d.`,
		2+3*rnd.Float64(), one(rnd, "north", "south", "east"), one(rnd, "Kerman", "Fars", "Yazd", "Ilam"), rnd.IntN(24), rnd.IntN(60), day+1, 5+rnd.IntN(20), 25+10*rnd.Float64(), 50+8*rnd.Float64(), 5+rnd.IntN(60),
		one(rnd, "Bam", "Lar", "Taft", "Mehran"), rnd.IntN(40), rnd.IntN(20), 1+3*rnd.Float64(), rnd.IntN(24), rnd.IntN(60))
}

// framed is a story of its own between the sentences that a site puts around all of them.
func framed(rnd *rand.Rand, day int) string {
	return `This article is part of our series on life in the valley, for which reporters travelled through all of its towns for a year. ` + story(rnd, 160) +
		` Our journalism is free for all. If you would like to support it, become a member of the cooperative, which belongs to its readers and its staff and to nobody else.`
}

// story is a text that no other has, of words in their natural frequencies.
func story(rnd *rand.Rand, words int) string {
	common := strings.Fields("the of and to in a that is was for on with as by at from it he she they were had has been said who which when after before")
	var b strings.Builder
	for range words {
		if rnd.IntN(5) < 2 {
			b.WriteString(one(rnd, common...))
		} else {
			fmt.Fprintf(&b, "w%dx", rnd.IntN(4000))
		}
		b.WriteByte(' ')
	}
	return b.String()
}

const (
	bridgeA = `The old railway bridge over the Osk collapsed on Tuesday night during the heaviest storm in a decade. Nobody was hurt, because the last train had passed twenty minutes earlier. Engineers had warned for years that the eastern pier was being washed out by the river. The transport ministry closed the line between Harbour and Dale and promised buses from Wednesday morning. A spokeswoman for the railways said that rebuilding would take at least a year and cost some forty million crowns. Residents woke from a noise like an explosion. The mayor of Dale called the collapse the result of neglect and demanded an inquiry.`
	bridgeB = `Trains between Harbour and Dale will not run for months after a storm brought down a bridge from 1911. The structure fell into the river Osk shortly before midnight on Tuesday, the police said. There were no injuries. According to the operator a freight train had crossed it only a short time before. Experts have long called the foundations unsafe: a report two years ago found scouring at one of the supports. The minister of transport travelled to the site and announced replacement coaches. She put the damage at about forty million crowns. In the town of Dale anger is growing, and the mayor wants to know who is responsible.`
	budgetA = `Parliament passed the budget for next year on Friday with the votes of the governing coalition. It foresees spending of 812 billion crowns, three per cent more than this year, and a deficit of 41 billion. Schools and hospitals get more money, while subsidies for diesel fuel end in July. The finance minister, Ada Brandt, spoke of a budget of balance. The opposition criticised new debts in spite of good revenues. The debate lasted eleven hours, and two members of the coalition abstained. The upper house will deal with the law in December.`
	budgetB = `After eleven hours of debate the lower house approved next year's budget late on Friday. Two members of the ruling parties withheld their votes. Finance minister Ada Brandt plans to spend 812 billion crowns and to borrow 41 billion of that. Speakers of the opposition accused her of living on credit although taxes flow richly. Farmers lose the rebate on diesel in summer. The winners are education and health, whose budgets grow by nearly a tenth. What remains is the vote of the senate, which is expected before Christmas. Brandt called the law a compromise that nobody loves and everybody can live with.`
	rainFA  = `بارش شدید باران در سه استان جنوبی کشور از شب گذشته باعث آبگرفتگی خیابان ها و قطع برق در چند شهر شد. مدیرکل هواشناسی استان گفت میزان بارش در برخی نقاط به هشتاد میلی متر رسیده است و تا فردا ادامه خواهد داشت. نیروهای امدادی به مناطق آسیب دیده اعزام شدند و به ده ها خانواده کمک کردند. مدارس در نوبت صبح تعطیل اعلام شد و از مردم خواسته شد از سفرهای غیرضروری خودداری کنند. به گفته مقامات محلی تاکنون گزارشی از تلفات جانی دریافت نشده است. راه ارتباطی چند روستا بسته شده و عملیات بازگشایی آن ها ادامه دارد.`
	rainFB  = `در پی بارندگی های سیل آسا در جنوب کشور، برق شماری از شهرها قطع و معابر زیر آب رفت. هلال احمر اعلام کرد تیم های امداد از نخستین ساعات بامداد در محل حاضر شده و اسکان اضطراری برای خانوارهای گرفتار فراهم کرده اند. کارشناسان هواشناسی می گویند سامانه بارشی از عصر فردا کشور را ترک می کند. استاندار با تعطیلی مدرسه ها موافقت کرد و درباره طغیان رودخانه ها هشدار داد. تا این لحظه کسی جان خود را از دست نداده اما راه دسترسی به تعدادی از آبادی ها همچنان مسدود است و راهداران سرگرم پاکسازی هستند.`
	trainZA = `一条连接港口与内陆城市的新高速铁路星期一正式通车,全长三百二十公里,设计时速三百五十公里。铁路部门表示,两地之间的旅行时间由原来的四小时缩短到一个半小时。首趟列车上午八点准时发车,车上坐满了前来体验的市民和记者。当地政府希望这条线路能够带动沿线旅游业和制造业的发展,并计划在三年内新建五座车站。工程历时六年,总投资约四百亿元。`
	trainZB = `经过六年建设,内陆与海港之间的高铁终于迎来首批乘客。星期一早晨,许多居民天不亮就赶到车站排队,只为乘坐第一班车。官方数据显示,新线投资达四百亿元,最高运行速度为每小时三百五十公里,单程只需九十分钟,比过去快了一倍多。沿线各县的酒店老板对客流增长充满期待,工厂也准备利用它更快地运送零部件。未来几年还会有更多站点投入使用。`
)
