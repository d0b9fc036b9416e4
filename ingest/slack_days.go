package ingest

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/orgheat/orgheat/schema"
)

const (
	slackReaders = 3   // read day files at the same time; more than cores, as a reader waits for the disk
	slackAhead   = 64  // batches a reader may be ahead of the consumer
	slackRowsMax = 256 // of a batch, not counting those of its last record
)

// slackBatch is a stretch of one day file, as rows. Batches are used again.
type slackBatch struct {
	rows    []schema.ActivityRow
	records []slackRecord
}

// slackRecord is one record: the number of its rows, or why it has none.
type slackRecord struct {
	rows     int
	rejected *RowError
}

// slackFile is a file to read.
type slackFile struct {
	path    string
	folder  *slackFolder
	channel string
}

// slackDays reads day files side by side, in the order of byMonth.
type slackDays struct {
	x    *slackExport
	free sync.Pool // of *slackBatch
}

// readDays yields the rows of all day files, and at the end the people who are in no list of users.
func (x *slackExport) readDays(ctx context.Context, newest time.Time, yield func(schema.Row, error) bool) (bool, error) {
	d := &slackDays{x: x}
	readers, workers := make([]*slackRows, slackReaders), make([]worker[*slackFile, *slackBatch], slackReaders)
	for i := range readers {
		readers[i] = newSlackRows(x)
		workers[i] = d.reader(readers[i])
	}
	announced := map[*slackFolder]bool{}
	for file, batches := range inOrder(ctx, x.byMonth(), slackAhead, workers) {
		for batch, err := range batches {
			if err != nil {
				return false, err
			}
			if _, known := x.channels[file.folder.name]; !known && !announced[file.folder] {
				announced[file.folder] = true
				if !yield(&schema.ContainerRow{Source: "slack", Account: x.account, NativeID: file.channel, Name: file.folder.name, Updated: newest}, nil) {
					return false, nil
				}
			}
			if !batch.yield(yield) {
				return false, nil
			}
			d.free.Put(batch)
		}
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	maps := make([]map[string]*slackStranger, len(readers))
	for i, r := range readers {
		maps[i] = r.strangers
	}
	for _, p := range mergeStrangers(maps...) {
		if !yield(p.row(x.account), nil) {
			return false, nil
		}
	}
	return true, nil
}

func (b *slackBatch) yield(yield func(schema.Row, error) bool) bool {
	next := 0
	for _, rec := range b.records {
		if rec.rejected != nil {
			if !yield(nil, rec.rejected) {
				return false
			}
			continue
		}
		for ; rec.rows > 0; rec.rows-- {
			if !yield(&b.rows[next], nil) {
				return false
			}
			next++
		}
		if !yield(nil, nil) {
			return false
		}
	}
	return true
}

// byMonth lists the files by the month in their names, so that what arrives together lies in few monthly partitions, then by channel and day: within a month rows come nearly in the order of their
// keys, which the database then need not sort, and stretches of keys do not overlap where it merges them.
func (x *slackExport) byMonth() (files []*slackFile) {
	for i := range x.folders {
		folder := &x.folders[i]
		channel, known := x.channels[folder.name]
		if !known {
			channel = folder.name
		}
		for _, name := range folder.files {
			files = append(files, &slackFile{path: name, folder: folder, channel: channel})
		}
	}
	month := func(f *slackFile) string { name := path.Base(f.path); return name[:min(len(name), len("2006-01"))] }
	slices.SortStableFunc(files, func(a, b *slackFile) int {
		return cmp.Or(strings.Compare(month(a), month(b)), strings.Compare(a.channel, b.channel), strings.Compare(path.Base(a.path), path.Base(b.path)))
	})
	return files
}

// reader reads files, one after the other, and makes their rows with rows.
func (d *slackDays) reader(rows *slackRows) worker[*slackFile, *slackBatch] {
	var list slackList
	var m slackMessage
	return func(_ context.Context, file *slackFile, send func(*slackBatch) bool) error {
		return d.readFile(file, rows, &list, &m, send)
	}
}

// readFile reads one file. Other JSON than day files stands in channels' folders too (canvases; copies of messages under another
// name): it is read when its first record is a message, else it is none of ours.
func (d *slackDays) readFile(file *slackFile, rows *slackRows, list *slackList, m *slackMessage, send func(*slackBatch) bool) error {
	f, err := d.x.in.Open(file.path)
	if err != nil {
		return d.x.fileError(file.path, err)
	}
	defer f.Close()
	list.reset(f)
	rows.channel = file.channel
	rows.out = d.batch()
	for {
		event, err := list.next(m)
		if err != nil {
			return d.x.fileError(file.path, err)
		}
		if event == listEnd {
			break
		}
		if list.count == 1 && !isDayFile(path.Base(file.path)) && !(event == recordOK && m.plausible()) {
			return nil
		}
		rec := slackRecord{}
		if event == recordOK {
			before := len(rows.out.rows)
			if reason, detail := rows.add(&list.jsonScanner, m); reason != "" {
				rec.rejected = reject(file.path, list.count, reason, detail)
			}
			rec.rows = len(rows.out.rows) - before
		} else {
			rec.rejected = list.reject(file.path)
		}
		rows.out.records = append(rows.out.records, rec)
		if len(rows.out.rows) >= slackRowsMax || len(rows.out.records) >= slackRowsMax {
			if !send(rows.out) {
				return nil
			}
			rows.out = d.batch()
		}
	}
	if len(rows.out.records) > 0 {
		send(rows.out)
	}
	return nil
}

func (d *slackDays) batch() *slackBatch {
	if b, ok := d.free.Get().(*slackBatch); ok {
		b.rows, b.records = b.rows[:0], b.records[:0]
		return b
	}
	return &slackBatch{rows: make([]schema.ActivityRow, 0, 2*slackRowsMax), records: make([]slackRecord, 0, slackRowsMax)}
}
