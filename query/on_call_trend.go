package query

var onCallTrend = define(Meta{
	ID: "on-call-trend", Title: "On call over time", Question: "Is on-call getting harder?",
	Definition: "By period: off_call, responses of people on no schedule over those of known status; first_time, two_hats and tired, incidents with somebody paged or responding who was in their first shift ever, on call for " +
		"schedules of two or more services, or paged or at work for something else in their sleep band in the 8 h before, over the incidents where that can be known; new_owner, incidents on a service that changed hands " +
		"in the 90 days before, over those with an owner; sleep_pages, pages in the sleep band of the person paged, over all pages. Shares carry Wilson intervals, which take incidents and pages as independent: " +
		"pages come in bursts, so theirs are too narrow.",
	Unit: Share, By: []string{"quarter", "month"}, Loads: []string{"incidents", "oncall", "pagerduty", "opsgenie", "ownership"},
}, viewOnCallTrend)

type onCallTrendRow struct {
	Period string   `ch:"period" col:"period"`
	What   string   `ch:"what" col:"what"`
	Count  uint64   `ch:"count" col:"count" unit:"responses, incidents or pages"`
	Of     uint64   `ch:"of" col:"of" unit:"responses, incidents or pages"`
	Share  *float64 `col:"share" unit:"share"`
	CILow  *float64 `col:"ci_low" unit:"share"`
	CIHigh *float64 `col:"ci_high" unit:"share"`
	People uint64   `ch:"people" people:"n"`
}

func viewOnCallTrend(_ *DB, _ Filter, rows []onCallTrendRow) ([]onCallTrendRow, []string, error) {
	few := 0
	for i := range rows {
		r := &rows[i]
		if r.Share, r.CILow, r.CIHigh = share(r.Count, r.Of); r.Share == nil {
			few++
		}
	}
	return rows, tooFew(nil, few, "share", "cases that could be known"), nil
}
