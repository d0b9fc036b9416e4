package ingest

import (
	"encoding/json"
	"testing"

	jsonv1 "github.com/go-json-experiment/json/v1"
)

// TestJSONView compares the view with encoding/json.
func TestJSONView(t *testing.T) {
	var v jsonView
	for _, text := range []string{`{}`, ` {"a" : {"b": [1, {"c": null}]}, "d": "x\\"y"} `, `{"a\u0062": -1.5e3, "": true}`, `{"a":1,"a":2}`, `{"a":1,}`, `{"a":}`, `{"a":1`, `{"a":1} x`, `[1]`, `null`, `"a`, `01`, `{"a":tru}`, ``, ` `} {
		if got, want := v.valid([]byte(text)), json.Valid([]byte(text)); got != want {
			t.Errorf("valid(%s) = %v", text, got)
		}
		if !json.Valid([]byte(text)) {
			continue // members are asked of valid values only
		}
		want := map[string]json.RawMessage{}
		object := json.Unmarshal([]byte(text), &want) == nil && want != nil
		got := map[string]string{}
		if is := v.members([]byte(text), func(key string, value jsonv1.RawMessage) { got[key] = string(value) }); is != object {
			t.Errorf("members(%s) = %v", text, is)
		}
		if len(got) != len(want) {
			t.Errorf("members(%s) gives %v", text, got)
		}
		for key, value := range want {
			if got[key] != string(value) {
				t.Errorf("member %q of %s is %s, want %s", key, text, got[key], value)
			}
		}
	}
}
