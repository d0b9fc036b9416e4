package query

import (
	"strings"
	"testing"
	"time"
)

// quarterSaying is a quarter whose metrics said these rows.
func quarterSaying(key string, columns []string, rows ...[]any) *Quarter {
	q := &Quarter{Name: "2026Q3", Before: "2026Q2", From: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), Errs: map[string]error{}, answers: map[string]Result{}}
	q.say(key, columns, rows...)
	return q
}

func (q *Quarter) say(key string, columns []string, rows ...[]any) {
	r := Result{Rows: rows}
	for _, c := range columns {
		r.Columns = append(r.Columns, Column{Name: c})
	}
	q.answers[key] = r
}

// TestNothingLoaded: without data nothing is found, and every rule says what it lacks.
func TestNothingLoaded(t *testing.T) {
	q := &Quarter{Name: "2026Q3", Before: "2026Q2", Errs: map[string]error{}, answers: map[string]Result{}}
	q.look()
	if len(q.Looks) != 0 || len(q.Missing) != len(lookRules) {
		t.Errorf("found %+v, missing %q", q.Looks, q.Missing)
	}
	for _, f := range q.figures() {
		if f.Lack == "" || f.Now.Value != nil || f.Change != TooFew {
			t.Errorf("%s: %+v", f.ID, f)
		}
	}
}

// TestBusiest: 17% of 208 and 33% of 224 have intervals apart; 24% of 50 and 26% of 47 overlap; 20 incidents are too few.
func TestBusiest(t *testing.T) {
	columns := []string{"busiest_share", "busiest_low", "busiest_high", "incidents_with_responder"}
	for _, c := range []struct {
		now, then  []any
		says, lack string
	}{
		{[]any{.17, .12, .23, 208}, []any{.33, .27, .39, 224}, "Less rests on one person", ""},
		{[]any{.33, .27, .39, 224}, []any{.17, .12, .23, 208}, "More rests on one person", ""},
		{[]any{.24, .14, .37, 50}, []any{.26, .15, .40, 47}, "", ""},
		{[]any{.9, .7, .97, 20}, []any{.2, .1, .4, 40}, "", "too few to say"},
	} {
		q := quarterSaying("year-now", columns, c.now)
		q.say("year-then", columns, c.then)
		found, lack := q.lookBusiest()
		said := ""
		if len(found) > 0 {
			said = found[0].Sentence
		}
		if !strings.HasPrefix(said, c.says) || said == "" != (c.says == "") || !strings.HasPrefix(lack, c.lack) || lack == "" != (c.lack == "") {
			t.Errorf("%v after %v: %q, lack %q", c.now, c.then, said, lack)
		}
	}
}

// TestEvents: only supported categories are told, with the interval.
func TestEvents(t *testing.T) {
	columns := []string{"category", "verdict", "ratio", "ci_low", "ci_high", "observed", "expected", "occurrences", "q", "start", "length"}
	q := quarterSaying("org-events", columns, []any{"launch", "not_detected", 1.3, .8, 2.0, 150, 117.0, 10, .4, -1, 3}, []any{"promotion_cycle", "supported", 2.17, 1.45, 3.19, 234, 129.2, 11, .0005, 2, 3})
	found, lack := q.lookEvents()
	if len(found) != 1 || lack != "" || found[0].Sentence != "In weeks 2 to 4 after a promotion cycle incidents come 2.2 times as often as in the other weeks around it" || !strings.Contains(found[0].Evidence, "1.4 to 3.2 times") {
		t.Errorf("%+v, lack %q", found, lack)
	}
	// What is known of merges stands beside it; half of the increase through them makes no chain while another of its links is missing.
	q.say("chain", []string{"category", "step", "holds", "window", "ratio", "share_volume", "verdict"}, []any{"promotion_cycle", "event_merges", true, "-1..+1 weeks", 1.76, nil, "not_consistent"},
		[]any{"promotion_cycle", "volume", false, "+2..+4 weeks", 1.46, .49, "not_consistent"})
	found, _ = q.lookEvents()
	if !strings.HasSuffix(found[0].Sentence, ", and changes are merged 1.8 times as often from week 1 before to week 1 after it") ||
		!strings.HasSuffix(found[0].Evidence, "; 49% of the increase goes along with the number of merges, which is not enough to say that they are what lies in between") {
		t.Errorf("%+v", found[0])
	}
}

// TestAbsence joins Friday 22 and 23; Saturday is another stretch.
func TestAbsence(t *testing.T) {
	q := quarterSaying("absent", []string{"weekday", "hour", "only_function", "hours", "count"}, []any{5, 22, "support", 13, 77}, []any{5, 23, "support", 13, 75}, []any{6, 0, "support", 3, 3})
	found, _ := q.lookAbsence()
	if len(found) != 1 || found[0].Sentence != "Support is the only function active on Fridays from 22:00 to 24:00" || len(found[0].Marks) != 2 {
		t.Errorf("%+v", found)
	}
}

// TestAbsenceTwice: two stretches of about as many dates are one sentence.
func TestAbsenceTwice(t *testing.T) {
	q := quarterSaying("absent", []string{"weekday", "hour", "only_function", "hours", "count"}, []any{5, 22, "support", 13, 77}, []any{6, 6, "management", 12, 40})
	found, _ := q.lookAbsence()
	if len(found) != 1 || found[0].Sentence != "Support is the only function active on Fridays from 22:00 to 23:00, management is the only function active on Saturdays from 06:00 to 07:00" {
		t.Errorf("%+v", found)
	}
}

