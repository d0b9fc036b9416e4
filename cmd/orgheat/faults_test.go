package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/orgheat/orgheat/schema"
)

// try runs a call and returns what it printed and whether it succeeded.
func try(data string, args ...string) (text string, ok bool) {
	c := orgheat(data, args...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	return out.String(), err == nil
}

// fails runs a call that has to fail and to say every one of the words.
func fails(t *testing.T, data string, args []string, words ...string) {
	t.Helper()
	text, ok := try(data, args...)
	if ok {
		t.Errorf("orgheat %v succeeded: %s", args, text)
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("orgheat %v does not say %q: %s", args, w, text)
		}
	}
	if strings.Contains(text, "panic") {
		t.Errorf("orgheat %v: %s", args, text)
	}
}

// TestFaults: whatever the disk does, the errors say what helps, and the next load ends in what one clean load gives.
func TestFaults(t *testing.T) {
	needEngine(t)
	org, err := smallOrg()
	if err != nil {
		t.Fatal(err)
	}
	clean := t.TempDir()
	must(t, orgheat(clean, "load", org))
	want := digests(t, clean)
	recovers := func(t *testing.T, data string) {
		t.Helper()
		must(t, orgheat(data, "load", org))
		same(t, digests(t, data), want)
	}
	// loaded is a copy of the loaded directory, without its engine.
	loaded := func(t *testing.T, under string) string {
		t.Helper()
		data := filepath.Join(under, "data")
		if err := os.CopyFS(filepath.Join(data, "store"), os.DirFS(filepath.Join(clean, "store"))); err != nil {
			t.Fatal(err)
		}
		return data
	}

	t.Run("full disk", func(t *testing.T) {
		t.Parallel()
		disk := smallDisk(t, 64)
		data, ballast := filepath.Join(disk, "data"), filepath.Join(disk, "ballast")
		stages := map[string]bool{}
		// Room for nothing, then for 1 MiB more each time, until the load fits. ClickHouse itself stops at its last MiB.
		for room := 0; ; room++ {
			fill(t, ballast, int64(room)<<20)
			text, ok := try(data, "load", org)
			if ok {
				break
			}
			if !strings.Contains(text, "the disk is full: free some space") {
				t.Fatalf("with %d MiB: %s", room, text)
			}
			for line := range strings.Lines(text) {
				if strings.HasPrefix(line, "orgheat: ") {
					stages[regexp.MustCompile(`^orgheat: [a-z]+ ?[a-z_]*`).FindString(line)] = true
				}
			}
			if room > 30 {
				t.Fatalf("with %d MiB free the load still fails: %s", room, text)
			}
		}
		t.Logf("the disk was full at: %v", stages)
		if len(stages) < 4 { // the remedy itself, and at least three places
			t.Errorf("the disk was full only at %v", stages)
		}
		same(t, digests(t, data), want)
		// Pages can be read on a full disk while the engine runs.
		db, err := schema.Open(context.Background(), schema.Target{DataDir: data, Settings: schema.DefaultSettings()})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		fill(t, ballast, 0)
		same(t, digests(t, data), want)
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		recovers(t, data)
	})

	t.Run("read-only directory", func(t *testing.T) {
		t.Parallel()
		data := loaded(t, smallDisk(t, 64))
		must(t, orgheat(data, "status"))
		disk := filepath.Dir(data)
		if err := unix.Mount("", disk, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
			t.Skipf("remount read-only: %v", err)
		}
		for _, args := range [][]string{{"status"}, {"query", "chatter"}, {"load", org}, {"serve", "--addr", "127.0.0.1:0"}, {"rebuild"}} {
			fails(t, data, args, data, "read-only file system", "make it writable for this user, or name another with --data")
		}
		if err := unix.Mount("", disk, "", unix.MS_REMOUNT, ""); err != nil {
			t.Fatal(err)
		}
		recovers(t, data)
	})

	t.Run("raw data too short", func(t *testing.T) {
		t.Parallel()
		data := loaded(t, t.TempDir())
		month := breakPart(t, data, "activity", truncate)
		for range 2 {
			if text, ok := try(data, "status"); !ok || !strings.Contains(text, "damaged on disk and missing from all numbers: activity of "+month+". Load those exports again") {
				t.Errorf("status says %v %s", ok, text)
			}
		}
		recovers(t, data)
		must(t, orgheat(data, "rebuild", "--drop-damaged"))
		if text, ok := try(data, "status"); !ok || strings.Contains(text, "damaged") {
			t.Errorf("afterwards status says %v %s", ok, text)
		}
		same(t, digests(t, data), want)
	})

	t.Run("raw data garbled", func(t *testing.T) {
		t.Parallel()
		data := loaded(t, t.TempDir())
		month := breakPart(t, data, "activity", garble)
		fails(t, data, []string{"rebuild"}, "orgheat rebuild --check sets aside what cannot be read")
		if text, ok := try(data, "rebuild", "--check"); !ok || !strings.Contains(text, "activity of "+month+". Load those exports again") {
			t.Errorf("rebuild --check says %v %s", ok, text)
		}
		recovers(t, data)
	})

	for name, how := range map[string]func(*testing.T, string){"too short": truncate, "garbled": garble} {
		t.Run("derived data "+name, func(t *testing.T) {
			t.Parallel()
			data := loaded(t, t.TempDir())
			breakPart(t, data, "activity_hourly", how)
			if name == "garbled" { // what is too short is found at the engine's start, and mended by itself
				fails(t, data, []string{"query", "chatter", "--by", "person"}, "orgheat rebuild --check")
				must(t, orgheat(data, "rebuild", "--check"))
			}
			must(t, orgheat(data, "query", "chatter"))
			same(t, digests(t, data), want)
		})
	}

	t.Run("the installation's secret", func(t *testing.T) {
		t.Parallel()
		data := loaded(t, t.TempDir())
		breakPart(t, data, "installation", truncate)
		for _, args := range [][]string{{"query", "chatter"}, {"load", org}, {"rebuild"}} {
			fails(t, data, args, "installation is damaged on disk: restore the data directory from a backup", "--drop-damaged")
		}
		must(t, orgheat(data, "rebuild", "--drop-damaged"))
		recovers(t, data)
	})

	t.Run("engine files", func(t *testing.T) {
		t.Parallel()
		data := loaded(t, t.TempDir())
		must(t, orgheat(data, "status"))
		file := filepath.Join(data, "engine", "engine.json")
		for _, text := range []string{"", "{", `{"port":-7,"password":"","pid":"x"}`, `{"port":99999999,"password":"<&\"","pid":1}`, "\x00\xff", `[]`} {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, ok := try(data, "status"); !ok {
				t.Errorf("engine.json %q: %s", text, out)
			}
		}
		for _, name := range []string{"engine.json", "config.xml", "users.xml", "lock", "running", "lease", "engine.log"} {
			if err := os.Remove(filepath.Join(data, "engine", name)); err != nil {
				t.Fatal(err)
			}
			if out, ok := try(data, "status"); !ok {
				t.Errorf("without %s: %s", name, out)
			}
		}
		db, err := schema.Open(context.Background(), schema.Target{DataDir: data, Settings: schema.DefaultSettings()})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		fails(t, data, []string{"status"}, "engine.json", "the engine then leaves by itself")
		db.Close()
		recovers(t, data)
	})

	t.Run("store that cannot be opened", func(t *testing.T) {
		t.Parallel()
		data := loaded(t, t.TempDir())
		definition := definitionOf(t, data, "person_of")
		text, err := os.ReadFile(definition)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(definition, []byte("no SQL at all"), 0o600); err != nil {
			t.Fatal(err)
		}
		fails(t, data, []string{"query", "chatter"}, "person_of", "restore the directory from a backup, or move it away and load the exports again")
		if err := os.WriteFile(definition, text, 0o600); err != nil {
			t.Fatal(err)
		}
		recovers(t, data)
	})

	t.Run("newer schema", func(t *testing.T) {
		t.Parallel()
		data := loaded(t, t.TempDir())
		exec := func(sql string) {
			db, err := schema.Open(context.Background(), schema.Target{DataDir: data, Settings: schema.DefaultSettings()})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.Conn.Exec(context.Background(), sql); err != nil {
				t.Fatal(err)
			}
		}
		exec("INSERT INTO migrations (version, name, digest) VALUES (9999, 'from_the_future', 1)")
		for _, args := range [][]string{{"status"}, {"query", "chatter"}, {"load", org}, {"serve", "--addr", "127.0.0.1:0"}, {"rebuild"}, {"migrate"}, {"export", "--out", filepath.Join(t.TempDir(), "x")}, {"forget", "nobody@example.com"}} {
			fails(t, data, args, "has schema 9999, this orgheat knows", "use a newer orgheat")
		}
		same(t, digests(t, data), want) // untouched
		exec("ALTER TABLE migrations DELETE WHERE version = 9999 SETTINGS mutations_sync = 2")
		recovers(t, data)
	})
}

