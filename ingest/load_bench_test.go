package ingest

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// BenchmarkLoadSlack loads a generated Slack export (ORGHEAT_BENCH_MIB unpacked, 256 by default) in the same run as ClickHouse's own
// INSERT ... SELECT FROM file(..., JSONEachRow) of the same files into a table with the same columns, in turn, and reports both and
// their ratio. The load includes all that orgheat load does: identities, reactions, commit and the rebuild of the derived tables; ClickHouse
// only gets the messages in. rows-in is the part of the load up to its commit.
func BenchmarkLoadSlack(b *testing.B) {
	mib, _ := strconv.Atoi(os.Getenv("ORGHEAT_BENCH_MIB"))
	if mib == 0 {
		mib = 256
	}
	dir := filepath.Join(b.TempDir(), "export")
	if err := os.Mkdir(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	if err := writeLargeSlack(dir, int64(mib)<<20); err != nil {
		b.Fatal(err)
	}
	size := dirSize(b, dir)
	lib := library(b)
	b.SetBytes(size)
	var ours, rows, theirs time.Duration
	for b.Loop() {
		theirs += clickhouseInsert(b, lib, dir)
		db := schematest.Open(b)
		begun := time.Now()
		var committed time.Duration
		report, err := Load(context.Background(), db, []string{dir}, Options{MaxRejects: -1, Progress: func(p Progress) {
			if p.Step == "rebuilding" && committed == 0 {
				committed = time.Since(begun)
			}
		}})
		if err != nil {
			b.Fatal(err)
		}
		ours += time.Since(begun)
		rows += committed
		b.ReportMetric(float64(report.Sources[0].Records), "records")
		// The merges that the rebuild has put off would go on beside the next round of ClickHouse's.
		if err := db.Conn.Exec(context.Background(), "DROP DATABASE "+db.Database+" SYNC"); err != nil {
			b.Fatal(err)
		}
	}
	n := float64(b.N)
	b.ReportMetric(ours.Seconds()/n, "s/load")
	b.ReportMetric(rows.Seconds()/n, "s/rows-in")
	b.ReportMetric(theirs.Seconds()/n, "s/clickhouse")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "times-as-fast")
	b.ReportMetric(float64(peakMiB()), "MiB-peak")
}

// clickhouseInsert is the time of a whole clickhouse-local that creates the table and reads the files into it.
func clickhouseInsert(b *testing.B, lib, dir string) time.Duration {
	b.Helper()
	files := strings.ReplaceAll(filepath.Join(dir, "*", "*.json"), "'", `\'`)
	ddl, err := schema.Migrations()
	if err != nil {
		b.Fatal(err)
	}
	sql := ddl[0].Statements[0] + `;
		INSERT INTO activity SELECT fromUnixTimestamp64Micro(toInt64(replaceOne(ts, '.', ''))), 'slack', team, concat(_path, ':', ts),
			multiIf(subtype = 'channel_join', 'join', thread_ts != '' AND thread_ts != ts, 'reply', 'message'), user, parent_user_id, splitByChar('/', _path)[-2],
			if(thread_ts = '', '', concat(_path, ':', thread_ts)), '', [], lengthUTF8(text), bot_id != '', 0
		FROM file('` + files + `', 'JSONEachRow', 'type String, subtype String, user String, team String, ts String, thread_ts String, parent_user_id String, text String, bot_id String')
		SETTINGS max_partitions_per_insert_block = 0, input_format_skip_unknown_fields = 1`
	c := exec.Command(os.Args[0], "--path", b.TempDir(), "--query", sql)
	c.Env = append(os.Environ(), clickhouseEnv+"="+lib)
	begun := time.Now()
	if out, err := c.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return time.Since(begun)
}

func library(b *testing.B) string {
	if lib := os.Getenv("ORGHEAT_LIBCHDB"); lib != "" {
		return lib
	}
	lib, _ := filepath.Abs("../node_modules/@chdb/lib-linux-x64-gnu/libchdb.so")
	if _, err := os.Stat(lib); err != nil {
		b.Skip("no libchdb.so; run npm ci")
	}
	return lib
}

func dirSize(b *testing.B, dir string) (n int64) {
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			info, err := d.Info()
			if err != nil {
				return err
			}
			n += info.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// peakMiB is this process's largest resident memory so far.
func peakMiB() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Maxrss >> 10
}
