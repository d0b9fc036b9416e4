package query

import (
	"fmt"
	"math"

	"github.com/orgheat/orgheat/query/stat"
)

// number is null for what statistics call not computed.
func number(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// share is k/n with its 95% Wilson interval; all null when n is below minDenominator.
func share(k, n uint64) (value, low, high *float64) {
	e := stat.Share(int(k), int(n), minDenominator, .05)
	low, high = ends(e.CI)
	return number(e.Value), low, high
}

// ends are the limits of an interval, null without one.
func ends(ci *stat.Interval) (low, high *float64) {
	if ci == nil {
		return nil, nil
	}
	return number(ci.Lo), number(ci.Hi)
}

// unknownStatus warns of responses whose on-call status nobody can know.
func unknownStatus(unknown, all uint64) string {
	return fmt.Sprintf("the on-call status of %d of %d responses is unknown: no loaded shift of the incident's schedules covers their time", unknown, all)
}
