package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/orgheat/orgheat/schema"
)

// TestExport: both formats hold every row of every table, and nothing of our own secrets.
func TestExport(t *testing.T) {
	needEngine(t)
	org, err := smallOrg()
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	must(t, orgheat(data, "load", filepath.Join(org, "roster"), filepath.Join(org, "pagerduty"), filepath.Join(org, "incidents.csv"), filepath.Join(org, "vesting.csv")))
	out := t.TempDir()
	for _, format := range []string{"parquet", "csv"} {
		must(t, orgheat(data, "export", "--format", format, "--out", filepath.Join(out, format)))
	}
	if text, err := orgheat(data, "export", "--out", filepath.Join(out, "csv")).CombinedOutput(); err == nil || !strings.Contains(string(text), "not empty") {
		t.Errorf("export over an export: %v %s", err, text)
	}
	db := openData(t, data)
	defer db.Close()
	for _, table := range schema.DumpTables() {
		final := " FINAL"
		for _, d := range schema.DerivedTables() {
			if d == table {
				final = ""
			}
		}
		var want uint64
		if err := db.Conn.QueryRow(context.Background(), "SELECT count() FROM "+table+final).Scan(&want); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(out, "csv", table+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		if lines, err := csv.NewReader(bytes.NewReader(b)).ReadAll(); err != nil || uint64(len(lines)) != want+1 {
			t.Errorf("%s.csv: %d lines, %d rows, %v", table, len(lines), want, err)
		}
		if b, err = os.ReadFile(filepath.Join(out, "parquet", table+".parquet")); err != nil {
			t.Fatal(err)
		}
		if f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b))); err != nil || uint64(f.NumRows()) != want {
			t.Errorf("%s.parquet: %v, want %d rows", table, err, want)
		}
	}
	for _, format := range []string{"parquet", "csv"} {
		for _, secret := range []string{"installation", "forgotten", "forgetting"} {
			if _, err := os.Stat(filepath.Join(out, format, secret+"."+format)); err == nil {
				t.Errorf("%s is in the export", secret)
			}
		}
	}
}
