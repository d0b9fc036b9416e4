package query

import "testing"

func TestPeriodNumbered(t *testing.T) {
	for _, c := range []struct {
		n        int32
		by, want string
	}{
		{2024 * 12, "month", "2024-01"}, {2024*12 + 11, "month", "2024-12"}, // year * 12 + month - 1
		{2024 * 4, "quarter", "2024Q1"}, {2024*4 + 3, "quarter", "2024Q4"}, // the same, three to one
	} {
		if got := periodNumbered(c.n, c.by); got != c.want {
			t.Errorf("period %d by %s is %s, not %s", c.n, c.by, got, c.want)
		}
	}
}
