package query

var onCallHealth = define(Meta{
	ID: "on-call-health", Title: "On-call health", Question: "Whom does on-call wear out?",
	Definition: "Pages to a person in the range, by the hour band of their own clock at each page (all pages, those of no incident too; several for one alert within 60 s are one), and the numbers of incidents at whose first page or " +
		"contribution they were in their first shift ever, on call for schedules of two or more services, or had been paged or at work for something else in their sleep band in the 8 h before. " +
		"Bands with edges inside an hour are read at whole hours.",
	Unit: Count, Loads: []string{"pagerduty", "opsgenie", "oncall"},
}, viewOnCallHealth)

type onCallPerson struct {
	Person    string  `ch:"person" col:"person" type:"person"`
	Pages     uint64  `ch:"pages" col:"pages" unit:"pages"`
	Business  uint64  `ch:"business" col:"business" unit:"pages"`
	Off       uint64  `ch:"off" col:"off" unit:"pages"`
	Sleep     uint64  `ch:"sleep" col:"sleep" unit:"pages"`
	FirstTime *uint64 `ch:"first_time" col:"first_time" unit:"incidents"`
	TwoHats   *uint64 `ch:"two_hats" col:"two_hats" unit:"incidents"`
	Tired     uint64  `ch:"tired" col:"tired" unit:"incidents"`
	Name      string  `ch:"name" col:"name" type:"name"`
}

func viewOnCallHealth(_ *DB, _ Filter, rows []onCallPerson) ([]onCallPerson, []string, error) {
	if len(rows) > 0 && rows[0].FirstTime == nil {
		return rows, []string{"no on-call shift is loaded: first_time and two_hats are unknown"}, nil
	}
	return rows, nil, nil
}
