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
	if len(found) != 1 || lack != "" || found[0].Sentence != "Incidents come 2.2 times as often in weeks 2 to 4 after promotion cycle as in other weeks around it" || !strings.Contains(found[0].Evidence, "1.4 to 3.2 times") {
		t.Errorf("%+v, lack %q", found, lack)
	}
}

// TestAbsence joins Friday 22 and 23; Saturday is another stretch.
func TestAbsence(t *testing.T) {
	q := quarterSaying("absent", []string{"weekday", "hour", "only_function", "hours", "count"}, []any{5, 22, "support", 13, 77}, []any{5, 23, "support", 13, 75}, []any{6, 0, "support", 3, 3})
	found, _ := q.lookAbsence()
	if len(found) != 1 || found[0].Sentence != "Fridays from 22:00 to 24:00 support is alone: no other function was active in 2026Q3" || len(found[0].Marks) != 2 {
		t.Errorf("%+v", found)
	}
}

// TestFirstOfEachGroup: islands follow busiest among the rest, for both are of dependency.
func TestFirstOfEachGroup(t *testing.T) {
	columns := []string{"busiest_share", "busiest_low", "busiest_high", "incidents_with_responder"}
	q := quarterSaying("year-now", columns, []any{.17, .12, .23, 208})
	q.say("year-then", columns, []any{.33, .27, .39, 224})
	q.say("services", []string{"name", "island"}, []any{"vault", true}, []any{"ledger", false})
	q.look()
	if q.First != 1 || len(q.Looks) != 2 || q.Looks[1].Sentence != "1 service rests on one person: vault" {
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
