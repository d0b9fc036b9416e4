package query

import (
	"context"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema/schematest"
)

// Every metric answers with no range, with one end and with both.
func TestMetricsAnswerAnyRange(t *testing.T) {
	db := schematest.Open(t)
	schematest.Write(t, db, 1_700_000_000_000, true, halfYear()...)
	for _, m := range Metrics {
		for _, r := range [][2]string{{"", ""}, {"2026-02-01", ""}, {"", "2026-06-01"}, {"2026-02-01", "2026-06-01"}} {
			f := NewFilter(time.UTC)
			f.Incident, f.Persons, f.Category = "INC-3", []string{"ada@x.org"}, "promotion"
			if r[0] != "" {
				f.From = date(r[0])
			}
			if r[1] != "" {
				f.To = date(r[1])
			}
			if _, err := m.Run(context.Background(), NewDB(db), f); err != nil {
				t.Errorf("%s from %q to %q: %v", m.ID, r[0], r[1], err)
			}
		}
	}
}
