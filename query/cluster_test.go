package query

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// allAnswers is every metric's answer, as JSON, to a few questions.
func allAnswers(t *testing.T, db *schema.DB, incident, person string) map[string]string {
	t.Helper()
	out := map[string]string{}
	ask := func(m Metric, name string, f Filter) {
		f.Incident, f.Category = incident, "promotion"
		if f.Persons == nil && len(m.Requires) > 0 && m.Requires[0] == "person" {
			f.Persons = []string{person}
		}
		r, err := m.Run(context.Background(), NewDB(db), f)
		text, jerr := json.Marshal(r)
		if err != nil || jerr != nil {
			t.Errorf("%s %s: %v %v", m.ID, name, err, jerr)
		}
		out[m.ID+" "+name] = string(text)
	}
	for _, m := range Metrics {
		for _, by := range append([]string{""}, m.By...) {
			f := NewFilter(time.UTC)
			f.By = by
			ask(m, "by "+by, f)
		}
		f := NewFilter(time.UTC)
		f.Services, f.Severities = []string{"api"}, []string{"sev1", "sev2"}
		ask(m, "of a service", f)
		f = NewFilter(time.UTC)
		f.From, f.To, f.Persons = date("2024-03-01"), date("2024-11-10"), []string{person}
		ask(m, "of a person in a range", f)
	}
	return out
}

// A cluster of two and of three shards concludes and answers what one node does, to the digit: after one load, after another that brings
// more months, new versions of rows and new names for people, and after everything is computed anew.
func TestClusterAnswersAsOneNode(t *testing.T) {
	for _, n := range []int{2, 3} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			shards := schematest.StartShards(t, n)
			for seed := uint64(1); seed <= 1; seed++ {
				set, rows := randomOrg(seed)
				_, more := randomOrg(seed + 100)
				one, many := schematest.OpenWith(t, set), shards.Open(t, set)
				for i, step := range []struct {
					all  bool
					rows []schema.Row
				}{{false, rows}, {false, append(more[:len(more)/2:len(more)/2], rows[:len(rows)/3]...)}, {true, nil}} {
					for _, db := range []*schema.DB{one, many} {
						write(t, db, 1_700_000_000_000+uint64(i)*1000, step.all, step.rows...)
					}
					want, got := schematest.Digests(t, one), schematest.Digests(t, many)
					for table := range want {
						if got[table] != want[table] {
							t.Errorf("organization %d, step %d: %s differs", seed, i, table)
						}
					}
				}
				var incident, person string
				if err := one.Conn.QueryRow(context.Background(), "SELECT any(incident), any(person) FROM participation").Scan(&incident, &person); err != nil {
					t.Fatal(err)
				}
				want, got := allAnswers(t, one, incident, person), allAnswers(t, many, incident, person)
				for question := range want {
					if got[question] != want[question] {
						t.Errorf("organization %d: %s\none node: %.600s\n%d shards: %.600s", seed, question, want[question], n, got[question])
					}
				}
			}
		})
	}
}
