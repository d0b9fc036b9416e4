package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxLine bounds one line or one JSON value; a longer one ends the file with errLine rather than the memory.
const maxLine = 64 << 20

var errLine = errors.New("a single line is longer than 64 MiB; split it or remove it")

// lineReader passes bytes through and refuses endless lines, whatever reads from it.
type lineReader struct {
	b *bufio.Reader
	n int // length of the current line so far
}

func newLineReader(r io.Reader) *lineReader { return &lineReader{b: bufio.NewReaderSize(r, 64<<10)} }

// peekLine returns the first line without consuming it, cut at 64 KiB.
func (l *lineReader) peekLine() (string, error) {
	head, err := l.b.Peek(64 << 10)
	if len(head) > 0 {
		err = nil
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	return string(line), err
}

func (l *lineReader) Read(p []byte) (int, error) {
	n, err := l.b.Read(p)
	if i := bytes.LastIndexByte(p[:n], '\n'); i >= 0 {
		l.n = n - i - 1
	} else if l.n += n; l.n > maxLine {
		return 0, errLine
	}
	return n, err
}
