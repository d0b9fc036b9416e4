package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/orgheat/orgheat/schema"
)

// fuzzFile feeds one file of arbitrary bytes to a source, with the fixtures as seeds. Whatever the bytes: no panic, nothing after
// the error that ends the file, and no row without its key.
func fuzzFile(f *testing.F, s Source, name string) {
	_ = filepath.WalkDir(filepath.Join("testdata", s.Name), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, ".golden") {
			b, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
		return nil
	})
	f.Fuzz(func(t *testing.T, b []byte) {
		in := Input{Path: name, Incident: "INC-1", FS: oneFile{name: name, open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}}
		for _, other := range Sources {
			other.Detect(in)
		}
		ended := false
		for row, err := range s.Read(context.Background(), in) {
			if ended {
				t.Fatalf("goes on after the file's end: %v %v", row, err)
			}
			var r *RowError
			var n *Notice
			switch {
			case errors.As(err, &r):
				if r.Reason == "" {
					t.Error("reject without a reason")
				}
			case errors.As(err, &n):
			case err != nil:
				ended = true
			default:
				checkKey(t, row)
			}
		}
	})
}

func checkKey(t *testing.T, row schema.Row) {
	t.Helper()
	ok := true
	switch r := row.(type) {
	case *schema.ActivityRow:
		ok = r.Source != "" && r.NativeID != "" && !r.At.IsZero() && isKind(r.Kind)
	case *schema.IdentityRow:
		ok = r.Source != "" && r.NativeID != ""
	case *schema.AliasRow:
		ok = r.Source != "" && r.Alias != "" && r.Person != ""
	case *schema.PersonRow:
		ok = r.Email != "" && !r.AsOf.IsZero()
	case *schema.ShiftRow:
		ok = r.NativeID != "" && r.Person != "" && r.End.After(r.Start)
	case *schema.OwnershipRow:
		ok = r.Service != "" && r.Team != ""
	case *schema.GrantRow:
		ok = r.NativeID != "" && r.Person != "" && r.TotalMonths > 0 && r.PeriodMonths > 0 && r.Quantity > 0 && !r.Start.IsZero()
	case *schema.OrgEventRow:
		ok = r.NativeID != "" && r.Name != "" && r.Category != "" && !r.Start.IsZero() && (r.End.IsZero() || !r.End.Before(r.Start))
	case *schema.SeriesRow:
		ok = r.Name != "" && !r.At.IsZero()
	case *schema.ReviewRow:
		ok = r.Incident != "" && !r.HeldAt.IsZero()
	}
	if !ok {
		t.Errorf("incomplete row %s", compact(row))
	}
}

func isKind(k schema.Kind) bool {
	for _, v := range schema.Kinds {
		if v == k {
			return true
		}
	}
	return false
}

func FuzzRoster(f *testing.F)     { fuzzFile(f, roster, "roster.csv") }
func FuzzAliases(f *testing.F)    { fuzzFile(f, aliases, "aliases.csv") }
func FuzzOwnership(f *testing.F)  { fuzzFile(f, ownership, "ownership.csv") }
func FuzzSeries(f *testing.F)     { fuzzFile(f, series, "series.csv") }
func FuzzVesting(f *testing.F)    { fuzzFile(f, vesting, "vesting.csv") }
func FuzzOCF(f *testing.F)        { fuzzFile(f, ocf, "all.ocf.json") }
func FuzzOncall(f *testing.F)     { fuzzFile(f, oncall, "schedule.ics") }
func FuzzOrgEvents(f *testing.F)  { fuzzFile(f, orgEvents, "company.ics") }
func FuzzGitHub(f *testing.F)     { fuzzFile(f, github, "pulls.json") }
func FuzzReviews(f *testing.F)    { fuzzFile(f, reviews, "reviews.json") }
func FuzzActivity(f *testing.F)   { fuzzFile(f, activity, "activity.ndjson") }
func FuzzTranscript(f *testing.F) { fuzzFile(f, transcript, "GMT20250131-140000.transcript.vtt") }

// FuzzChat feeds the chat beside a sound transcript.
func FuzzChat(f *testing.F) {
	for _, name := range []string{"INC-12 bridge/chat.txt", "2025-03-02 09.30.00 Checkout call/meeting_saved_chat.txt"} {
		b, err := os.ReadFile(filepath.Join("testdata/transcript/calls", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in := Input{Path: "2025-01-31 14.00.00", Incident: "INC-1", FS: fstest.MapFS{
			"transcript.vtt": {Data: []byte("WEBVTT\n\n00:01.000 --> 00:02.000\nAna: hi\n")}, "chat.txt": {Data: b},
		}}
		for row, err := range transcript.Read(context.Background(), in) {
			if err == nil && row != nil {
				checkKey(t, row)
			}
		}
	})
}