// smallDisk mounts a file system of so many MiB. That needs root with the right to mount (CAP_SYS_ADMIN), as a plain container has not.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", size)); err != nil {
		t.Skipf("a small disk is a tmpfs, and mounting one needs root with CAP_SYS_ADMIN (docker run --cap-add SYS_ADMIN, or sudo): %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves so many bytes of the disk that file is on.
func fill(t *testing.T, file string, room int64) {
	t.Helper()
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	var st unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(file), &st); err != nil {
		t.Fatal(err)
	}
	take := int64(st.Bavail)*st.Bsize - room
	if take <= 0 {
		return
	}
	if err := os.WriteFile(file, make([]byte, take), 0o600); err != nil && !errors.Is(err, unix.ENOSPC) { // others write, too
		t.Fatal(err)
	}
}

// definitionOf is the file that defines a table of the store.
func definitionOf(t *testing.T, data, table string) string {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(data, "store", "store", "*", "*", table+".sql"))
	if len(files) != 1 {
		t.Fatalf("definitions of %s: %v", table, files)
	}
	return files[0]
}

var partName = regexp.MustCompile(`^(\d{4})(\d{2})_\d+_\d+_\d+$|^all_\d+_\d+_\d+$`)

// breakPart damages the values in the first part of a table at rest, and returns its month.
func breakPart(t *testing.T, data, table string, how func(*testing.T, string)) (month string) {
	t.Helper()
	text, err := os.ReadFile(definitionOf(t, data, table))
	if err != nil {
		t.Fatal(err)
	}
	id := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`).FindString(string(text))
	dir := filepath.Join(data, "store", "store", id[:3], id)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if m := partName.FindStringSubmatch(e.Name()); m != nil {
			how(t, filepath.Join(dir, e.Name(), "data.bin"))
			return m[1] + "-" + m[2]
		}
	}
	t.Fatalf("%s has no part in %s", table, dir)
	return ""
}

func truncate(t *testing.T, file string) {
	t.Helper()
	st, err := os.Stat(file)
	if err == nil {
		err = os.Truncate(file, st.Size()/2)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// garble leaves the file as long as it is.
func garble(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(b) / 2; i < min(len(b), len(b)/2+200); i++ {
		b[i] ^= 0x5a
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
