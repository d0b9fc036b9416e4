package ingest

import (
	"encoding/json"
	"testing"
)

// TestJSONMembers compares what the decoder takes for JSON, and an object's members, with encoding/json.
func TestJSONMembers(t *testing.T) {
	var d jsonDecoder
	for _, text := range []string{`{}`, ` {"a" : {"b": [1, {"c": null}]}, "d": "x\\"y"} `, `{"a\u0062": -1.5e3, "": true}`, `{"a":1,"a":2}`, `{"a":1,}`, `{"a":}`, `{"a":1`, `{"a":1} x`, `[1]`, `null`, `"a`, `01`, `{"a":tru}`, ``, ` `} {
		if got, want := d.valid([]byte(text)), json.Valid([]byte(text)); got != want {
			t.Errorf("valid(%s) = %v", text, got)
		}
		if !json.Valid([]byte(text)) {
			continue // members are asked of valid values only
		}
		want := map[string]json.RawMessage{}
		object := json.Unmarshal([]byte(text), &want) == nil && want != nil
		got := map[string]string{}
		if is := d.members([]byte(text), func(key []byte, i int) int {
			end := d.s.skip(i, 1)
			got[string(key)] = text[i:end]
			return end
		}); is != object {
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
