package ingest

import (
	"io"
	"io/fs"
	"time"
)

// oneFile is a file system that holds exactly one file at its root, opened by a function: how a plain or compressed file
// reaches a Source.
type oneFile struct {
	name string
	open func() (io.ReadCloser, error)
}

func (f oneFile) Open(name string) (fs.File, error) {
	switch name {
	case ".":
		return &oneDir{f: f}, nil
	case f.name:
		r, err := f.open()
		if err != nil {
			return nil, &fs.PathError{Op: "open", Path: name, Err: err}
		}
		return &openFile{ReadCloser: r, info: fileInfo{f.name, 0}}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

type oneDir struct {
	f    oneFile
	done bool
}

func (d *oneDir) Stat() (fs.FileInfo, error) { return fileInfo{".", fs.ModeDir | 0o555}, nil }
func (d *oneDir) Read([]byte) (int, error)   { return 0, fs.ErrInvalid }
func (d *oneDir) Close() error               { return nil }
func (d *oneDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if d.done {
		if n > 0 {
			return nil, io.EOF
		}
		return nil, nil
	}
	d.done = true
	return []fs.DirEntry{fs.FileInfoToDirEntry(fileInfo{d.f.name, 0o444})}, nil
}

type openFile struct {
	io.ReadCloser
	info fileInfo
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }

type fileInfo struct {
	name string
	mode fs.FileMode
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return -1 }
func (i fileInfo) Mode() fs.FileMode  { return i.mode }
func (i fileInfo) ModTime() time.Time { return time.Time{} }
func (i fileInfo) IsDir() bool        { return i.mode.IsDir() }
func (i fileInfo) Sys() any           { return nil }

// single returns the name of the only file of a non-tree input, "" when it does not hold exactly one.
func (in Input) single() string {
	entries, err := fs.ReadDir(in.FS, ".")
	if err != nil || len(entries) != 1 || entries[0].IsDir() {
		return ""
	}
	return entries[0].Name()
}

// start is the start of the only file, read once for all sources that are asked about it.
type start struct {
	head    []byte // headSize of it; nil: not read yet
	outline *outline
}

// headSize is how much of a file most of detection looks at.
const headSize = 64 << 10

// head returns up to n bytes from the start of the only file, for Detect; nil when it cannot be read.
func (in Input) head(n int) []byte {
	if in.start == nil || n > headSize {
		return trimBOM(in.readHead(n))
	}
	if in.start.head == nil {
		in.start.head = in.readHead(headSize)
	}
	return trimBOM(in.start.head[:min(n, len(in.start.head))])
}

func (in Input) readHead(n int) []byte {
	name := in.single()
	if name == "" {
		return nil
	}
	f, err := in.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	b := make([]byte, n)
	m, _ := io.ReadFull(f, b)
	return b[:m]
}

// location is the zone of stamps that name none.
func (in Input) location() *time.Location {
	if in.Zone == nil {
		return time.UTC
	}
	return in.Zone
}
