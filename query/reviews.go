package query

var reviews = define(Meta{
	ID: "reviews", Title: "Reviews", Question: "Is it working: do people come to reviews, of their own accord, and read them?",
	Definition: "Review meetings by the period in which they were held. Medians (R-7) of attendees and readers; the facilitator counts only where listed. voluntary_share: attendances of people who were not required, " +
		"over all attendances. repeat_face_share: attendances of people who attended another review in the 90 days before.",
	Unit: Count, By: []string{"quarter", "month"}, Loads: []string{"reviews"},
}, viewReviews)

type periodReviews struct {
	Period       string  `ch:"period"`
	Reviews      uint64  `ch:"n"`
	AttendeesP50 float64 `ch:"attendees_p50"`
	ReadersP50   float64 `ch:"readers_p50"`
	Attendances  uint64  `ch:"attendances"`
	Voluntary    uint64  `ch:"voluntary"`
	Repeated     uint64  `ch:"repeated"`
	WithRequired uint64  `ch:"with_required"`
	People       uint64  `ch:"people"`
	OpenActions  uint64  `ch:"open_actions"`
	DoneActions  uint64  `ch:"done_actions"`
}

type reviewRow struct {
	Period          string   `col:"period"`
	Reviews         uint64   `col:"reviews" unit:"meetings"`
	AttendeesP50    float64  `col:"attendees_p50" unit:"people"`
	VoluntaryShare  *float64 `col:"voluntary_share" unit:"share of attendances"`
	ReadersP50      float64  `col:"readers_p50" unit:"people"`
	RepeatFaceShare *float64 `col:"repeat_face_share" unit:"share of attendances"`
	VoluntaryLow    *float64 `col:"voluntary_low" unit:"share of attendances"`
	VoluntaryHigh   *float64 `col:"voluntary_high" unit:"share of attendances"`
	RepeatLow       *float64 `col:"repeat_face_low" unit:"share of attendances"`
	RepeatHigh      *float64 `col:"repeat_face_high" unit:"share of attendances"`
	Attendances     uint64   `col:"attendances" unit:"attendances"`
	Attendees       uint64   `col:"people" unit:"people"`
	OpenActions     uint64   `col:"actions_open" unit:"actions"`
	DoneActions     uint64   `col:"actions_done" unit:"actions"`
	People          uint64   `people:"n"`
}

func viewReviews(_ *DB, _ Filter, rows []periodReviews) ([]reviewRow, []string, error) {
	out := make([]reviewRow, len(rows))
	few, all, required := 0, 0, 0
	for i, r := range rows {
		o := &out[i]
		*o = reviewRow{Period: r.Period, Reviews: r.Reviews, AttendeesP50: r.AttendeesP50, ReadersP50: r.ReadersP50, Attendances: r.Attendances, Attendees: r.People,
			OpenActions: r.OpenActions, DoneActions: r.DoneActions, People: r.People}
		o.VoluntaryShare, o.VoluntaryLow, o.VoluntaryHigh = share(r.Voluntary, r.Attendances)
		o.RepeatFaceShare, o.RepeatLow, o.RepeatHigh = share(r.Repeated, r.Attendances)
		if r.Attendances < minDenominator {
			few++
		}
		all, required = all+int(r.Reviews), required+int(r.WithRequired)
	}
	var warnings []string
	if required < all {
		warnings = append(warnings, counted(all-required, "review")+" names nobody as required: everyone there counts as voluntary")
	}
	return out, tooFew(warnings, few, "voluntary_share, like repeat_face_share,", "attendances"), nil
}
