package schema

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// activityColumns is a batch of activity by column, in the form in which the native protocol sends it: nothing in it points to what the
// garbage collector would have to look at, and each word of a LowCardinality column is looked up once, not by reflection.
type activityColumns struct {
	rows, refs                                             int
	at, size, bot, ver                                     []byte
	source, account, kind, actor, target, container, emoji words
	nativeID, thread                                       texts
	ref                                                    []byte // texts, each behind its length
	refsEnd                                                []byte // of each row, the number of refs so far
}

// columnsMark is a place in a batch that truncate returns to: the rows before it, their refs, and the bytes of those.
type columnsMark struct{ rows, refs, ref int }

func (c *activityColumns) mark() columnsMark { return columnsMark{c.rows, c.refs, len(c.ref)} }

// add appends one row.
func (c *activityColumns) add(a *ActivityRow, ver uint64) {
	c.rows++
	c.at = binary.LittleEndian.AppendUint64(c.at, uint64(a.At.UnixMicro()))
	c.source.add(a.Source)
	c.account.add(a.Account)
	c.nativeID.add(a.NativeID)
	c.kind.add(string(a.Kind))
	c.actor.add(a.Actor)
	c.target.add(a.TargetActor)
	c.container.add(a.Container)
	c.thread.add(a.Thread)
	c.emoji.add(a.Emoji)
	for _, ref := range a.IncidentRef {
		c.ref = appendString(c.ref, ref)
	}
	c.refs += len(a.IncidentRef)
	c.refsEnd = binary.LittleEndian.AppendUint64(c.refsEnd, uint64(c.refs))
	c.size = binary.LittleEndian.AppendUint32(c.size, a.Size)
	bot := byte(0)
	if a.IsBot {
		bot = 1
	}
	c.bot = append(c.bot, bot)
	c.ver = binary.LittleEndian.AppendUint64(c.ver, ver)
}

// truncate keeps the rows before the mark; words of the others stay in the dictionaries.
func (c *activityColumns) truncate(m columnsMark) {
	c.rows, c.refs = m.rows, m.refs
	c.nativeID.truncate(m.rows)
	c.thread.truncate(m.rows)
	c.ref = c.ref[:m.ref]
	c.at, c.ver, c.refsEnd, c.size, c.bot = c.at[:8*m.rows], c.ver[:8*m.rows], c.refsEnd[:8*m.rows], c.size[:4*m.rows], c.bot[:m.rows]
	for _, w := range c.dictionaries() {
		w.codes = w.codes[:m.rows]
	}
}

// clear empties the batch, keeping its memory.
func (c *activityColumns) clear() {
	c.truncate(columnsMark{})
	for _, w := range c.dictionaries() {
		w.clear()
	}
}

func (c *activityColumns) dictionaries() []*words {
	return []*words{&c.source, &c.account, &c.kind, &c.actor, &c.target, &c.container, &c.emoji}
}

// fill makes these the rows of a batch, column by column in the order of RawTables and ver, in place of those that it was last sent with.
func (c *activityColumns) fill(b driver.Batch) error {
	columns := b.Columns()
	for i, from := range []any{c.at, &c.source, &c.account, &c.nativeID, &c.kind, &c.actor, &c.target, &c.container, &c.thread, &c.emoji, append(c.refsEnd[:len(c.refsEnd):len(c.refsEnd)], c.ref...), c.size, c.bot, c.ver} {
		columns[i].Reset()
		var err error
		switch from := from.(type) {
		case []byte:
			err = columns[i].Decode(proto.NewReader(bytes.NewReader(from)), c.rows)
		case *words:
			err = columns[i].Decode(proto.NewReader(bytes.NewReader(from.wire())), c.rows)
		case *texts:
			_, err = columns[i].Append(from.list())
		}
		if err != nil {
			return fmt.Errorf("column %d: %w", i, err)
		}
	}
	return nil
}

// texts is a String column: the rows' bytes, one behind the other, and where each row's end.
type texts struct {
	bytes []byte
	ends  []int
}

func (t *texts) add(s string) {
	t.bytes = append(t.bytes, s...)
	t.ends = append(t.ends, len(t.bytes))
}

func (t *texts) truncate(rows int) {
	t.ends = t.ends[:rows]
	t.bytes = t.bytes[:0]
	if rows > 0 {
		t.bytes = t.bytes[:t.ends[rows-1]]
	}
}

func (t *texts) list() []string {
	all, from := string(t.bytes), 0
	out := make([]string, len(t.ends))
	for i, end := range t.ends {
		out[i], from = all[from:end], end
	}
	return out
}

// words is a LowCardinality(String) column: a dictionary, whose first word is the empty one, and each row's place in it.
type words struct {
	codes []uint32
	index map[string]uint32
	list  []string
	last  uint32
}

func (w *words) add(s string) {
	if len(w.list) == 0 {
		w.list, w.index = append(w.list, ""), map[string]uint32{"": 0}
		w.last = 0
	}
	if w.list[w.last] != s { // mostly it is the word before
		code, known := w.index[s]
		if !known {
			code = uint32(len(w.list))
			w.list = append(w.list, s)
			w.index[s] = code
		}
		w.last = code
	}
	w.codes = append(w.codes, w.last)
}

func (w *words) clear() { *w = words{codes: w.codes[:0]} }

// wire is the column in the native protocol: how wide the codes are, that a dictionary comes with them, the dictionary, the codes.
func (w *words) wire() []byte {
	const additionalKeys, updateDictionary = 1 << 9, 1 << 10
	width := 0 // 1<<width bytes a code
	for len(w.list) > 1<<(8<<width) {
		width++
	}
	out := binary.LittleEndian.AppendUint64(make([]byte, 0, len(w.codes)<<width+32*len(w.list)), additionalKeys|updateDictionary|uint64(width))
	out = binary.LittleEndian.AppendUint64(out, uint64(len(w.list)))
	for _, s := range w.list {
		out = appendString(out, s)
	}
	out = binary.LittleEndian.AppendUint64(out, uint64(len(w.codes)))
	switch width {
	case 0:
		for _, c := range w.codes {
			out = append(out, byte(c))
		}
	case 1:
		for _, c := range w.codes {
			out = binary.LittleEndian.AppendUint16(out, uint16(c))
		}
	default:
		for _, c := range w.codes {
			out = binary.LittleEndian.AppendUint32(out, c)
		}
	}
	return out
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
