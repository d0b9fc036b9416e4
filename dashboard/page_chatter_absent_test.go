package dashboard

import "testing"

// TestStretches joins hours that follow each other on one day and of one function; a stretch has at least the dates of its best hour.
func TestStretches(t *testing.T) {
	runs := stretches([]absence{{5, 22, "support", 204, 10}, {5, 23, "support", 201, 5}, {6, 0, "support", 9, 1}, {6, 6, "sales", 3, 2}, {6, 7, "support", 4, 2}, {7, 12, "sales", 5, 1}})
	want := []string{
		"Only support is active late on Friday (22:00–24:00, at least 204 dates)",
		"Only support is active early on Saturday (00:00–01:00, 9 dates)", // midnight parts the days
		"Only sales is active early on Saturday (06:00–07:00, 3 dates)",
		"Only support is active early on Saturday (07:00–08:00, 4 dates)", // another function
		"Only sales is active on Sunday (12:00–13:00, 5 dates)",
	}
	if len(runs) != len(want) {
		t.Fatalf("%d stretches, want %d", len(runs), len(want))
	}
	for i, s := range runs {
		if s.words() != want[i] {
			t.Errorf("%q, want %q", s.words(), want[i])
		}
	}
	if runs[0].Count != 15 {
		t.Errorf("the first stretch has %d actions, want 10 + 5", runs[0].Count)
	}
}
