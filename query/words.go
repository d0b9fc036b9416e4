package query

import "fmt"

// minDenominator is the least number of incidents, pairs, attendances or rows that a share is told for; shares of time have none.
const minDenominator = 10

// counted writes "1 incident", "3 incidents".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// tooFew adds the warning for shares that are null because fewer than minDenominator of something stand behind them.
func tooFew(warnings []string, n int, column, of string) []string {
	if n == 0 {
		return warnings
	}
	return append(warnings, fmt.Sprintf("%s is null in %s with fewer than %d %s: too few to say", column, counted(n, "row"), minDenominator, of))
}
