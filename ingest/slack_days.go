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

// slackFile is a file to read. Its reader sends batches, sets err and closes them.
type slackFile struct {
	path    string
	folder  *slackFolder
	channel string
	batches chan *slackBatch
	err     error
}

// slackDays reads day files with several readers, which give what they read in the order of byMonth.
type slackDays struct {
	x     *slackExport
	todo  chan *slackFile // to the readers
	order chan *slackFile // to the consumer, in the order in which readers take them
	free  sync.Pool       // of *slackBatch
}

// readDays yields the rows of all day files, and at the end the people who are in no list of users.
func (x *slackExport) readDays(ctx context.Context, newest time.Time, yield func(schema.Row, error) bool) (bool, error) {
	inner, stop := context.WithCancel(ctx)
	d := &slackDays{x: x, todo: make(chan *slackFile), order: make(chan *slackFile, slackReaders)}
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	running.Go(func() { d.dispatch(inner) })
	readers := make([]*slackRows, slackReaders)
	for i := range readers {
		readers[i] = newSlackRows(x)
		running.Go(func() { d.read(inner, readers[i]) })
	}
	announced := map[*slackFolder]bool{}
	for file := range d.order {
		for batch := range file.batches {
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
		if file.err != nil {
			return false, file.err
		}
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	running.Wait()
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

// dispatch hands the files out, month by month: what arrives together then lies in few monthly partitions. A file is promised
// to the consumer before a reader has it: the consumer's next file is then always with a reader, or the next to be taken.
func (d *slackDays) dispatch(ctx context.Context) {
	defer close(d.todo)
	defer close(d.order)
	files := d.x.byMonth()
	for i, file := range files {
		files[i] = nil // there may be hundreds of thousands: those that are read are let go
		file.batches = make(chan *slackBatch, slackAhead)
		select {
		case d.order <- file:
		case <-ctx.Done():
			return
		}
		select {
		case d.todo <- file:
		case <-ctx.Done(): // the consumer may wait already for what no reader will send
			close(file.batches)
			return
		}
	}
}

// byMonth lists the files by the month in their names, then by channel and day: within a month rows come nearly in the order of their
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

func (d *slackDays) read(ctx context.Context, rows *slackRows) {
	var list slackList
	var m slackMessage
	for file := range d.todo {
		file.err = d.readFile(ctx, file, rows, &list, &m)
		close(file.batches)
	}
}

// readFile reads one file. Other JSON than day files stands in channels' folders too (canvases; copies of messages under another
// name): it is read when its first record is a message, else it is none of ours.
func (d *slackDays) readFile(ctx context.Context, file *slackFile, rows *slackRows, list *slackList, m *slackMessage) error {
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
			if err := file.send(ctx, rows.out); err != nil {
				return err
			}
			rows.out = d.batch()
		}
	}
	if len(rows.out.records) == 0 {
		return nil
	}
	return file.send(ctx, rows.out)
}

func (f *slackFile) send(ctx context.Context, b *slackBatch) error {
	select {
	case f.batches <- b:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *slackDays) batch() *slackBatch {
	if b, ok := d.free.Get().(*slackBatch); ok {
		b.rows, b.records = b.rows[:0], b.records[:0]
		return b
	}
	return &slackBatch{rows: make([]schema.ActivityRow, 0, 2*slackRowsMax), records: make([]slackRecord, 0, slackRowsMax)}
}
