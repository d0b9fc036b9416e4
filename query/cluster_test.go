package query

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// allAnswers is every metric's answer, as JSON: in full, of a service, of a person in a range; and by whatever it can be shown by, where it
// reads a table that shards share.
func allAnswers(t *testing.T, db *schema.DB, incident, person string) map[string]string {
	t.Helper()
	out := map[string]string{}
	ask := func(m Metric, name string, change func(*Filter)) {
		f := NewFilter(time.UTC)
		f.Incident, f.Category = incident, "promotion"
		if slices.Contains(m.Requires, "person") {
			f.Persons = []string{person}
		}
		change(&f)
		r, err := m.Run(context.Background(), NewDB(db), f)
		text, jerr := json.Marshal(r)
		if err != nil || jerr != nil {
			t.Errorf("%s %s: %v %v", m.ID, name, err, jerr)
		}
		out[m.ID+" "+name] = string(text)
	}
	for _, m := range Metrics {
		text := statement(m.ID)
		ask(m, "in full", func(*Filter) {})
		ask(m, "of incidents with a team and a person", func(f *Filter) { f.Teams, f.Persons = []string{"core", "edge"}, []string{person} })
		if !regexp.MustCompile(`\b(activity|activity_hourly|activity_hours|incident_activity)\b`).MatchString(text) {
			continue
		}
		ask(m, "of a service", func(f *Filter) { f.Services, f.Severities = []string{"api"}, []string{"sev1", "sev2"} })
		ask(m, "of a person in a range", func(f *Filter) { f.From, f.To, f.Persons = date("2024-03-01"), date("2024-11-10"), []string{person} })
		for _, by := range m.By {
			ask(m, "by "+by, func(f *Filter) { f.By = by })
		}
	}
	return out
}

// A cluster of two and of three shards concludes and answers what one node does, to the digit: after one load of some months, after another
// that brings more months, new versions of rows and new names for people, after one that makes few months stale, and after everything is
// computed anew.
func TestClusterAnswersAsOneNode(t *testing.T) {
	for _, n := range []int{2, 3} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			if testing.Short() && n > 2 {
				t.Skip("two shards will do")
			}
			set, rows := randomOrg(uint64(n))
			_, more := randomOrg(uint64(n) + 100)
			one, many := schematest.OpenWith(t, set), schematest.StartShards(t, n).Open(t, set)
			for i, step := range []struct {
				all  bool
				rows []schema.Row
			}{{false, overMonths(rows)}, {false, append(more[:len(more)/2:len(more)/2], rows[:len(rows)/3]...)}, {false, more[len(more)/2 : len(more)/2+6]}, {true, nil}} {
				for _, db := range []*schema.DB{one, many} {
					schematest.Write(t, db, 1_700_000_000_000+uint64(i)*1000, step.all, step.rows...)
				}
				want, got := schematest.Digests(t, one), schematest.Digests(t, many)
				for table := range want {
					if got[table] != want[table] {
						t.Errorf("step %d: %s differs", i, table)
					}
				}
			}
			var incident, person string
			if err := one.Conn.QueryRow(context.Background(), "SELECT incident, person FROM participation WHERE responder ORDER BY incident, person LIMIT 1").Scan(&incident, &person); err != nil {
				t.Fatal(err)
			}
			want, got := allAnswers(t, one, incident, person), allAnswers(t, many, incident, person)
			for question := range want {
				if got[question] != want[question] {
					t.Errorf("%s\none node: %.600s\n%d shards: %.600s", question, want[question], n, got[question])
				}
			}
		})
	}
}
