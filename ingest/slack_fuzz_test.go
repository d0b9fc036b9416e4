package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"unicode/utf8"

	"github.com/orgheat/orgheat/schema"
)

// slackTestUsers are the people that slackReference knows: a person, and a bot with the bot id B1.
const slackTestUsers = `[{"id":"UADA","team_id":"T1","name":"ada"},{"id":"UBOT","team_id":"T1","name":"bot","is_bot":true,"profile":{"bot_id":"B1"}}]`

// slackTree is an export with one channel C1, named general, and one day.
func slackTree(users string, day []byte) Input {
	return Input{Path: "export.zip", FS: fstest.MapFS{
		"users.json":              {Data: []byte(users)},
		"channels.json":           {Data: []byte(`[{"id":"C1","name":"general","members":["UADA"]}]`)},
		"general/2024-01-02.json": {Data: day},
	}}
}

// slackRead is what Read yields, taken apart; rows are copied.
type slackRead struct {
	activity   []schema.ActivityRow
	identities []schema.IdentityRow
	records    int
	rejects    []*RowError
	err        error
}

func readAll(in Input) (out slackRead) {
	for row, err := range slackSource.Read(context.Background(), in) {
		var bad *RowError
		switch r := row.(type) {
		case *schema.ActivityRow:
			out.activity = append(out.activity, *r)
		case *schema.IdentityRow:
			out.identities = append(out.identities, *r)
		case *schema.ContainerRow:
		default:
			switch {
			case err == nil:
				out.records++
			case errors.As(err, &bad):
				out.rejects = append(out.rejects, bad)
			default:
				out.err = err
			}
		}
	}
	return out
}

// FuzzSlack holds the scanner against encoding/json: both accept the same files, and make the same rows and rejects of them. What
// neither accepts must be rejected, never lost without a word, and no input may bring the reader down.
func FuzzSlack(f *testing.F) {
	_ = fs.WalkDir(os.DirFS("testdata/slack"), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".json") && strings.Count(path, "/") > 1 {
			data, err := os.ReadFile("testdata/slack/" + path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data, slackTestUsers)
		}
		return err
	})
	users, err := os.ReadFile("testdata/slack/workspace/users.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`[{"ts":"1710054060.123456","t\u0073":"1710054061.1","user":"U\ud83d\ude00\ud83d","text":"\ud83dx\u00e9`+"\xff"+`","files":[ ]}]`), string(users))
	f.Add([]byte(`[{"ts":1710054060.5,"reactions":[{"name":"ok","users":["a"],"users":["\u0061",null]}],"text":"a","text":null,"user":":x"}]`), "null")
	f.Add([]byte(`[{"ts":"1710054060.123456","x":-0.5e+3,"y":[1,-2,0,[[{}]],true,false,null]} , {"ts":"1710054060.1","z":01}]`), "{")
	for _, deep := range []int{maxDepth - 2, maxDepth - 1} { // the list and the record are two of them
		f.Add([]byte(`[{"ts":"1710054060.1","x":`+strings.Repeat("[", deep)+strings.Repeat("]", deep)+`}]`), slackTestUsers)
	}
	f.Fuzz(func(t *testing.T, day []byte, users string) {
		slackSource.Detect(slackTree(users, day))
		checkRows(t, readAll(slackTree(users, day)))

		got := readAll(slackTree(slackTestUsers, day))
		checkRows(t, got)
		want := slackReference{channel: "C1"}
		if !want.read(day) {
			if len(got.rejects) == 0 {
				t.Fatalf("not a JSON list, and nothing rejected: %q", day)
			}
			return
		}
		var reasons []string
		for _, r := range got.rejects {
			reasons = append(reasons, r.Reason)
		}
		if got.records != want.records || !slices.Equal(reasons, want.rejects) {
			t.Fatalf("%q:\n got %d records, rejects %q\nwant %d records, rejects %q", day, got.records, reasons, want.records, want.rejects)
		}
		if !slices.EqualFunc(got.activity, want.rows, func(a, b schema.ActivityRow) bool { return reflect.DeepEqual(a, b) }) {
			t.Fatalf("%q:\n got %+v\nwant %+v", day, got.activity, want.rows)
		}
		for _, p := range got.identities[2:] {
			if !want.actors[p.NativeID] {
				t.Fatalf("%q: identity %q did nothing", day, p.NativeID)
			}
			delete(want.actors, p.NativeID)
		}
		if len(want.actors) > 0 {
			t.Fatalf("%q: no identity for %v", day, want.actors)
		}
	})
}

// checkRows checks what holds of all rows, whatever the file.
func checkRows(t *testing.T, got slackRead) {
	if got.err != nil {
		t.Fatalf("reading failed: %v", got.err)
	}
	for _, r := range got.activity {
		if y := r.At.Year(); y < 1990 || y > 2099 || !strings.HasPrefix(r.NativeID, "C1:") || r.Kind == "" {
			t.Fatalf("impossible row %+v", r)
		}
		for _, s := range []string{r.Account, r.Actor, r.TargetActor, r.Emoji} {
			if !utf8.ValidString(s) {
				t.Fatalf("not UTF-8: %+v", r)
			}
		}
	}
}

// FuzzSlackScan holds the scanner alone against json.Valid, also with a window so small that every token is cut somewhere.
func FuzzSlackScan(f *testing.F) {
	for _, s := range []string{`{}`, `[[],{"a":[1e5]}]`, `"\u12g4"`, "\"a\nb\"", `{"a":1,}`, `[1 2]`, `-`, `1.`, `01`, `tru`, `nul`, "\"\xff\"", `"\ud800\udc00"`, strings.Repeat("[", 20)} {
		f.Add([]byte(s))
	}
	for _, deep := range []int{maxDepth - 1, maxDepth} { // in the list
		f.Add([]byte(strings.Repeat("[", deep) + strings.Repeat("]", deep)))
		f.Add([]byte(strings.Repeat(`{"a":`, deep) + "1" + strings.Repeat("}", deep)))
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		list := append(append([]byte("["), value...), ']')
		valid := json.Valid(list)
		for _, window := range []int{0, 16} {
			l := slackList{window: window}
			l.reset(iotest.OneByteReader(bytes.NewReader(list)))
			var e slackElement
			var got []string
			event, err := l.next(&e)
			for ; err == nil && event == recordOK; event, err = l.next(&e) {
				got = append(got, string(e.raw))
			}
			if err != nil {
				t.Fatal(err)
			}
			if (event == listEnd) != valid {
				t.Fatalf("window %d: %q: ended with %d (%s), json.Valid says %v", window, list, event, l.reason, valid)
			}
			if !valid {
				continue
			}
			var want []json.RawMessage
			if err := json.Unmarshal(list, &want); err != nil {
				t.Fatal(err)
			}
			if !slices.EqualFunc(got, want, func(a string, b json.RawMessage) bool { return a == string(b) }) {
				t.Fatalf("window %d: %q: got %q", window, list, got)
			}
		}
	})
}
