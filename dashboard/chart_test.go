package dashboard

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/orgheat/orgheat/query"
)

func TestScale(t *testing.T) {
	for _, c := range []struct {
		most int
		want string
	}{
		{1, "none 1"}, {2, "none 1 2"}, {5, "none 1 2 3 4 5"},
		// 700 (i/7)²: 14.3, 57.1, 128.6, 228.6, 357.1, 514.3, each to two digits
		{700, "none 1–14 15–57 58–130 131–230 231–360 361–510 511–700"},
	} {
		var words []string
		for _, l := range newScale(c.most, square).legend() {
			words = append(words, l.Text)
		}
		if got := strings.Join(words, " "); got != c.want {
			t.Errorf("up to %d: %s, want %s", c.most, got, c.want)
		}
	}
	// Every count up to the most is in exactly one class, and the classes have rising colours.
	for most := 1; most < 3000; most += 7 {
		s := newScale(most, gentle)
		if len(s.ends) == 0 || len(s.ends) > classes || s.ends[len(s.ends)-1] != most {
			t.Fatalf("up to %d: ends %v", most, s.ends)
		}
		for i := 1; i < len(s.ends); i++ {
			if s.ends[i] <= s.ends[i-1] || s.step(i) <= s.step(i-1) {
				t.Fatalf("up to %d: ends %v", most, s.ends)
			}
		}
	}
}

// TestRampIsEven holds the sequential colours of both themes to even steps of lightness (CIE L*), within 3.
func TestRampIsEven(t *testing.T) {
	css, err := os.ReadFile("static/app.css")
	must(t, err)
	found := regexp.MustCompile(`--ramp-(\d): #([0-9a-f]{6})`).FindAllStringSubmatch(string(css), -1)
	if len(found) != 3*classes { // light, dark by system, dark by choice
		t.Fatalf("%d colours", len(found))
	}
	for theme := range 3 {
		var l []float64
		for _, f := range found[theme*classes : (theme+1)*classes] {
			l = append(l, lightness(t, f[2]))
		}
		mean := (l[classes-1] - l[0]) / (classes - 1)
		for i := 1; i < classes; i++ {
			if math.Abs(l[i]-l[i-1]-mean) > 3 {
				t.Errorf("theme %d: lightness %.1f, step %d is %.1f and the mean %.1f", theme, l, i, l[i]-l[i-1], mean)
			}
		}
	}
}

// lightness is CIE L* of an sRGB colour.
func lightness(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex, 16, 32)
	must(t, err)
	linear := func(shift int) float64 {
		c := float64(n>>shift&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	y := 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
	return 116*math.Cbrt(y) - 16
}

func TestNumbers(t *testing.T) {
	for n, want := range map[float64]string{0: "0", 7: "7", 1234: "1,234", 1234567: "1,234,567", -4321: "-4,321", 12.34: "12.3", 0.126: "0.13", 99999.96: "100,000"} {
		if got := decimal(n); got != want {
			t.Errorf("decimal(%v) = %s, want %s", n, got, want)
		}
	}
	for n, want := range map[float64]string{0: "0%", 0.001: "<1%", 0.5: "50%", 0.999: ">99%", 1: "100%"} {
		if got := query.Percent(n); got != want {
			t.Errorf("Percent(%v) = %s, want %s", n, got, want)
		}
	}
	for m, want := range map[float64]string{0.4: "0 min", 59: "59 min", 61: "1 h 01 min", 3000: "2.1 days"} {
		if got := duration(m); got != want {
			t.Errorf("duration(%v) = %s, want %s", m, got, want)
		}
	}
}
