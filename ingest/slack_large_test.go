package ingest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// writeLargeSlack writes a Slack export of about that many bytes of day files under dir, in the layout and with the members that
// Slack's own exports have (indented by four, slashes escaped, blocks beside each text), about 940 bytes a message. It is the same
// for the same size. 50 users, 20 channels, days of about 1 MB; every fourth message is a reply, every fifth has two reactions,
// one in 50 is a join.
func writeLargeSlack(dir string, bytes int64) error {
	w := largeSlack{rand: rand.New(rand.NewPCG(1, 2)), at: time.Date(2023, 1, 2, 8, 0, 0, 0, time.UTC).UnixMicro()}
	if err := w.lists(dir); err != nil {
		return err
	}
	for day := 0; w.written < bytes; day++ {
		for channel := range 20 {
			if w.written >= bytes {
				break
			}
			if err := w.day(filepath.Join(dir, fmt.Sprintf("team-%02d", channel)), day, min(1<<20, bytes-w.written)); err != nil {
				return err
			}
		}
		w.at += 3600e6
	}
	return nil
}

type largeSlack struct {
	rand    *rand.Rand
	at      int64 // of the last message, microseconds
	written int64
}

const largeSlackUsers = 50

func (w *largeSlack) lists(dir string) error {
	var users, channels []map[string]any
	for i := range largeSlackUsers {
		users = append(users, map[string]any{
			"id": fmt.Sprintf("U0LARGE%03d", i), "team_id": "T0LARGE001", "name": fmt.Sprintf("user%d", i), "real_name": fmt.Sprintf("User Number %d", i),
			"tz": "Europe/Lisbon", "profile": map[string]any{"email": fmt.Sprintf("user%d@example.com", i)}, "is_bot": i == 0, "updated": 1672617600,
		})
	}
	for i := range 20 {
		channels = append(channels, map[string]any{"id": fmt.Sprintf("C0LARGE%03d", i), "name": fmt.Sprintf("team-%02d", i), "members": []string{"U0LARGE001"}})
	}
	for name, list := range map[string]any{"users.json": users, "channels.json": channels} {
		b, err := json.MarshalIndent(list, "", "    ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (w *largeSlack) day(dir string, day int, bytes int64) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(dir, time.Date(2023, 1, 2+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)+".json"))
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(f, 1<<16)
	thread := ""
	size := int64(0)
	for n := 0; size < bytes; n++ {
		sep := ",\n"
		if n == 0 {
			sep = "[\n"
		}
		k, _ := out.WriteString(sep + w.message(n, &thread))
		size += int64(k)
	}
	w.written += size
	out.WriteString("\n]")
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// largeSlackWords are the texts; they hold what is awkward to scan.
var largeSlackWords = []string{
	`looking at the graphs now, p99 went from 120 ms to 4 s at 14:05`,
	`rolled back to v2.31.7, see <https:\/\/ci.example.com\/builds\/88123|build 88123>`,
	`\"connection reset by peer\" on db-3 again :face_with_rolling_eyes:`,
	`can somebody from payments join? <@U0LARGE007> <@U0LARGE012>`,
	"```ERROR [pool-3] retry 5\\/5 failed\\n\\tat com.example.Pool.get(Pool.java:114)\\n```",
	`\u00e7a marche \ud83d\udc4d merci`,
	`ok`,
}

func (w *largeSlack) message(n int, thread *string) string {
	w.at += 1 + w.rand.Int64N(8e6)
	ts := fmt.Sprintf("%d.%06d", w.at/1e6, w.at%1e6)
	user := fmt.Sprintf("U0LARGE%03d", w.rand.IntN(largeSlackUsers))
	if n%50 == 7 {
		return fmt.Sprintf("    {\n        \"type\": \"message\",\n        \"subtype\": \"channel_join\",\n        \"ts\": %q,\n        \"user\": %q,\n        \"text\": \"<@%s> has joined the channel\"\n    }", ts, user, user)
	}
	text := largeSlackWords[w.rand.IntN(len(largeSlackWords))]
	more := ""
	if n%4 == 3 && *thread != "" {
		more = fmt.Sprintf(",\n        \"thread_ts\": %q,\n        \"parent_user_id\": \"U0LARGE001\"", *thread)
	} else {
		*thread = ts
	}
	if n%5 == 2 {
		more += fmt.Sprintf(",\n        \"reactions\": [\n            {\n                \"name\": \"+1\",\n                \"users\": [\n                    %q,\n                    \"U0LARGE003\"\n                ],\n                \"count\": 2\n            }\n        ]", user)
	}
	return fmt.Sprintf(`    {
        "client_msg_id": "%08x-5e4d-4d1c-8a9b-%012x",
        "type": "message",
        "text": "%s",
        "user": "%s",
        "ts": "%s",
        "blocks": [
            {
                "type": "rich_text",
                "block_id": "%05x",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {
                                "type": "text",
                                "text": "%s"
                            }
                        ]
                    }
                ]
            }
        ],
        "team": "T0LARGE001",
        "user_team": "T0LARGE001",
        "source_team": "T0LARGE001"%s
    }`, w.rand.Uint32(), w.rand.Uint64N(1<<48), text, user, ts, w.rand.Uint32N(1<<20), text, more)
}

// BenchmarkSlack reads an export of 64 MB, whose files the operating system holds in memory, with all readers.
func BenchmarkSlack(b *testing.B) {
	const size = 64 << 20
	dir := b.TempDir()
	if err := writeLargeSlack(dir, size); err != nil {
		b.Fatal(err)
	}
	in := Input{FS: os.DirFS(dir), Path: "export"}
	b.SetBytes(size)
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		rows = 0
		for row, err := range slackSource.Read(context.Background(), in) {
			if err != nil {
				b.Fatal(err)
			}
			if row != nil {
				rows++
			}
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkSlackReader reads one day with one reader, without the channels between readers and consumer.
func BenchmarkSlackReader(b *testing.B) {
	dir := b.TempDir()
	if err := writeLargeSlack(dir, 1<<20); err != nil {
		b.Fatal(err)
	}
	x := &slackExport{in: Input{FS: os.DirFS(dir)}, users: map[string]*slackUser{}, channels: map[string]string{}}
	for i := range largeSlackUsers {
		id := fmt.Sprintf("U0LARGE%03d", i)
		x.users[id] = &slackUser{id: id}
	}
	d := &slackDays{x: x}
	rows := newSlackRows(x)
	var list slackList
	var m slackMessage
	b.SetBytes(1 << 20)
	b.ReportAllocs()
	for b.Loop() {
		file := &slackFile{path: "team-00/2023-01-02.json", channel: "C0LARGE000"}
		if err := d.readFile(file, rows, &list, &m, func(batch *slackBatch) bool { d.free.Put(batch); return true }); err != nil {
			b.Fatal(err)
		}
	}
}