// TestMuchOnOne: 44% of 200 is surely over a quarter, 30% of 50 (19% to 44%) is not.
func TestMuchOnOne(t *testing.T) {
	columns := []string{"busiest_share", "busiest_low", "busiest_high", "incidents_with_responder"}
	for _, c := range []struct {
		now  []any
		says bool
	}{{[]any{.44, .37, .51, 200}, true}, {[]any{.30, .19, .44, 50}, false}} {
		q := quarterSaying("year-now", columns, c.now)
		q.say("year-then", columns, []any{.44, .36, .52, 180})
		if found, lack := q.lookBusiest(); (len(found) == 1 && found[0].Sentence == "Much rests on one person: the busiest responder was in 44% of the incidents of the last 12 months") != c.says || lack != "" {
			t.Errorf("%v: %+v, lack %q", c.now, found, lack)
		}
	}
}

// TestPeopleLooks: first meetings, the largest crowd, departures.
func TestPeopleLooks(t *testing.T) {
	signals := []string{"incident", "signal", "bits", "score", "scores", "earlier", "earlier_of", "evidence_plain", "teams"}
	q := quarterSaying("signals", signals, []any{"INC-2", "new_teams", 5.4, 5.4, true, 4, 210, "", []string{"Media and Storage"}}, []any{"INC-2", "lurkers", 3.0, 5.4, true, 20, 210, "12 lurkers beside 2 responders", nil},
		[]any{"INC-1", "lurkers", 3.0, 3.0, true, 20, 210, "9 lurkers beside 1 responder", nil})
	q.say("incidents", []string{"incident", "lurkers", "responders"}, []any{"INC-2", 12, 2}, []any{"INC-1", 9, 1})
	if found, _ := q.lookMeeting(); len(found) != 1 || found[0].Sentence != "Teams that had never worked an incident together met in 1 incident: Media and Storage (INC-2)" || found[0].Incident != "INC-2" {
		t.Errorf("%+v", found)
	}
	if found, _ := q.lookCrowd(); len(found) != 1 || found[0].Sentence != "12 people watched INC-2 while 2 worked on it" {
		t.Errorf("%+v", found)
	}
	q.say("departures", []string{"name", "last_day", "incidents", "of", "engaged_hours", "left_uncovered"}, []any{"Ada", "2026-08-31", 9, 10, 3.75, []string{"mailer"}}, []any{"Bo", "2026-09-30", 3, 10, 1.0, []string{}})
	if found, _ := q.lookDepartures(); len(found) != 1 || found[0].Sentence != "2 people who respond to incidents left in 12 months; nobody who had handled two of its incidents remained for mailer" ||
		found[0].Evidence != "5 engaged hours in the 12 months before they left: Ada (2026-08-31, in 9 of 10 incidents) and Bo (2026-09-30, in 3 of 10 incidents)" {
		t.Errorf("%+v", found)
	}
}

// TestReviewsLook: 80 of 400 (16% to 24%) and 180 of 400 (40% to 50%) are apart; seven quarters are too few.
func TestReviewsLook(t *testing.T) {
	rows := [][]any{}
	for i, name := range []string{"2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3"} {
		rows = append(rows, []any{name, []any{.2, .45}[i/4], 100})
	}
	columns := []string{"period", "voluntary_share", "attendances"}
	q := quarterSaying("reviews", columns, rows...)
	found, _ := q.lookReviews()
	if len(found) != 1 || found[0].Sentence != "Reviews draw people who need not come: 45% of attendances were voluntary in 2025Q4 to 2026Q3, 20% in 2024Q4 to 2025Q3" {
		t.Errorf("%+v", found)
	}
	q.say("reviews", columns, rows[1:]...)
	if found, lack := q.lookReviews(); len(found) != 0 || lack != "too few to say: reviews of 7 quarters" {
		t.Errorf("%+v, lack %q", found, lack)
	}
}

// TestFirstOfEachGroup: islands follow busiest among the rest, for both are of dependency.
func TestFirstOfEachGroup(t *testing.T) {
	columns := []string{"busiest_share", "busiest_low", "busiest_high", "incidents_with_responder"}
	q := quarterSaying("year-now", columns, []any{.17, .12, .23, 208})
	q.say("year-then", columns, []any{.33, .27, .39, 224})
	q.say("services", []string{"name", "island"}, []any{"vault", true}, []any{"ledger", false})
	q.look()
	if q.First != 1 || len(q.Looks) != 2 || q.Looks[1].Sentence != "The service vault rests on one person: nobody else still here handled two of its incidents in 12 months" {
		t.Errorf("first %d of %+v", q.First, q.Looks)
	}
}

// TestChange: both n from 30 on, and intervals apart.
func TestChange(t *testing.T) {
	e := func(v, low, high float64, n int) Estimate { return Estimate{Value: &v, Low: &low, High: &high, N: n} }
	bare := Estimate{Value: number(4), N: 90}
	for _, c := range []struct {
		now, then Estimate
		want      Change
	}{
		{e(.5, .4, .6, 100), e(.2, .1, .3, 100), Up}, {e(.2, .1, .3, 100), e(.5, .4, .6, 100), Down}, {e(.3, .2, .4, 100), e(.35, .25, .45, 100), NoChange},
		{e(.9, .8, 1, 29), e(.2, .1, .3, 100), TooFew}, {e(.5, .4, .6, 100), Estimate{}, TooFew}, {bare, bare, Incomplete},
	} {
		if got := changeOf(c.now, c.then); got != c.want {
			t.Errorf("%+v after %+v: %s, want %s", c.now, c.then, got, c.want)
		}
	}
}
