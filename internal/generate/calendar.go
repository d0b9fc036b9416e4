package generate

import (
	"fmt"
	"time"
)

// orgEvent is one occurrence in the organization's calendar.
type orgEvent struct {
	name, category string
	start, end     day // end inclusive
	scope          string
}

type calendar struct {
	promotions []day
	events     []orgEvent // by category, then by day
	freeze     []orgEvent
}

const (
	// Promotion packets are due three times a year. Merges rise around that day and incidents two to four weeks after it: lag k
	// is the week that begins 7k days after the event.
	mergesRR                       = 1.8
	mergesFirstLag, mergesLastLag  = -1, 1
	incidentsRR                    = 2.2
	incidentsFirstLag, incidentsTo = 2, 4
)

func nthWeekday(year int, month time.Month, weekday, nth int) day {
	first := dayOf(time.Date(year, month, 1, 0, 0, 0, 0, time.UTC))
	return first + day((weekday-first.weekday()+7)%7) + day(7*(nth-1))
}

// planCalendar fixes the dates. Promotion cycles come every four months and earnings calls every three, so the two drift
// against each other and a fair analysis can tell which of them matters.
func (o *org) planCalendar() {
	r := newRandom(o.seed, "calendar")
	c := &o.calendar
	add := func(e orgEvent) {
		if e.start >= o.first && e.start < o.end {
			c.events = append(c.events, e)
		}
	}
	from, to := (o.first - 60).time().Year(), o.end.time().Year()
	season := map[time.Month]string{2: "winter", 6: "summer", 10: "autumn"}
	for y := from; y <= to; y++ {
		for _, m := range []time.Month{2, 6, 10} {
			d := nthWeekday(y, m, 2, 2)
			c.promotions = append(c.promotions, d) // one before the history still has its effect inside it
			add(orgEvent{fmt.Sprintf("Promotion packets due, %s %d", season[m], y), "promotion_cycle", d, d, "engineering"})
		}
	}
	for y := from; y <= to; y++ {
		for q, m := range []time.Month{1, 4, 7, 10} {
			d := nthWeekday(y, m, 3, 4)
			add(orgEvent{fmt.Sprintf("Q%d %d earnings call", (q+3)%4+1, y-(3-q)/3), "earnings_call", d, d, "company"})
		}
	}
	for y := from; y <= to; y++ {
		for _, m := range []time.Month{1, 7} {
			d := nthWeekday(y, m, 0, 3)
			add(orgEvent{fmt.Sprintf("Performance reviews %d H%d", y, (int(m)+5)/6), "performance_review", d, d + 11, "company"})
		}
	}
	for y := from; y <= to; y++ {
		d := dayOf(time.Date(y, 12, 19, 0, 0, 0, 0, time.UTC))
		e := orgEvent{fmt.Sprintf("Holiday code freeze %d", y), "code_freeze", d, d + 14, "engineering"}
		c.freeze = append(c.freeze, e)
		add(e)
	}
	products := list("Instant Payouts,Team Workspaces,Smart Routing,Mobile Wallet,Partner Portal,Live Inventory,Usage Billing,Global Search,Express Checkout,Audit Trails,Shared Carts,Open Webhooks")
	n := 0
	for d := o.first + 40; d < o.end; d += day(110 + r.IntN(90)) {
		at := d.monday() + 1
		add(orgEvent{"Launch of " + products[n%len(products)], "launch", at, at, "company"})
		n++
	}
	add(orgEvent{"Incident response training programme", "training", o.cast.training, o.cast.training + 25, "engineering"})
}

// weekLag is the week lag of a day after an event: 0 in the event's own seven days.
func weekLag(d, event day) int {
	n := int(d - event)
	if n < 0 {
		return -((-n + 6) / 7)
	}
	return n / 7
}

// effect is by how much a promotion cycle multiplies a rate on the day.
func (c *calendar) effect(d day, firstLag, lastLag int, rr float64) float64 {
	for _, e := range c.promotions {
		if lag := weekLag(d, e); lag >= firstLag && lag <= lastLag {
			return rr
		}
	}
	return 1
}

// mergeRate multiplies the rate of merges on the day.
func (c *calendar) mergeRate(d day) float64 {
	x := c.effect(d, mergesFirstLag, mergesLastLag, mergesRR)
	for _, f := range c.freeze {
		if f.start <= d && d <= f.end {
			x *= .3
		}
	}
	return x
}
