package schema

import (
	"regexp"
	"unicode"
	"unicode/utf8"
)

// WordsIn are the places [from, to) of the runs of letters, marks and digits in s.
func WordsIn(s string) (out [][2]int) {
	start := -1
	for i, r := range s {
		inside := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == utf8.RuneError
		switch {
		case inside && start < 0:
			start = i
		case !inside && start >= 0:
			out, start = append(out, [2]int{start, i}), -1
		}
	}
	if start >= 0 {
		out = append(out, [2]int{start, len(s)})
	}
	return out
}

// EmailPattern finds e-mail addresses in text.
var EmailPattern = regexp.MustCompile(`[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*`)
