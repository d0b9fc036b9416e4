package ingest

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
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

// FuzzJSONDecode compares decoding with encoding/json: both take it, or neither does, and what is filled is the same.
func FuzzJSONDecode(f *testing.F) {
	for _, text := range []string{`{"text":"a\u00e9\ud83d\ude00\ud800","number":-3,"small":256,"part":1.5e3,"yes":true}`, `{"TEXT":"x","Inner":{"list":["a",null,"b"]},"map":{"k":{"yes":false}}}`,
		`{"inner":{"list":null,"next":{"next":{}}},"list":[],"map":{},"number":1.0}`, `{"text":{"deep":[1,{"a":"}"}]},"yes":1}`, `{"text":null,"number":null,"map":null,"list":[1]}`,
		`null`, `[]`, `"x"`, `{"number":9223372036854775808}`, `{"te` + "\u017f" + `t":"long s is an s"}`, `{"raw":{"a" : [1 ,2]},"list":["` + "\xff" + `"]}`} {
		f.Add([]byte(text))
	}
	for _, s := range Sources {
		for _, path := range fixtures(s) {
			if b, err := os.ReadFile(path); err == nil {
				f.Add(b)
			}
		}
	}
	type inner struct {
		List []string `json:"list"`
		Next *inner   `json:"next"`
		Yes  bool     `json:"yes"`
	}
	type record struct {
		Text   string            `json:"text"`
		Test   string            `json:"test"`
		Number int               `json:"number"`
		Small  uint8             `json:"small"`
		Part   float64           `json:"part"`
		Yes    bool              `json:"yes"`
		Inner  inner             `json:"inner"`
		Next   *inner            `json:"next"`
		List   []string          `json:"list"`
		Map    map[string]inner  `json:"map"`
		Raw    jsonv1.RawMessage `json:"raw"`
	}
	var d jsonDecoder
	f.Fuzz(func(t *testing.T, b []byte) {
		if valid := json.Valid(b); d.valid(b) != valid || !valid {
			if d.valid(b) != valid {
				t.Errorf("valid = %v", !valid)
			}
			return
		}
		if !jsontext.Value(b).IsValid(jsontext.AllowInvalidUTF8(true)) {
			return // a name twice: encoding/json fills one list's elements over the other's
		}
		var got, want record
		err, wantErr := d.decode(b, &got), json.Unmarshal(b, &want)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("error %v, want %v", err, wantErr)
		}
		if err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}
