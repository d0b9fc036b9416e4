package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// brief writes what the rules decide about a row: kind actor>target emoji size bot thread.
func brief(r schema.ActivityRow) string {
	s := string(r.Kind) + " " + r.Actor
	if r.TargetActor != "" {
		s += ">" + r.TargetActor
	}
	if r.Emoji != "" {
		s += " :" + r.Emoji
	}
	if r.Size > 0 {
		s += fmt.Sprint(" ", r.Size)
	}
	if r.IsBot {
		s += " bot"
	}
	if r.Thread != "" {
		s += " in " + r.Thread
	}
	return s
}

// TestSlackKinds holds the rules of what a record is. Every record has ts 1710054060.000001 unless it says otherwise; C1 is the
// channel, UADA a person, UBOT a bot with the bot id B1.
func TestSlackKinds(t *testing.T) {
	for _, c := range []struct{ name, record, want string }{
		{"message", `"user":"UADA","text":"hello"`, "message UADA 5"},
		{"text in characters, not bytes or escapes", `"user":"UADA","text":"\u00e9\n\"\ud83d\ude00é😀"`, "message UADA 6"},
		{"half a surrogate pair is a character", `"user":"UADA","text":"\ud83d!"`, "message UADA 2"},
		{"half a pair before another escape too", `"user":"UADA","text":"\ud83d\u0041\ud83d\ud83d\ude00"`, "message UADA 4"},
		{"starts a thread", `"user":"UADA","text":"a","thread_ts":"1710054060.000001"`, "message UADA 1 in C1:1710054060.000001"},
		{"reply", `"user":"UADA","text":"a","thread_ts":"1710054059.9","parent_user_id":"UBO"`, "reply UADA>UBO 1 in C1:1710054059.900000"},
		{"reply of a file only", `"user":"UADA","text":"","files":[{}],"thread_ts":"1710054059.9","parent_user_id":"UBO"`, "reply UADA>UBO in C1:1710054059.900000"},
		{"broadcast reply", `"user":"UADA","text":"a","subtype":"thread_broadcast","thread_ts":"1710054059.9","root":{"ts":"1","user":"UBO"}`, "reply UADA>UBO 1 in C1:1710054059.900000"},
		{"no thread in an empty stamp", `"user":"UADA","text":"a","thread_ts":""`, "message UADA 1"},
		{"file", `"user":"UADA","text":"","files":[{"ts":"5","user":"X","text":"z"}]`, "file UADA"},
		{"file with words", `"user":"UADA","text":"see","files":[{}]`, "message UADA 3"},
		{"no files", `"user":"UADA","text":"","files":[]`, "message UADA"},
		{"old upload", `"user":"UADA","subtype":"file_share","file":{},"text":"<@UADA> uploaded a file: <u|x>"`, "file UADA"},
		{"old upload with words", `"user":"UADA","subtype":"file_share","file":{},"text":"<@UADA> uploaded a file: <u|x> and commented: four"`, "message UADA 4"},
		{"old comment on a file", `"subtype":"file_comment","file":{},"text":"<@UADA> commented","comment":{"user":"UADA","comment":"fine"}`, "message UADA 4"},
		{"me_message", `"user":"UADA","subtype":"me_message","text":"waves"`, "message UADA 5"},
		{"join", `"user":"UADA","subtype":"channel_join","text":"joined","inviter":"UBO"`, "join UADA"},
		{"group join", `"user":"UADA","subtype":"group_join","text":"joined"`, "join UADA"},
		{"leave", `"user":"UADA","subtype":"channel_leave","text":"left"`, "leave UADA"},
		{"group leave", `"user":"UADA","subtype":"group_leave","text":"left"`, "leave UADA"},
		{"bot user", `"user":"UBOT","text":"a"`, "message UBOT 1 bot"},
		{"bot by id", `"user":"UADA","bot_id":"B9","text":"a"`, "message UADA 1 bot"},
		{"bot message of a bot user", `"subtype":"bot_message","bot_id":"B1","text":"a"`, "message UBOT 1 bot"},
		{"bot message of an integration", `"subtype":"bot_message","bot_id":"B9","username":"hook","text":""`, "message B9 bot"},
		{"bot message of nobody", `"subtype":"bot_message","text":"a"`, "message  1 bot"},
		{"slackbot", `"user":"USLACKBOT","text":"a"`, "message USLACKBOT 1 bot"},
		{"bot joins", `"user":"UBOT","subtype":"channel_join"`, "join UBOT bot"},
		{"reactions", `"user":"UADA","text":"a","reactions":[{"name":"+1::skin-tone-5","users":["UBO","UBOT"],"count":9},{"name":"goat","users":["UBO"]}]`,
			"message UADA 1; reaction UBO>UADA :+1; reaction UBO>UADA :goat; reaction UBOT>UADA :+1 bot"},
		{"reactions to a join", `"user":"UADA","subtype":"channel_join","reactions":[{"name":"batman","users":["UBO"]}]`, "join UADA; reaction UBO>UADA :batman"},
		{"nulls for arrays", `"user":"UADA","text":"a","reactions":null,"files":null,"blocks":null,"edited":null,"room":null`, "message UADA 1"},
		{"null users of a reaction", `"user":"UADA","text":"a","reactions":[{"name":"x","users":null},null]`, "message UADA 1"},
		{"huddle", `"user":"USLACKBOT","text":"","room":{"created_by":"UADA","participant_history":["UBO","UADA"],"participants":["UCY"]}`, "call_joined UADA; call_joined UBO; call_joined UCY"},
		{"huddle by subtype", `"user":"UADA","subtype":"huddle_thread","text":"A huddle started","room":{"participant_history":["UBO"]}`, "call_joined UBO"},
		{"duplicate keys: the last counts", `"user":"X","text":"abc","user":"UADA","text":"a"`, "message UADA 1"},
		{"escaped keys and values", `"us\u0065r":"U\u0041DA","subtype":"channel\u005fjoin"`, "join UADA"},
		{"what is inside unknown members does not count", `"user":"UADA","text":"a","x":{"user":"X","ts":"1","text":"}]\""},"attachments":[{"text":"long","files":[1]}]`, "message UADA 1"},
		{"topic", `"user":"UADA","subtype":"channel_topic","text":"a","reactions":[{"name":"x","users":["UBO"]}]`, ""},
		{"purpose", `"user":"UADA","subtype":"channel_purpose","text":"a"`, ""},
		{"name", `"user":"UADA","subtype":"channel_name","text":"a"`, ""},
		{"archive", `"user":"UADA","subtype":"channel_archive","text":"a"`, ""},
		{"pin", `"user":"UADA","subtype":"pinned_item","text":"a"`, ""},
		{"integration", `"user":"UADA","subtype":"bot_add","bot_id":"B1","text":"a"`, ""},
		{"tombstone", `"user":"USLACKBOT","subtype":"tombstone","text":"a","hidden":true`, ""},
		{"deleted", `"subtype":"message_deleted","hidden":true,"deleted_ts":"1710054000.1"`, ""},
		{"changed", `"subtype":"message_changed","message":{"user":"UADA","text":"a","ts":"1710054000.1"}`, ""},
		{"hidden", `"user":"UADA","text":"a","hidden":true`, ""},
		{"a subtype nobody knows yet", `"user":"UADA","text":"a","subtype":"hologram_shared"`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readAll(slackTree(slackTestUsers, []byte(`[{"ts":"1710054060.000001",`+c.record+`}]`)))
			var rows []string
			for _, r := range got.activity {
				rows = append(rows, brief(r))
			}
			if s := strings.Join(rows, "; "); s != c.want || got.records != 1 || len(got.rejects) > 0 {
				t.Errorf("%s\n got %s\nwant %s\n%d records, rejects %v", c.record, s, c.want, got.records, got.rejects)
			}
		})
	}
}

