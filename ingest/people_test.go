package ingest

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// namedInput is an input of one file, as a user would name it.
func namedInput(name, content string) Input {
	return Input{Path: name, FS: fstest.MapFS{name: {Data: []byte(content)}}}
}

func lines(s Source, in Input) []string {
	return strings.Split(strings.TrimSpace(string(dump(s, in))), "\n")
}

// A staff number is a key only when the user says so.
func TestRosterKeyByMap(t *testing.T) {
	b, err := os.ReadFile("testdata/roster/without-email.csv")
	if err != nil {
		t.Fatal(err)
	}
	in := namedInput("hr.csv", string(b))
	in.Map = map[string]string{"E-Mail": "empid"}
	got := lines(roster, in)
	want := []string{
		`PersonRow {"AsOf":"1970-01-01T00:00:00Z","Email":"10026","Manager":"Bo Chen","Name":"Ana M Silva","StartDate":"2011-07-05T00:00:00Z","Team":"IT/IS","Title":"Engineer"}`,
		`IdentityRow {"Name":"Ana M Silva","NativeID":"10026","Source":"roster"}`,
		`--`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	in.Map = map[string]string{"email": "No such column"}
	if got := lines(roster, in); len(got) != 1 || !strings.Contains(got[0], "columns are missing: email") {
		t.Errorf("a --map to a missing column: %q", got)
	}
}

func TestAsOf(t *testing.T) {
	day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	for name, want := range map[string]time.Time{
		"roster-2025-01-31.csv": day("2025-01-31"),
		"people_20240229.csv":   day("2024-02-29"),
		"roster-2023-02-30.csv": day("1970-01-01"), // no such day
		"roster-v14.csv":        day("1970-01-01"),
		"export-1202501015.csv": day("1970-01-01"), // digits of a longer number
	} {
		if got := namedInput(name, "").asOf(); !got.Equal(want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	in := namedInput("roster-2025-01-31.csv", "")
	in.AsOf = day("2020-05-05")
	if got := in.asOf(); !got.Equal(in.AsOf) {
		t.Errorf("--as-of loses to the file's name: %v", got)
	}
}

func TestZoneName(t *testing.T) {
	for name, want := range map[string]string{
		"Europe/Berlin": "Europe/Berlin", "UTC": "Etc/UTC", "Tokyo Standard Time": "Asia/Tokyo",
		"Local": "", "": "", "../etc/passwd": "", "Berlin": "", "+02:00": "",
	} {
		if got := zoneName(name); got != want {
			t.Errorf("zoneName(%q) = %q, want %q", name, got, want)
		}
	}
	for w, iana := range windowsZones {
		if _, err := time.LoadLocation(iana); err != nil {
			t.Errorf("%s: %v", w, err)
		}
	}
}

func TestCategoryOf(t *testing.T) {
	for name, want := range map[string]string{
		"Q3 2025 promotion packets due": "promotion_packets_due",
		"H1 promotion packets due":      "promotion_packets_due",
		"All-hands, 3 March 2025":       "all_hands",
		"2025-03-01":                    "event",
		"Réorganisation 2":              "réorganisation",
	} {
		if got := categoryOf(name); got != want {
			t.Errorf("categoryOf(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSummaryPeople(t *testing.T) {
	for summary, want := range map[string]string{
		"Ana Silva":                         "Ana Silva",
		"Silva, Ana":                        "Silva, Ana",
		"@Ana Silva":                        "Ana Silva",
		"[L1] ana.silva":                    "ana.silva",
		"On Call - Ana Silva - Payments":    "Ana Silva",
		"On-call: Ana Silva":                "Ana Silva",
		"Primary on-call: Ana Silva":        "Ana Silva",
		"Ana Silva is on call for Payments": "Ana Silva",
		"Ana Silva (on-call)":               "Ana Silva",
		"Ana@Example.com, @bo":              "ana@example.com+bo",
		"Test@TEST.test":                    "test@test.test",
		"On call":                           "",
		"":                                  "",
	} {
		if got := strings.Join(summaryPeople(summary, "Payments"), "+"); got != want {
			t.Errorf("summaryPeople(%q) = %q, want %q", summary, got, want)
		}
	}
}

// A yearly shift without an end, from June 2010, ends ten years later; a file stamped in March 2023 proves that it still ran then, and
// keeps it for a year: the last one is of June 2023.
func TestEndlessRule(t *testing.T) {
	event := "BEGIN:VCALENDAR\nX-WR-CALNAME:on-call\nBEGIN:VEVENT\nUID:u\nSTAMPDTSTART:20100601T000000Z\nDURATION:PT24H\nRRULE:FREQ=MONTHLY;INTERVAL=12\nSUMMARY:ana\nEND:VEVENT\nEND:VCALENDAR\n"
	for stamp, want := range map[string]string{"": "20200601T000000Z", "DTSTAMP:20230301T000000Z\n": "20230601T000000Z"} {
		got := lines(oncall, namedInput("x.ics", strings.Replace(event, "STAMP", stamp, 1)))
		last := got[len(got)-2]
		if !strings.Contains(last, "u/"+want) {
			t.Errorf("stamp %q: last is %s, want %s", stamp, last, want)
		}
	}
}

func TestSourcesNamed(t *testing.T) {
	if got := SourcesNamed("vesting"); len(got) != 2 || !got[0].Tree || got[1].Tree {
		t.Errorf("--as vesting stands for a tree and a table, got %d sources", len(got))
	}
	if len(SourcesNamed("nonsense")) != 0 {
		t.Error("a source for an unknown word")
	}
}
