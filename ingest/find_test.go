package ingest

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
)

// TestFindLone: a tree's own file given alone goes to that tree's source, and --as vesting means the table or the tree by content.
func TestFindLone(t *testing.T) {
	dir := t.TempDir()
	vtt := filepath.Join(dir, "GMT20250303-140000_Recording.transcript.vtt")
	if err := os.WriteFile(vtt, []byte("WEBVTT\n\n00:01.000 --> 00:02.000\nAna: hi\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, as, want string }{
		{vtt, "", "transcript"},
		{vtt, "transcript", "transcript"},
		{dir, "", "transcript"},
		{"testdata/vesting/grants.csv", "vesting", "vesting"},
		{"testdata/ocf/acme", "vesting", "ocf"},
		{"testdata/ocf/acme/Transactions.ocf.json", "vesting", "ocf"},
		{"testdata/ocf/acme/Transactions.ocf.json", "", "ocf"},
		{"testdata/roster/roster-2025-01-01.csv", "", "roster"},
	} {
		f := &finder{opts: &Options{As: c.as}, read: new(atomic.Int64)}
		if err := f.add(c.path); err != nil {
			t.Errorf("%s as %q: %v", c.path, c.as, err)
			continue
		}
		if len(f.units) != 1 || f.units[0].source.Name != c.want {
			t.Errorf("%s as %q: %d units, first of %s, want one of %s", c.path, c.as, len(f.units), f.units[0].source.Name, c.want)
		}
		f.close()
	}
}

// TestFindParquet: a plain file is read in place, not into memory.
func TestFindParquet(t *testing.T) {
	f := &finder{opts: &Options{}, read: new(atomic.Int64)}
	defer f.close()
	if err := f.add("testdata/activity/clickhouse.parquet"); err != nil {
		t.Fatal(err)
	}
	r, size, closeFile, err := f.input(f.units[0].fsys, "x").parquetFile()
	if err != nil {
		t.Fatal(err)
	}
	defer closeFile()
	if _, ok := r.(*os.File); !ok || size != 4083 {
		t.Errorf("%T of %d bytes", r, size)
	}
}

// TestArchiveInDirectory: an archive in a directory is read where it lies; one within an archive is held in memory. Both are found.
func TestArchiveInDirectory(t *testing.T) {
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "export.zip"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	at, size, closer, err := innerFile(os.DirFS(dir), "export.zip").readerAt()
	if err != nil {
		t.Fatal(err)
	}
	defer closer.Close()
	if _, ok := at.(*os.File); !ok || size != 0 {
		t.Errorf("an archive of a directory comes as %T of %d bytes", at, size)
	}
}