// TestSlackTimes: microseconds are kept exactly, where a float64 of seconds would be off by one for most of them.
func TestSlackTimes(t *testing.T) {
	for _, c := range []struct {
		in     string
		micros int64
		err    error
	}{
		{"1664730880.254389", 1664730880254389, nil},
		{"1663919287.747249", 1663919287747249, nil},
		{"1710054060.000001", 1710054060000001, nil},
		{"1710054060", 1710054060000000, nil},
		{"1710054060.5", 1710054060500000, nil},
		{"631152000.000000", 631152000000000, nil}, // 1990-01-01
		{"631151999.999999", 0, errTimeOut},
		{"4102444799.999999", 4102444799999999, nil}, // the last of 2099
		{"4102444800.000000", 0, errTimeOut},
		{"1710054060.1234567", 0, errTS},
		{"1710054060.", 0, errTS},
		{".5", 0, errTS},
		{"-1710054060.1", 0, errTS},
		{"1710054060,1", 0, errTS},
		{"1710054060.12345x", 0, errTS},
		{"1.7e9", 0, errTS},
		{"2024-03-10", 0, errTS},
		{"99999999999999999999", 0, errTS},
		{"", 0, errTS},
	} {
		if got, err := slackTime([]byte(c.in)); got != c.micros || err != c.err {
			t.Errorf("%q: %d, %v; want %d, %v", c.in, got, err, c.micros, c.err)
		}
	}
}

