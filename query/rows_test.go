package query

import (
	"slices"
	"testing"
)

// What formatRow('RowBinary', ...) writes of the texts ab and an empty one, and of two Int32: a length, then each value; a text with its own length before it.
func TestPackedLists(t *testing.T) {
	var words texts
	if err := words.Scan("\x02\x02ab\x00"); err != nil || !slices.Equal(words, []string{"ab", ""}) {
		t.Errorf("texts %q, %v", words, err)
	}
	if err := words.Scan("\x00"); err != nil || len(words) != 0 {
		t.Errorf("no texts: %q, %v", words, err)
	}
	long := make([]byte, 300) // 300 is written in two bytes, seven bits each, the lowest first: 300 = 2*128 + 44
	for i := range long {
		long[i] = 'x'
	}
	if err := words.Scan("\x01\xac\x02" + string(long)); err != nil || len(words) != 1 || words[0] != string(long) {
		t.Errorf("a long text: %q, %v", words, err)
	}
	for _, cut := range []string{"", "\x02", "\x02\x02ab", "\x01\x03ab", "\xff"} {
		if err := words.Scan(cut); err == nil {
			t.Errorf("texts from %q", cut)
		}
	}
	var n numbers[int32]
	if err := n.UnmarshalBinary([]byte("\x02\x01\x00\x00\x00\xfe\xff\xff\xff")); err != nil || !slices.Equal(n, []int32{1, -2}) {
		t.Errorf("numbers %v, %v", n, err)
	}
	if err := n.UnmarshalBinary([]byte("\x00")); err != nil || len(n) != 0 {
		t.Errorf("no numbers: %v, %v", n, err)
	}
	for _, cut := range []string{"", "\x01", "\x01\x01\x00\x00", "\x01\x01\x00\x00\x00\x00", "\xff"} {
		if err := n.UnmarshalBinary([]byte(cut)); err == nil {
			t.Errorf("numbers from %q", cut)
		}
	}
}

// One person, minutes 0-30 in an incident of month 100, 20-50 in one of month 105, 40-60 in one of month 106. The six months to 105 hold the first
// two: 50 min, no minute twice; those to 106 the last two: 40 min.
func TestHeldMinutes(t *testing.T) {
	const minute = 60_000
	p := engagedStretches{Since: []int64{20 * minute, 0, 40 * minute}, Until: []int64{50 * minute, 30 * minute, 60 * minute}, Months: []int32{105, 100, 106}}
	held := heldMinutes([]engagedStretches{p, {Since: []int64{5}, Until: []int64{5}, Months: []int32{112}}}, 105, 112)
	want := [][]float64{{50}, {40}, {40}, {40}, {40}, {40}, {20}, {0}} // months 107 to 110 still hold 105; 111 only 106; 112 only somebody engaged for no time
	for i := range want {
		if !slices.Equal(held[i], want[i]) {
			t.Errorf("the six months to %d: %v, want %v", 105+i, held[i], want[i])
		}
	}
}
