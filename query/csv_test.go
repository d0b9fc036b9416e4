package query

import (
	"strings"
	"testing"
)

// Texts that a spreadsheet would run are defused; numbers and our own windows of weeks stay as they are.
func TestCSVDefusesFormulas(t *testing.T) {
	r := Result{Columns: []Column{{Name: "x"}}}
	for _, v := range []any{"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "+2..+4 weeks", "-6..-6 weeks", "+1..+3 weeks (declared)", "+1..+3 weeks=A1", -3.5, "plain"} {
		r.Rows = append(r.Rows, []any{v})
	}
	var b strings.Builder
	if err := r.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	want := "x\n'=1+1\n'+cmd|' /C calc'!A0\n'-2+3\n'@SUM(A1)\n'\tx\n+2..+4 weeks\n-6..-6 weeks\n+1..+3 weeks (declared)\n'+1..+3 weeks=A1\n-3.5\nplain\n"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
