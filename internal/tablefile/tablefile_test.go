package tablefile

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
)

var (
	columns = []Column{{"text", reflect.TypeFor[string]()}, {"n", reflect.TypeFor[uint32]()}, {"maybe", reflect.TypeFor[*float64]()}, {"list", reflect.TypeFor[[]string]()},
		{"at", reflect.TypeFor[time.Time]()}, {"yes", reflect.TypeFor[bool]()}, {"map", reflect.TypeFor[map[string]uint64]()}, {"when", reflect.TypeFor[*time.Time]()}}
	at   = time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC)
	half = 0.5
	rows = [][]any{
		{"=1+1", uint32(7), &half, []string{"a", "b"}, at, true, map[string]uint64{"k": 1}, &at},
		{"ü\"\n,", uint32(0), (*float64)(nil), []string{}, at, false, map[string]uint64{}, (*time.Time)(nil)},
	}
)

func written(t *testing.T, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := New(&b, format, columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCSV(t *testing.T) {
	const want = "text,n,maybe,list,at,yes,map,when\n'=1+1,7,0.5,a;b,2026-03-04T05:06:07.000008Z,true,\"{\"\"k\"\":1}\",2026-03-04T05:06:07.000008Z\n\"ü\"\"\n,\",0,,,2026-03-04T05:06:07.000008Z,false,{},\n"
	if got := string(written(t, "csv")); got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// TestParquet reads the file with the library's own reflection, by names.
func TestParquet(t *testing.T) {
	type row struct {
		Text  string    `parquet:"text"`
		N     uint64    `parquet:"n"`
		Maybe *float64  `parquet:"maybe,optional"`
		List  []string  `parquet:"list"`
		At    time.Time `parquet:"at,timestamp(microsecond)"`
		Yes   bool      `parquet:"yes"`
		Map   string    `parquet:"map"`
		When  int64     `parquet:"when,optional"`
	}
	b := written(t, "parquet")
	got, err := parquet.Read[row](bytes.NewReader(b), int64(len(b)))
	if err != nil || len(got) != 2 {
		t.Fatalf("%d rows: %v", len(got), err)
	}
	want := row{"=1+1", 7, &half, []string{"a", "b"}, at, true, `{"k":1}`, at.UnixMicro()}
	if !reflect.DeepEqual(got[0], want) {
		t.Errorf("%+v\nwant %+v", got[0], want)
	}
	if g := got[1]; g.Text != "ü\"\n," || g.Maybe != nil || len(g.List) != 0 || g.When != 0 {
		t.Errorf("%+v", g)
	}
}
