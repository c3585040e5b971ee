package near_test

import (
	"fmt"
	"math/rand/v2"
)

// laterForms are hard negatives that were written after the rule of series was settled, and not used to choose it.
func laterForms() map[string][]string {
	rnd := rand.New(rand.NewPCG(5, 5))
	return map[string][]string{
		"bourse, day by day":                     fill(rnd, 14, bourse),
		"farm prices beside yesterday's":         fill(rnd, 14, farmPrices),
		"draws of a lottery":                     fill(rnd, 14, lottery),
		"arrests of a county":                    fill(rnd, 14, arrests),
		"obituaries, mostly the house's":         fill(rnd, 14, longObituary),
		"frame longer than the story":            fill(rnd, 14, longFrame),
		"weather, day by day, in Persian":        fill(rnd, 14, weatherFA),
		"weather, day by day, in Chinese":        fill(rnd, 14, weatherZH),
		"closing prices, day by day, in Chinese": fill(rnd, 14, marketZH),
	}
}

func between(rnd *rand.Rand, from, to int) int { return from + rnd.IntN(to-from) }

func bourse(r *rand.Rand, day int) string {
	dir := func() string { return one(r, "rose", "fell", "gained", "lost", "added", "slipped", "climbed", "shed") }
	return fmt.Sprintf(`HARBOUR - Harbour stocks %s on %s as investors weighed %s. The benchmark Lantern 100 index %s %.2f percent, or %.2f points, to %s%.2f, while the broader Coast index %s %.2f percent, or %.2f points, to %.2f. The dollar fetched %.2f crowns in early trade, against %.2f crowns abroad on the previous day. Among major shares, Mara Motors %s %.2f percent to %d crowns, Quay Group %s %.2f percent to %d crowns, and Finch Telecom %s %.2f percent to %d crowns. Retailer Dale %s %.2f percent. Markets abroad ended %s overnight after %s. Analysts said trading was likely to stay cautious ahead of the central bank meeting.`,
		dir(), one(r, "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), one(r, "earnings", "inflation data", "trade talks", "a weaker crowns", "oil prices"), dir(), r.Float64()*2, r.Float64()*500, "3", r.Float64()*9000, dir(), r.Float64()*2, r.Float64()*40, 2500+r.Float64()*300, 140+r.Float64()*15, 140+r.Float64()*15, dir(), r.Float64()*3, between(r, 2000, 3500), dir(), r.Float64()*3, between(r, 10000, 15000), dir(), r.Float64()*3, between(r, 5000, 9000), dir(), r.Float64()*3, one(r, "higher", "lower", "mixed"), one(r, "strong retail data", "weak jobs figures", "a tech rally", "a late sell-off"))
}

// longFrame has more words around the story than in it.
func longFrame(r *rand.Rand, day int) string {
	return `Our correspondents report from more than forty countries. Every day we choose the stories that matter, check each claim with at least two sources and explain what lies behind the headlines. You can read us free of charge because thousands of readers support us. ` + story(r, 110) + ` Read also: what happened this week in ten charts. Sign up for our newsletter and receive the most important news in your inbox every morning. Subscribe to our channel to be the first to know. If you notice an error, select the text and press the keys together to let the editors know. Reprinting is allowed with a link to the source. The opinion of the authors may differ from that of the editors. Copyright belongs to the publisher, all rights reserved.`
}

func longObituary(r *rand.Rand, day int) string {
	first := one(r, "Anna", "Berta", "Carl", "David", "Emma", "Frank", "Georg", "Hanna")
	return fmt.Sprintf(`%s %s, aged %d, of %s, passed away peacefully on %s surrounded by family. Born in %s in 19%02d, %s worked for many years as a %s and loved %s, %s and %s. %s is survived by %d children and %d grandchildren. `, first, story(r, 1), between(r, 60, 99), story(r, 2), story(r, 1), story(r, 1), r.IntN(60), first, story(r, 2), story(r, 2), story(r, 2), story(r, 3), first, r.IntN(6), r.IntN(12)) +
		`A visitation for family and friends will be held at the funeral home, followed by a service in the chapel. Interment will take place at the municipal cemetery. In lieu of flowers, memorial contributions may be made to the hospice foundation. The family wishes to thank the doctors and nurses for their kindness and care. Online condolences may be shared on our website.`
}

func weatherFA(r *rand.Rand, day int) string {
	return fmt.Sprintf(`سازمان هواشناسی اعلام کرد آسمان تهران امروز %s تا %s همراه با %s پیش بینی می شود. بیشینه دمای پایتخت %d درجه و کمینه آن %d درجه سانتی گراد خواهد بود. سرعت باد به %d کیلومتر بر ساعت می رسد. در استان های شمالی دمای هوا بین %d تا %d درجه و در استان های جنوبی بین %d تا %d درجه است. شاخص کیفیت هوا روی عدد %d قرار دارد که در وضعیت %s است. احتمال بارش صبح %d درصد و عصر %d درصد برآورد شده است. به رانندگان توصیه می شود هنگام عبور از جاده های کوهستانی احتیاط کنند. ساعت طلوع آفتاب %d:%02d و غروب %d:%02d است.`,
		one(r, "صاف", "ابری", "نیمه ابری"), one(r, "کمی ابری", "بارانی", "غبارآلود"), one(r, "وزش باد", "مه رقیق", "رگبار"), between(r, 10, 38), between(r, -4, 9), between(r, 5, 60), between(r, 5, 12), between(r, 13, 25), between(r, 15, 22), between(r, 23, 45), between(r, 30, 180), one(r, "قابل قبول", "ناسالم", "پاک"), between(r, 1, 99), between(r, 1, 99), between(r, 5, 8), between(r, 0, 60), between(r, 16, 20), between(r, 0, 60))
}

func marketZH(r *rand.Rand, day int) string {
	return fmt.Sprintf(`灯塔社%d月%d日电 %d日,沪深股市%s。上证综指收于%.2f点,%s%.2f%%;深证成指收于%.2f点,%s%.2f%%;创业板指收于%.2f点,%s%.2f%%。两市成交总额约%d亿元,较前一交易日%s%d亿元。行业板块方面,%s、%s板块涨幅居前,%s板块跌幅居前。个股方面,上涨%d只,下跌%d只,涨停%d只。北向资金净流入%.2f亿元。人民币对美元汇率中间价报%.4f,较前一交易日%s%d个基点。分析人士认为,市场短期仍将维持震荡格局,投资者应保持谨慎。`,
		between(r, 1, 13), between(r, 1, 30), between(r, 1, 30), one(r, "全线上涨", "涨跌不一", "小幅回落"), 2800+r.Float64()*900, one(r, "涨", "跌"), r.Float64()*2, 9000+r.Float64()*3000, one(r, "涨", "跌"), r.Float64()*2, 1800+r.Float64()*900, one(r, "涨", "跌"), r.Float64()*2, between(r, 6000, 15000), one(r, "增加", "减少"), between(r, 10, 2000), one(r, "半导体", "医药", "煤炭"), one(r, "银行", "汽车"), one(r, "房地产", "白酒", "电力"), between(r, 500, 4000), between(r, 500, 4000), between(r, 10, 150), r.Float64()*100, 6.9+r.Float64()/3, one(r, "上调", "下调"), between(r, 1, 300))
}

func weatherZH(r *rand.Rand, day int) string {
	return fmt.Sprintf(`中央气象台%d月%d日发布天气预报:今天白天,%s地区有%s,%s地区多云。北京最高气温%d摄氏度,最低气温%d摄氏度,%s风%d级。上海最高气温%d摄氏度,最低气温%d摄氏度。广州最高气温%d摄氏度,最低气温%d摄氏度。未来三天,受冷空气影响,北方大部气温将下降%d至%d摄氏度,局地降温可达%d摄氏度以上。气象部门提醒公众注意防寒保暖,出行请关注道路结冰信息,农业生产应做好防冻准备。`, between(r, 1, 13), between(r, 1, 31), one(r, "东北", "华北", "江南"), one(r, "小雨", "大雪", "雷阵雨"), one(r, "西南", "华南", "西北"), between(r, 0, 35), between(r, -10, 20), one(r, "北", "南", "东"), between(r, 1, 7), between(r, 5, 35), between(r, 0, 20), between(r, 10, 35), between(r, 5, 25), between(r, 2, 5), between(r, 6, 10), between(r, 10, 16))
}

// farmPrices has yesterday's prices again.
func farmPrices(_ *rand.Rand, day int) string {
	prices := func(day int) (p [6]float64) {
		rnd := rand.New(rand.NewPCG(3, uint64(day)))
		for i := range p {
			p[i] = 100 + rnd.Float64()*100
		}
		return p
	}
	p, q := prices(day), prices(day-1)
	return fmt.Sprintf(`Prices of farm goods on the Harbour exchange, as given by the chamber of agriculture. Wheat was traded at %.2f crowns a tonne, against %.2f the day before. Barley was traded at %.2f crowns a tonne, against %.2f the day before. Maize stood at %.2f crowns, against %.2f. Rape seed cost %.2f crowns, against %.2f. Milk powder was sold for %.2f, against %.2f the day before, and butter for %.2f, against %.2f. The chamber said that demand from abroad was steady and that stocks in the silos of the port were sufficient for the winter months. Trade ends at four in the afternoon.`, p[0], q[0], p[1], q[1], p[2], q[2], p[3], q[3], p[4], q[4], p[5], q[5])
}

func lottery(r *rand.Rand, day int) string {
	return fmt.Sprintf(`The winning numbers in the draw of the state lottery on %s are %d, %d, %d, %d, %d and %d. The bonus number is %d. Nobody matched all six numbers, so the jackpot rolls over to %d million. %d players matched five numbers and win %d each. Players are asked to check their tickets at any shop of the lottery. The next draw takes place in three days and is broadcast live on television after the evening news. All figures without guarantee.`, one(r, "Wednesday", "Saturday"), between(r, 1, 49), between(r, 1, 49), between(r, 1, 49), between(r, 1, 49), between(r, 1, 49), between(r, 1, 49), between(r, 1, 49), between(r, 2, 50), between(r, 1, 90), between(r, 1000, 9000))
}

func arrests(r *rand.Rand, day int) string {
	return fmt.Sprintf(`Police in %s arrested a %d-year-old man on %s on suspicion of %s. The suspect, named as %s %s, was held after a traffic stop on %s Street. Officers searched the vehicle and found %s. He was taken to the county jail, where he is being held without bail. The sheriff's office asks anyone with information to call the tip line. All suspects are presumed innocent until proven guilty in a court of law. The investigation is continuing, and more charges may be filed, a spokesman said.`, story(r, 1), between(r, 18, 70), one(r, "Monday", "Friday"), one(r, "burglary", "fraud", "assault", "theft"), story(r, 1), story(r, 1), story(r, 1), story(r, 3))
}
