// Package ingest turns files that other people's systems wrote into rows of the raw tables. It is the only writer of raw
// tables. A Source reads bytes and yields rows; Load finds the source of each file, batches, writes, and keeps the log.
// It answers no questions about the data: that is package query.
package ingest

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// Source is one kind of export. It is listed in Sources; that line gives it detection, --as, help and the common tests.
type Source struct {
	Name string // the word for --as
	// As is another word for --as, for a kind with more than one source: "vesting" is a table or an Open Cap Format tree.
	As  string
	Doc string // one line for the help: what file this is
	// Tree is set for exports of several files that only make sense together (a Slack workspace): Detect and Read get the
	// whole directory or archive. Without it they get a file system that holds exactly one file.
	Tree bool
	// Lone is set for a Tree that also reads a single file of it: then Detect and Read get that one file, when no other source takes it.
	Lone bool
	// Detect tells by content, cheaply, whether this is such an export. It never panics on foreign files.
	Detect func(Input) bool
	// Read yields the rows in file order. It is pure: no database, no clock, no network, no state between calls.
	//   (row, nil)         a row; a Tree's is valid until the next one is asked for
	//   (nil, nil)         one record of the export is complete; it counts as read, whatever number of rows it gave
	//   (nil, *RowError)   one record is rejected; reading goes on
	//   (nil, *Notice)     something worth counting that rejects nothing
	//   (nil, other error) the file ends here and nothing of it is kept
	Read func(context.Context, Input) iter.Seq2[schema.Row, error]
}

// Input is one export and what the user said about it.
type Input struct {
	fs.FS                      // the tree, or exactly one file
	Path     string            // as the user would name it, for messages
	AsOf     time.Time         // --as-of: the day of a roster snapshot; zero when not given
	Incident string            // --incident: the incident a transcript belongs to
	Map      map[string]string // --map field=column: our field to their column
	Zone     *time.Location    // of stamps without a zone; nil is UTC
	start    *start            // what the sources that are asked one after the other find there; nil: each reads it
}

// RowError is a record that was read but cannot be kept.
type RowError struct {
	File   string // within the export
	Line   int    // line for line-based files, record number (from 1) for others; 0 unknown
	Reason string // a short class without data, e.g. "ts is not a time"; rejects are counted by it
	Detail string // the offending value, shortened; shown to admins only
}

func (e *RowError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Reason)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason)
}

// Notice is something that was read in a way the user should know of, counted by its reason ("stamp without a zone read as UTC").
type Notice struct {
	File   string
	Line   int
	Reason string
}

func (n *Notice) Error() string { return fmt.Sprintf("%s:%d: %s", n.File, n.Line, n.Reason) }
