package ingest

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
)

// A page that says it is 1.8 GiB in a file of 4 KiB is refused before memory is taken for it. huge-page.parquet is
// clickhouse.parquet with bytes changed at random.
func TestParquetPageBound(t *testing.T) {
	b, err := os.ReadFile("testdata/activity/huge-page.parquet")
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := dump(activity, namedInput("huge-page.parquet", string(b)))
	runtime.ReadMemStats(&after)
	if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 16 {
		t.Errorf("takes %d MiB", mib)
	}
	if !bytes.HasPrefix(got, []byte("FAIL huge-page.parquet: has a page larger than 64 MiB")) {
		t.Errorf("got %s", got)
	}
}

// TestParquetStamps reads the ways Parquet writes an instant; each means 2025-03-01T10:00:00.5Z.
func TestParquetStamps(t *testing.T) {
	at := time.Date(2025, 3, 1, 10, 0, 0, 500e6, time.UTC)
	type millis struct {
		At     int64  `parquet:"at,timestamp(millisecond)"`
		Source string `parquet:"source"`
		Kind   string `parquet:"kind"`
	}
	type nanos struct {
		At     int64  `parquet:"at,timestamp(nanosecond)"`
		Source string `parquet:"source"`
		Kind   string `parquet:"kind,dict"`
	}
	type text struct {
		Timestamp string  `parquet:"timestamp"`
		Source    *string `parquet:"source,optional"`
		Kind      string  `parquet:"kind"`
	}
	teams := "teams"
	files := map[string][]byte{
		"millis": parquetBytes(t, millis{at.UnixMilli(), teams, "message"}),
		"nanos":  parquetBytes(t, nanos{at.UnixNano(), teams, "message"}),
		"text":   parquetBytes(t, text{"2025-03-01T11:00:00.5+01:00", &teams, "message"}),
	}
	for name, b := range files {
		got := lines(activity, namedInput(name+".parquet", string(b)))
		want := `ActivityRow {"At":"2025-03-01T10:00:00.5Z","Kind":"message","NativeID":"derived-`
		if len(got) != 2 || len(got[0]) < len(want) || got[0][:len(want)] != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	b := files["text"]
	for _, c := range []struct{ name, want string }{
		{string(b[:len(b)-5]), "FAIL x.parquet: ends in the middle (truncated?); copy it again"},
		{"PAR1", "FAIL x.parquet: ends in the middle (truncated?); copy it again"},
		{string(parquetBytes(t, struct{ Other int }{1})), "FAIL x.parquet: columns are missing: at, source, kind; the file has: Other; rename them in the query that writes it"},
	} {
		if got := lines(activity, namedInput("x.parquet", c.name)); len(got) != 1 || got[0] != c.want {
			t.Errorf("got %q, want %s", got, c.want)
		}
	}
}

func parquetBytes[T any](t *testing.T, rows ...T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := parquet.Write(&b, rows); err != nil {
		t.Fatal(fmt.Errorf("write: %w", err))
	}
	return b.Bytes()
}
