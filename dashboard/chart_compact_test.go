package dashboard

import (
	"encoding/json"
	"math"
	"testing"
)

// TestCompact: members that are null or empty objects go, also where they become empty; places of lists stay; fractions keep five digits, none from ten
// thousand on; whole numbers and words stay as they are, whatever they hold.
func TestCompact(t *testing.T) {
	for _, c := range []struct {
		option map[string]any
		want   string
	}{
		{map[string]any{}, `{}`},
		{map[string]any{"a": nil, "b": map[string]any{"c": map[string]any{"d": nil}}, "e": 1}, `{"e":1}`},
		{map[string]any{"a": 1, "b": nil, "c": false, "d": "", "e": []any{}}, `{"a":1,"c":false,"d":"","e":[]}`},
		{map[string]any{"list": []any{nil, map[string]any{}, []any{nil}, map[string]any{"x": nil, "y": "z"}}}, `{"list":[null,{},[null],{"y":"z"}]}`},
		{map[string]any{"n": []any{0.123456789, -1.5, 12345.678, 1234567, 1e-9, math.MaxInt64, -0.00012345678}}, `{"n":[0.12346,-1.5,12346,1234567,1e-09,9223372036854775807,-0.00012346]}`},
		{map[string]any{`quo"te\`: `{"a":null} \ " , ] </script>`}, `{"quo\"te\\":"{\"a\":null} \\ \" , ] \u003c/script\u003e"}`},
	} {
		got, err := json.Marshal(compact(c.option))
		if err != nil || string(got) != c.want {
			t.Errorf("%v\n  is %s,\nwant %s", c.option, got, c.want)
		}
	}
}
