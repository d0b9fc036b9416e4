package query

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

var onCallHealth = defineAsking[onCallDuties, onCallPerson](Meta{
	ID: "on-call-health", Title: "On-call health", Question: "Whom does on-call wear out?",
	Definition: "Pages to a person in the range, by the hour band of their own clock at each page (all pages, those of no incident too; several for one alert within 60 s are one), and the numbers of incidents at whose first page or " +
		"contribution they were in their first shift ever, on call for schedules of two or more services, or had been paged or at work for something else in their sleep band in the 8 h before. " +
		"Bands with edges inside an hour are read at whole hours.",
	Unit: Count, Loads: []string{"pagerduty", "opsgenie", "oncall"},
}, viewOnCallHealth)

// onCallDuties is the incidents of somebody's that found them in a state that wears out.
type onCallDuties struct {
	Person    string `ch:"person"`
	FirstTime uint64 `ch:"first_time"`
	TwoHats   uint64 `ch:"two_hats"`
	Tired     uint64 `ch:"tired"`
}

// pagedPerson is somebody's pages, by hour band.
type pagedPerson struct {
	Person   string `ch:"who"`
	Pages    uint64 `ch:"pages"`
	Business uint64 `ch:"business"`
	Sleep    uint64 `ch:"sleep"`
}

type onCallPerson struct {
	Person    string  `col:"person" type:"person"`
	Pages     uint64  `col:"pages" unit:"pages"`
	Business  uint64  `col:"business" unit:"pages"`
	Off       uint64  `col:"off" unit:"pages"`
	Sleep     uint64  `col:"sleep" unit:"pages"`
	FirstTime *uint64 `col:"first_time" unit:"incidents"`
	TwoHats   *uint64 `col:"two_hats" unit:"incidents"`
	Tired     uint64  `col:"tired" unit:"incidents"`
	Name      string  `col:"name" type:"name"`
}

func viewOnCallHealth(ctx context.Context, db *DB, f Filter, ask func() ([]onCallDuties, error)) (table, error) {
	name := "on-call-health.pages"
	if f.linked() {
		name = "on-call-health.pages.linked"
	}
	duties, paged, err := beside[pagedPerson](ctx, db, name, ask)
	if err != nil {
		return table{}, err
	}
	roster, err := db.roster(ctx)
	if err != nil {
		return table{}, err
	}
	loaded, err := db.loaded(ctx)
	if err != nil {
		return table{}, err
	}
	out := onCallPeople(paged, duties)
	for i := range out {
		o := &out[i]
		if o.Name = roster.of(o.Person).name; !loaded.Shifts {
			o.FirstTime, o.TwoHats = nil, nil
		}
	}
	if len(out) > 0 && !loaded.Shifts {
		return tableOf(out, []string{"no on-call shift is loaded: first_time and two_hats are unknown"}), nil
	}
	return tableOf(out, nil), nil
}

// onCallPeople are all who were paged or had such duties, in order.
func onCallPeople(paged []pagedPerson, duties []onCallDuties) []onCallPerson {
	of := make(map[string]onCallDuties, len(duties))
	for _, d := range duties {
		of[d.Person] = d
	}
	out := make([]onCallPerson, 0, len(paged)+len(duties))
	add := func(p pagedPerson, d onCallDuties) {
		out = append(out, onCallPerson{Person: p.Person, Pages: p.Pages, Business: p.Business, Off: p.Pages - p.Business - p.Sleep, Sleep: p.Sleep, FirstTime: &d.FirstTime, TwoHats: &d.TwoHats, Tired: d.Tired})
	}
	for _, p := range paged {
		add(p, of[p.Person])
		delete(of, p.Person)
	}
	for person, d := range of {
		add(pagedPerson{Person: person}, d)
	}
	slices.SortFunc(out, func(a, b onCallPerson) int {
		return cmp.Or(cmp.Compare(b.Sleep, a.Sleep), cmp.Compare(b.Pages, a.Pages), strings.Compare(a.Person, b.Person))
	})
	return out
}