func TestSlackDetect(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	for name, c := range map[string]struct {
		tree fstest.MapFS
		want bool
	}{
		"users and channels":          {fstest.MapFS{"users.json": file("[]"), "channels.json": file("\ufeff [")}, true},
		"users and null for dms":      {fstest.MapFS{"users.json": file("[]"), "dms.json": file("null")}, true},
		"users and days":              {fstest.MapFS{"users.json": file("[]"), "general/2024-02-29.json": file("[]")}, true},
		"channels and days":           {fstest.MapFS{"channels.json": file("[]"), "general/2024-02-29.json": file("[]")}, true},
		"one directory deep":          {fstest.MapFS{"a/users.json": file("[]"), "a/channels.json": file("[]"), "__MACOSX/x": file("")}, true},
		"two directories deep":        {fstest.MapFS{"a/b/users.json": file("[]"), "a/b/channels.json": file("[]")}, false},
		"PagerDuty's users":           {fstest.MapFS{"users.json": file(`{"users":[]}`), "services.json": file(`{}`)}, false},
		"only users":                  {fstest.MapFS{"users.json": file("[]")}, false},
		"users and another's days":    {fstest.MapFS{"users.json": file("[]"), "logs/2024-02-29.json": file(`{"ts":1}`)}, false},
		"users and no day":            {fstest.MapFS{"users.json": file("[]"), "logs/2024-02-30.json": file(`[]`)}, false},
		"nothing":                     {fstest.MapFS{}, false},
		"a directory named as a list": {fstest.MapFS{"users.json/x": file(""), "channels.json": file("[]")}, false},
	} {
		if got := slackSource.Detect(Input{FS: c.tree}); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestSlackTwoExports: exports beside each other in one archive are both read, each in its own workspace.
func TestSlackTwoExports(t *testing.T) {
	tree := fstest.MapFS{}
	for _, name := range []string{"a", "b"} {
		tree[name+"/users.json"] = &fstest.MapFile{Data: []byte(`[{"id":"U1","team_id":"T` + name + `"}]`)}
		tree[name+"/channels.json"] = &fstest.MapFile{Data: []byte(`[]`)}
	}
	got := readAll(Input{FS: tree})
	if len(got.identities) != 2 || got.identities[0].Account != "Ta" || got.identities[1].Account != "Tb" {
		t.Errorf("%+v", got)
	}
}

// TestSlackWindow reads the fixtures through every small window that shows how the first record is laid out: what is found must not
// depend on where the window cuts.
func TestSlackWindow(t *testing.T) {
	walk := func(data []byte, window int) (events []string) {
		l := slackList{window: window}
		l.reset(bytes.NewReader(data))
		var m slackMessage
		for {
			event, err := l.next(&m)
			if err != nil {
				t.Fatal(err)
			}
			switch event {
			case listEnd:
				return events
			case recordOK:
				events = append(events, fmt.Sprint(l.count, " ", string(l.text(m.ts))))
			default:
				events = append(events, l.reject("f").Error()+l.reject("f").Detail)
			}
		}
	}
	days, _ := fs.Glob(os.DirFS("testdata/slack"), "*/*/*.json")
	if len(days) < 10 {
		t.Fatalf("only %v", days)
	}
	for _, path := range days {
		data, err := os.ReadFile("testdata/slack/" + path)
		if err != nil {
			t.Fatal(err)
		}
		want := walk(data, 0)
		for window := 32; window < 300; window++ {
			if got := walk(data, window); !slices.Equal(got, want) {
				t.Fatalf("%s, window %d:\n got %q\nwant %q", path, window, got, want)
			}
		}
	}
}

// TestSlackNoGuessing: what follows a broken record is read only where records can be told from what is inside them. Here the
// object behind the broken place stands at a record's indentation and has a user and a ts, but is one of the message's replies.
func TestSlackNoGuessing(t *testing.T) {
	day := "[\n{\n\"ts\": \"1710054060.000001\", \"type\": \"message\", oops\n\"replies\": [\n{\n\"user\": \"UADA\", \"ts\": \"1710054061.000001\"\n}\n]\n}\n]"
	got := readAll(slackTree(slackTestUsers, []byte(day)))
	if len(got.activity) != 0 || len(got.rejects) != 1 || !strings.Contains(got.rejects[0].Reason, "rest of the file") {
		t.Errorf("%+v", got)
	}
	// The same with the first record on one line: its layout does not warn, the missing type does.
	day = "[\n{\"ts\": \"1710054060.000001\", \"type\": \"message\"},\n{\"ts\": \"1710054062.000001\", oops, \"replies\": [\n{\"user\": \"UADA\", \"ts\": \"1710054061.000001\"}]}]"
	got = readAll(slackTree(slackTestUsers, []byte(day)))
	if len(got.activity) != 1 || len(got.rejects) != 2 {
		t.Errorf("%+v", got)
	}
}

// endless gives prefix, then n times body, then suffix.
type endless struct {
	parts []string
	n     int // of parts[1]
	rest  string
}

func (e *endless) Read(p []byte) (int, error) {
	for e.rest == "" {
		switch {
		case len(e.parts) == 0:
			return 0, io.EOF
		case len(e.parts) == 2 && e.n > 0:
			e.rest = e.parts[0]
			if e.n--; e.n == 0 {
				e.parts = e.parts[1:]
			}
		default:
			e.rest, e.parts = e.parts[0], e.parts[1:]
		}
	}
	k := copy(p, e.rest)
	e.rest = e.rest[k:]
	return k, nil
}

// streamFS replaces the day of a slackTree by a reader.
type streamFS struct {
	fs.FS
	open func() io.Reader
}

func (s streamFS) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	if err == nil && strings.HasSuffix(name, "-02.json") {
		return streamFile{f, s.open()}, nil
	}
	return f, err
}

type streamFile struct {
	fs.File
	r io.Reader
}

func (f streamFile) Read(p []byte) (int, error) { return f.r.Read(p) }

func slackStream(open func() io.Reader) Input {
	in := slackTree(slackTestUsers, nil)
	in.FS = streamFS{in.FS, open}
	return in
}

// TestSlackMemory reads a day of 150 MB in one line and a record of 40 MB; the heap grows by neither.
func TestSlackMemory(t *testing.T) {
	message := `{"type":"message","user":"UADA","ts":"1710054060.000001","text":"` + strings.Repeat("x", 400) + `","blocks":[{"elements":[]}]},`
	long := strings.Repeat("y", 1<<20)
	for name, c := range map[string]struct {
		open             func() io.Reader
		records, rejects int
		reason           string
	}{
		"long day": {func() io.Reader {
			return &endless{parts: []string{"[", message, message[:len(message)-1] + "]"}, n: 300_000}
		}, 300_001, 0, ""},
		"long record": {func() io.Reader {
			return &endless{parts: []string{"[\n" + message + "\n{\"text\":\"", long, "\"},\n" + message[:len(message)-1] + "\n]"}, n: 40}
		}, 2, 1, "record is longer than 16 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, now runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			n, records, rejects := 0, 0, 0
			peak := uint64(0)
			for row, err := range slackSource.Read(context.Background(), slackStream(c.open)) {
				var bad *RowError
				switch {
				case errors.As(err, &bad):
					rejects++
					if bad.Reason != c.reason {
						t.Error(bad)
					}
				case err != nil:
					t.Fatal(err)
				case row == nil:
					records++
				}
				if n++; n%20_000 == 0 || rejects > 0 {
					runtime.ReadMemStats(&now)
					peak = max(peak, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
				}
			}
			if records != c.records || rejects != c.rejects {
				t.Errorf("%d records, %d rejects; want %d, %d", records, rejects, c.records, c.rejects)
			}
			// Two windows of 16 MiB while they grow from 8, garbage of as much again, batches and ids.
			if peak > 96<<20 {
				t.Errorf("heap grew by %d MiB", peak>>20)
			}
		})
	}
}

// TestSlackOrder: several readers, and yet the same rows by month, channel and day, however often it is read.
func TestSlackOrder(t *testing.T) {
	tree := fstest.MapFS{"users.json": {Data: []byte(slackTestUsers)}, "channels.json": {Data: []byte("[]")}}
	var want []string
	for file := range 3 * 28 {
		month, channel, day := file/42, file/14%3, file/42*14+file%14 // two months of 14 days
		var list []string
		for n := range 1 + (day*37)%700 {
			ts := fmt.Sprintf("%d.%06d", 1710054000+channel*100_000+day*1000+n, n)
			want = append(want, fmt.Sprintf("c%d:%s", channel, ts))
			list = append(list, fmt.Sprintf(`{"type":"message","ts":%q,"thread_ts":"1700000000.000001","user":"W%d","user_profile":{"real_name":"at %s"}}`, ts, n%5, ts))
		}
		tree[fmt.Sprintf("c%d/2024-%02d-%02d.json", channel, month+2, day+1)] = &fstest.MapFile{Data: []byte("[" + strings.Join(list, ",\n") + "]")}
	}
	var people []schema.IdentityRow
	for range 3 {
		got := readAll(Input{FS: tree})
		var ids []string
		for _, r := range got.activity {
			ids = append(ids, r.NativeID)
			if r.Thread != r.Container+":1700000000.000001" {
				t.Fatalf("thread %s in %s", r.Thread, r.Container)
			}
		}
		if !slices.Equal(ids, want) {
			t.Fatalf("%d rows in another order than %d", len(ids), len(want))
		}
		if people != nil && !slices.Equal(people, got.identities) {
			t.Fatalf("people differ:\n%+v\n%+v", people, got.identities)
		}
		people = got.identities
	}
	if len(people) != 2+5 {
		t.Errorf("%d people", len(people))
	}
}

// TestSlackStrangers: who is in no list is named by the newest profile, and is a bot if nothing was ever written as a person.
func TestSlackStrangers(t *testing.T) {
	got := readAll(slackTree(slackTestUsers, []byte(`[
		{"ts":"1710054062.0","user":"U1","user_profile":{"name":"eve","real_name":"Eve New"}},
		{"ts":"1710054061.0","user":"U1","bot_id":"B7","user_profile":{"name":"eve","real_name":"Eve Old"}},
		{"ts":"1710054063.0","user":"U2","bot_id":"B7","bot_profile":{"name":"Deployer"}},
		{"ts":"1710054064.0","bot_id":"B8","subtype":"bot_message","username":"hook"},
		{"ts":"1710054065.0","user":"U3","subtype":"channel_join"},
		{"ts":"1710054066.0","user":"UADA","reactions":[{"name":"x","users":["U4"]}]}]`)))
	want := []schema.IdentityRow{
		{NativeID: "B8", Name: "hook", IsBot: true},
		{NativeID: "U1", Name: "Eve New", Login: "eve"},
		{NativeID: "U2", Name: "Deployer", IsBot: true},
		{NativeID: "U3"},
		{NativeID: "U4"},
	}
	for i := range want {
		want[i].Source, want[i].Account = "slack", "T1"
	}
	if !slices.Equal(got.identities[2:], want) {
		t.Errorf("\n got %+v\nwant %+v", got.identities[2:], want)
	}
}

// TestSlackStop: a consumer that has enough, or a context that ends, leaves no reader behind.
func TestSlackStop(t *testing.T) {
	message := `{"type":"message","user":"UADA","ts":"1710054060.000001"},`
	in := slackStream(func() io.Reader { return &endless{parts: []string{"[", message, "]"}, n: 1 << 30} })
	before := runtime.NumGoroutine()
	n := 0
	for range slackSource.Read(context.Background(), in) {
		if n++; n == 1000 {
			break
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	var last error
	for _, err := range slackSource.Read(ctx, in) {
		last = err
	}
	if !errors.Is(last, context.DeadlineExceeded) {
		t.Errorf("ended with %v", last)
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, were %d", runtime.NumGoroutine(), before)
}

// TestSlackReadError: a file that cannot be read is no reject; it ends the export, with the file's name.
func TestSlackReadError(t *testing.T) {
	broken := errors.New("checksum")
	got := readAll(slackStream(func() io.Reader {
		return io.MultiReader(strings.NewReader(`[{"type":"message","ts":"1710054060.000001"},`), iotest.ErrReader(broken))
	}))
	if !errors.Is(got.err, broken) || !strings.Contains(got.err.Error(), "export.zip: general/2024-01-02.json") {
		t.Errorf("%v", got.err)
	}
}

// TestSlackLarge: the generated export is one, of about the size that was asked for.
func TestSlackLarge(t *testing.T) {
	dir := t.TempDir()
	const size = 3 << 20
	if err := writeLargeSlack(dir, size); err != nil {
		t.Fatal(err)
	}
	in := Input{FS: os.DirFS(dir), Path: dir}
	if !slackSource.Detect(in) {
		t.Error("not detected")
	}
	got := readAll(in)
	if got.err != nil || len(got.rejects) > 0 || got.records < size/2000 || got.records > size/700 || len(got.identities) != largeSlackUsers {
		t.Errorf("%d records, %d people, rejects %v, %v", got.records, len(got.identities), got.rejects, got.err)
	}
	total := int64(0)
	days, _ := fs.Glob(in.FS, "*/*.json")
	for _, day := range days {
		info, err := fs.Stat(in.FS, day)
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	if total < size || total > size+size/100 {
		t.Errorf("%d bytes, want %d", total, size)
	}
}
