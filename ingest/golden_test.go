package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files from what the code does now")

// testInput opens a fixture as Load would: a directory or ZIP for trees, one file otherwise.
func testInput(t testing.TB, s Source, path string) Input {
	t.Helper()
	in := Input{Path: filepath.Base(path)}
	if s.Tree {
		in.FS = os.DirFS(path)
		return in
	}
	in.FS = oneFile{name: filepath.Base(path), open: func() (io.ReadCloser, error) { return os.Open(path) }}
	return in
}

// fixtures are the paths testdata/SOURCE/CASE of a source.
func fixtures(s Source) []string {
	paths, _ := filepath.Glob(filepath.Join("testdata", s.Name, "*"))
	return slices.DeleteFunc(paths, func(path string) bool { return strings.HasSuffix(path, ".golden") })
}

// TestGolden reads every fixture testdata/SOURCE/CASE and compares its rows, rejects and notices with CASE.golden.
func TestGolden(t *testing.T) {
	for _, s := range Sources {
		cases := fixtures(s)
		for _, path := range cases {
			t.Run(s.Name+"/"+filepath.Base(path), func(t *testing.T) {
				in := testInput(t, s, path)
				if !s.Detect(in) {
					t.Error("not detected")
				}
				got := dump(s, in)
				golden := path + ".golden"
				if *update {
					if err := os.WriteFile(golden, got, 0o644); err != nil {
						t.Fatal(err)
					}
					return
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatalf("no golden file: %v; look at the output and write it with -update", err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("%s differs from %s:\n%s", path, golden, firstDifference(got, want))
				}
			})
		}
		if len(cases) == 0 {
			t.Errorf("source %s has no fixture in testdata/%s", s.Name, s.Name)
		}
	}
}

// dump writes one line per yield; a row is its type and its fields that are not zero.
func dump(s Source, in Input) []byte {
	var b bytes.Buffer
	for row, err := range s.Read(context.Background(), in) {
		switch e := err.(type) {
		case nil:
			if row == nil {
				fmt.Fprintln(&b, "--")
				continue
			}
			fmt.Fprintf(&b, "%s %s\n", strings.TrimPrefix(fmt.Sprintf("%T", row), "*schema."), compact(row))
		case *RowError:
			fmt.Fprintf(&b, "REJECT %v (%s)\n", e, e.Detail)
		case *Notice:
			fmt.Fprintf(&b, "NOTICE %v\n", e)
		default:
			fmt.Fprintf(&b, "FAIL %v\n", err)
		}
	}
	return b.Bytes()
}

func compact(row any) string {
	raw, _ := json.Marshal(row)
	var m map[string]any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	_ = d.Decode(&m)
	for k, v := range m {
		switch x := v.(type) {
		case nil:
			delete(m, k)
		case string:
			if x == "" || x == (time.Time{}).Format(time.RFC3339) {
				delete(m, k)
			}
		case bool:
			if !x {
				delete(m, k)
			}
		case json.Number:
			if x == "0" {
				delete(m, k)
			}
		}
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(m)
	return strings.TrimSpace(out.String())
}

func firstDifference(got, want []byte) string {
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, a, b)
		}
	}
	return "same lines"
}
