package ingest

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

func textInput(name, text string) Input {
	return Input{Path: name, FS: oneFile{name: name, open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}}
}

// TestJSONRecords lists the ways tools wrap records; want is list:raw per record, or the error.
func TestJSONRecords(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"array", `[{"id":1},{"id":2}]`, `:{"id":1} :{"id":2}`},
		{"page", `{"more":true,"users":[{"id":1}],"limit":1}`, `users:{"id":1}`},
		{"pages in a row", "{\"users\":[{\"id\":1}]}\n{\"users\":[]}\n{\"users\":[{\"id\":2}]}", `users:{"id":1} users:{"id":2}`},
		{"one-line and longer pages", "{\"users\":[{\"id\":1}]}\n{\"users\":\n[{\"id\":2}\n]}", `users:{"id":1} users:{"id":2}`},
		{"NDJSON cut at its end", "{\"id\":1}\n{\"id\":2,\"na", `:{"id":1} REJECT`},
		{"array of pages", `[{"users":[{"id":1}]},{"users":[{"id":2}]}]`, `users:{"id":1} users:{"id":2}`},
		{"null list", `{"users":null,"more":false}`, ``},
		{"NDJSON", "{\"id\":1}\nnonsense\n{\"id\":2}\n", `:{"id":1} REJECT :{"id":2}`},
		{"object for a list", `{"users":{"id":1,"b":[2]},"took":1}`, `:{"users":{"id":1,"b":[2]},"took":1}`},
		// A record may list what elsewhere is a page.
		{"record with a list", `{"id":1,"users":[{"id":2}]}`, `:{"id":1,"users":[{"id":2}]}`},
		{"record with a list before its id", `{"users":[{"id":2}],"id":1}`, `:{"users":[{"id":2}],"id":1}`},
		{"records with lists in a row", "{\n\"id\":1}\n{\n\"id\":2,\"users\":[{\"id\":3}]}", ":{\n\"id\":1} :{\n\"id\":2,\"users\":[{\"id\":3}]}"},
		{"array of records with a list", `[{"users":[{"id":2}],"id":1}]`, `:{"users":[{"id":2}],"id":1}`},
		{"DevLake", "id,params,data,url,input,created_at\n7,{},\"{\"\"id\"\":1}\",https://x.test/1,null,2024-01-01\n8,{},oops,u,null,\n", `:{"id":1} REJECT`},
		{"DevLake quoted after an empty line", "\n\"id\",\"params\",\"data\",\"url\",\"input\",\"created_at\"\n7,{},\"{\"\"id\"\":1}\",u,null,\n", `:{"id":1}`},
	} {
		var got []string
		for r, err := range jsonRecords(textInput("x.json", c.text), "users") {
			switch err.(type) {
			case nil:
				got = append(got, fmt.Sprintf("%s:%s", r.list, r.raw))
			case *RowError:
				got = append(got, "REJECT")
			default:
				got = append(got, err.Error())
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

// TestJSONValueBound: one value of more than 64 MiB ends the file, wherever it stands; many small ones of that size together do not.
func TestJSONValueBound(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 64 MiB values")
	}
	endless := func(before string) Input {
		return Input{Path: "big.json", FS: oneFile{name: "big.json", open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader(before), io.LimitReader(filler{}, maxLine+1<<20))), nil
		}}}
	}
	for _, before := range []string{`"`, `["`, `{"a":"`, `{"users":[{"a":"`} {
		var last error
		for _, err := range jsonRecords(endless(before), "users") {
			last = err
		}
		if last == nil || !strings.Contains(last.Error(), "larger than 64 MiB") {
			t.Errorf("%s...: %v", before, last)
		}
	}
	n := 0
	piece := `{"a":"` + strings.Repeat("x", 1<<20) + `"},`
	for _, err := range jsonRecords(textInput("many.json", "["+strings.Repeat(piece, 70)+"{}]")) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 71 {
		t.Errorf("%d records, want 71", n)
	}
}

type filler struct{}

func (filler) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestOutline(t *testing.T) {
	deep := strings.Repeat(`{"a":[`, 20000)
	for _, c := range []struct {
		text string
		path []string
		keys []string
	}{
		{`{"page":{"id":"x"},"incidents":[{"id":1},{"name":"y"}]}`, []string{"incidents"}, []string{"id", "name"}},
		{`[{"id":1,"fields":{"summary":"cut he`, []string{"fields"}, []string{"summary"}},
		{"{\"id\":1}\n{\"key\":2}\n", nil, []string{"id", "key"}},
		{"id,params,data,url,input,created_at\n7,{},\"{\"\"key\"\":1}\",u,null,\n", nil, []string{"key"}},
		{deep, []string{"a", "a", "a"}, nil},
	} {
		if o := textInput("x", c.text).outline().at(c.path...); !o.has(c.keys...) {
			t.Errorf("%.40s: %v has not %v", c.text, o.keys, c.keys)
		}
	}
	// Objects and arrays alternate in deep, so three keys are as deep as detection looks.
	if jsonOutline([]byte(deep)).at("a", "a", "a").has("a") {
		t.Error("looks deeper than outlineDepth")
	}
	for _, text := range []string{"", "plain text", "id,name\n1,2\n", "{", "[[[", "\xff\xfe", "nul"} {
		if o := textInput("x", text).outline(); len(o.keys) > 0 {
			t.Errorf("%q has keys", text)
		}
	}
}
