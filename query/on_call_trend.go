package query

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

var onCallTrend = defineAsking[periodDuties, onCallTrendRow](Meta{
	ID: "on-call-trend", Title: "On call over time", Question: "Is on-call getting harder?",
	Definition: "By period: off_call, responses of people on no schedule over those of known status; first_time, two_hats and tired, incidents with somebody paged or responding who was in their first shift ever, on call for " +
		"schedules of two or more services, or paged or at work for something else in their sleep band in the 8 h before, over the incidents where that can be known; new_owner, incidents on a service that changed hands " +
		"in the 90 days before, over those with an owner; sleep_pages, pages in the sleep band of the person paged, over all pages. Shares carry Wilson intervals, which take incidents and pages as independent: " +
		"pages come in bursts, so theirs are too narrow.",
	Unit: Share, By: []string{"quarter", "month"}, Loads: []string{"incidents", "oncall", "pagerduty", "opsgenie", "ownership"},
}, viewOnCallTrend)

// periodDuties are the numbers of responses and of incidents of a period.
type periodDuties struct {
	Period     int32  `ch:"period"` // see periodNumbered
	People     uint64 `ch:"people"`
	OffCall    uint64 `ch:"off_call"`
	Known      uint64 `ch:"known"` // responses of known status
	Incidents  uint64 `ch:"incidents"`
	FirstTime  uint64 `ch:"first_time"`
	FirstKnown uint64 `ch:"first_known"` // incidents with somebody whose first shift is known
	TwoHats    uint64 `ch:"two_hats"`
	Tired      uint64 `ch:"tired"`
	NewOwner   uint64 `ch:"new_owner"`
	Owned      uint64 `ch:"owned"`
}

// periodPaged is the pages of a period, and how many people they went to.
type periodPaged struct {
	Period int32  `ch:"period"`
	People uint64 `ch:"people"`
	Sleep  uint64 `ch:"sleep"`
	Pages  uint64 `ch:"pages"`
}

type onCallTrendRow struct {
	Period string   `col:"period"`
	What   string   `col:"what"`
	Count  uint64   `col:"count" unit:"responses, incidents or pages"`
	Of     uint64   `col:"of" unit:"responses, incidents or pages"`
	Share  *float64 `col:"share" unit:"share"`
	CILow  *float64 `col:"ci_low" unit:"share"`
	CIHigh *float64 `col:"ci_high" unit:"share"`
	People uint64   `people:"n"`
}

func viewOnCallTrend(ctx context.Context, db *DB, f Filter, ask func() ([]periodDuties, error)) (table, error) {
	name := "on-call-trend.pages"
	if f.linked() {
		name = "on-call-trend.pages.linked"
	}
	duties, paged, err := beside[periodPaged](ctx, db, name, ask)
	if err != nil {
		return table{}, err
	}
	loaded, err := db.loaded(ctx)
	if err != nil {
		return table{}, err
	}
	out := make([]onCallTrendRow, 0, 5*len(duties)+len(paged))
	for _, d := range duties {
		period := periodNumbered(d.Period, f.By)
		add := func(what string, count, of uint64) {
			out = append(out, onCallTrendRow{Period: period, What: what, Count: count, Of: of, People: d.People})
		}
		add("off_call", d.OffCall, d.Known)
		add("first_time", d.FirstTime, d.FirstKnown)
		add("two_hats", d.TwoHats, when(loaded.Shifts, d.Incidents))
		add("tired", d.Tired, d.Incidents)
		add("new_owner", d.NewOwner, when(loaded.Ownership, d.Owned))
	}
	for _, p := range paged {
		out = append(out, onCallTrendRow{Period: periodNumbered(p.Period, f.By), What: "sleep_pages", Count: p.Sleep, Of: p.Pages, People: p.People})
	}
	slices.SortFunc(out, func(a, b onCallTrendRow) int {
		return cmp.Or(strings.Compare(a.Period, b.Period), strings.Compare(a.What, b.What))
	})
	few := 0
	for i := range out {
		r := &out[i]
		if r.Share, r.CILow, r.CIHigh = share(r.Count, r.Of); r.Share == nil {
			few++
		}
	}
	return tableOf(out, tooFew(nil, few, "share", "cases that could be known")), nil
}

// when is n where that can be known, else none.
func when(known bool, n uint64) uint64 {
	if known {
		return n
	}
	return 0
}
