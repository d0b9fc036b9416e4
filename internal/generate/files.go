package generate

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// activityKind is a kind of activity as the product counts them.
type activityKind int

const (
	aMessage activityKind = iota
	aReply
	aReaction
	aJoin
	aFile
	aAlert
	aPage
	aAck
	aResolve
	aNote
	aEscalation
	aPROpened
	aPRMerged
	aReview
	aPRComment
	aTicketCreated
	aTicketChanged
	aTicketComment
	aCallSpoke
	aBot
	numActivities
)

var activityNames = [numActivities]string{"message", "reply", "reaction", "join", "file", "alert", "page", "ack", "resolve", "note",
	"escalation", "pr_opened", "pr_merged", "review", "pr_comment", "ticket_created", "ticket_changed", "ticket_comment", "call_spoke", "bot_message"}

// tallies counts what a writer wrote; every writer has its own and they are added up at the end.
type tallies [numActivities]int64

func (t *tallies) add(u *tallies) {
	for i, n := range u {
		t[i] += n
	}
}

// file is a buffered output file whose first error is kept for close.
type file struct {
	f   *os.File
	w   *bufio.Writer
	err error
}

func create(dir, name string) (*file, error) {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &file{f: f, w: bufio.NewWriterSize(f, 1<<17)}, nil
}

func (f *file) Write(b []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	var n int
	n, f.err = f.w.Write(b)
	return n, f.err
}

func (f *file) print(s string) { f.Write([]byte(s)) }

func (f *file) close() error {
	if f.err == nil {
		f.err = f.w.Flush()
	}
	if err := f.f.Close(); f.err == nil {
		f.err = err
	}
	return f.err
}

// writeCSV writes a whole CSV file: rows calls emit once per record.
func writeCSV(dir, name string, header []string, rows func(emit func(...string))) error {
	f, err := create(dir, name)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	w.Write(header)
	rows(func(record ...string) { w.Write(record) }) // its first error is kept by f
	w.Flush()
	return f.close()
}

// array writes a JSON array of records one by one.
type array struct {
	*file
	n int
}

func createArray(dir, name string) (*array, error) {
	f, err := create(dir, name)
	if err != nil {
		return nil, err
	}
	f.print("[")
	return &array{file: f}, nil
}

func (a *array) add(record []byte) {
	if a.n > 0 {
		a.print(",\n")
	}
	a.n++
	a.Write(record)
}

func (a *array) close() error {
	a.print("]\n")
	return a.file.close()
}

// pages writes records as the numbered page files of a REST export.
type pages struct {
	dir, name, key string
	limit          int
	body           bytes.Buffer
	inPage, pages  int
	err            error
}

// pageLimit is the records to a page. PagerDuty gives at most 100; a very large organization's export would then be tens of
// thousands of files, and is bundled.
func pageLimit(people int) int {
	if people > 2000 {
		return 1000
	}
	return 100
}

func newPages(dir, name, key string, limit int) *pages {
	return &pages{dir: dir, name: name, key: key, limit: limit}
}

func (p *pages) add(record []byte) {
	if p.inPage == p.limit {
		p.flush(true)
	}
	if p.inPage > 0 {
		p.body.WriteString(",\n")
	}
	p.inPage++
	p.body.Write(record)
}

func (p *pages) flush(more bool) {
	if p.err != nil {
		return
	}
	f, err := create(p.dir, fmt.Sprintf("%s-%04d.json", p.name, p.pages+1))
	if err != nil {
		p.err = err
		return
	}
	f.print(`{"` + p.key + `":[`)
	f.Write(p.body.Bytes())
	f.print(`],"limit":` + strconv.Itoa(p.limit) + `,"offset":` + strconv.Itoa(p.pages*p.limit) + `,"more":` + strconv.FormatBool(more) + `,"total":null}` + "\n")
	p.err = f.close()
	p.pages++
	p.inPage = 0
	p.body.Reset()
}

func (p *pages) close() error {
	p.flush(false)
	return p.err
}
