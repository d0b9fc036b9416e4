package schema

import (
	"strings"
	"testing"
)

func TestHypotheses(t *testing.T) {
	for want, list := range map[string][]Hypothesis{
		"":                       {{"promotion_cycle", 2, 4}, {"launch", -6, -1}, {"freeze", 6, 6}},
		"category is missing":    {{"", 2, 4}},
		"is after to":            {{"a", 4, 2}},
		"out of reach":           {{"a", 3, 7}},
		"-7 to -2 are out":       {{"a", -7, -2}},
		"too long":               {{"a", -3, 3}},
		"number 2: category \"a": {{"a", 1, 2}, {"a", 3, 4}},
	} {
		s := DefaultSettings()
		s.Hypotheses = list
		err := s.Validate()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%v: %v, want %q", list, err, want)
		}
		if s.digest() != DefaultSettings().digest() {
			t.Errorf("%v: a hypothesis makes derived tables stale", list)
		}
	}
}
