package dashboard

import (
	"fmt"
	"testing"
)

// TestThin: few dots stay as they are; of many, columns keep their share, their least and greatest and their median, and every dot its case.
func TestThin(t *testing.T) {
	make := func(n int) dots {
		d := dots{Columns: []string{"a", "b", "c"}}
		for i := range n {
			column := 0
			if i%4 == 3 { // a quarter in b, none in c
				column = 1
			}
			d.Dots = append(d.Dots, dot{Column: column, Value: float64(i), Case: i})
			d.Cases = append(d.Cases, dotCase{Name: fmt.Sprint(i)})
		}
		return d
	}
	few := make(mostDots)
	if some := few.thin(); some != "" || len(few.Dots) != mostDots {
		t.Errorf("%d dots: %q", len(few.Dots), some)
	}
	d := make(6000) // a: 4500 of 0, 1, 2, 4, ... 5998; b: 1500 of 3, 7, ... 5999
	if some := d.thin(); some != "360 of 6,000 dots are drawn, at even steps of rank" || len(d.Cases) != 360 {
		t.Errorf("%q, %d cases", some, len(d.Cases))
	}
	var values [2][]float64
	for _, p := range d.Dots {
		values[p.Column] = append(values[p.Column], p.Value)
		if d.Cases[p.Case].Name != fmt.Sprint(p.Value) {
			t.Fatalf("%v is %v", p, d.Cases[p.Case])
		}
	}
	a, b := values[0], values[1]
	if len(a) != 270 || a[0] != 0 || a[269] != 5998 || len(b) != 90 || b[0] != 3 || b[89] != 5999 {
		t.Errorf("a: %d from %g to %g, b: %d from %g to %g", len(a), a[0], a[len(a)-1], len(b), b[0], b[len(b)-1])
	}
	if m, ok := boxOf(0, a); !ok || m.P50 < 2990 || m.P50 > 3010 {
		t.Errorf("the median of a was 2999.5 and is %g", m.P50)
	}
}
