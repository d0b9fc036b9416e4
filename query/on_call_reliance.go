package query

var onCallReliance = define(Meta{
	ID: "on-call-reliance", Title: "Reliance on people off call", Question: "Do incidents rely on people who are not on call?",
	Definition: "Each responder of each incident, by the period of its start and the responder's team then: on_call for one of the incident's services or its owning team at their first contribution, " +
		"elsewhere on another schedule, off_call, or unknown where no loaded shift of the incident's schedules covers that time. off_call_share is off_call over the three known ones, with its Wilson interval.",
	Unit: Count, By: []string{"quarter", "month"}, Loads: []string{"incidents", "oncall", "pagerduty", "roster"},
}, viewOnCallReliance)

type relianceRow struct {
	Period       string   `ch:"period" col:"period"`
	Team         string   `ch:"team" col:"team"`
	OnCall       uint64   `ch:"on_call" col:"on_call" unit:"responses"`
	Elsewhere    uint64   `ch:"elsewhere" col:"elsewhere" unit:"responses"`
	OffCall      uint64   `ch:"off_call" col:"off_call" unit:"responses"`
	Unknown      uint64   `ch:"unknown" col:"unknown" unit:"responses"`
	OffCallShare *float64 `col:"off_call_share" unit:"share of responses of known status"`
	CILow        *float64 `col:"ci_low" unit:"share of responses of known status"`
	CIHigh       *float64 `col:"ci_high" unit:"share of responses of known status"`
	People       uint64   `ch:"people" people:"n"`
}

func viewOnCallReliance(_ *DB, _ Filter, rows []relianceRow) ([]relianceRow, []string, error) {
	few := 0
	var known, unknown uint64
	for i := range rows {
		r := &rows[i]
		n := r.OnCall + r.Elsewhere + r.OffCall
		if r.OffCallShare, r.CILow, r.CIHigh = share(r.OffCall, n); r.OffCallShare == nil {
			few++
		}
		known, unknown = known+n, unknown+r.Unknown
	}
	var warnings []string
	if unknown > 0 {
		warnings = append(warnings, unknownStatus(unknown, known+unknown))
	}
	return rows, tooFew(warnings, few, "off_call_share", "responses of known status"), nil
}
