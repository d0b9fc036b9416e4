package ingest

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Limits against archives made to fill a disk or a memory. Real exports of JSON shrink by 5 to 40 times.
const (
	bombRatio  = 250
	bombFloor  = 64 << 20
	maxNested  = 512 << 20 // an archive within an archive is held in memory
	maxNesting = 8
)

// unit is one export found below a path: what Load reads and writes as a whole.
type unit struct {
	path   string // as the user would name it
	source Source
	fsys   fs.FS
	bytes  int64 // uncompressed, as far as it is known beforehand
	known  bool  // bytes is the uncompressed size
}

// skipped is a file that no source recognizes.
type skipped struct{ path, reason string }

// finder walks what the user named.
type finder struct {
	opts    *Options
	read    *atomic.Int64 // counts the bytes read through everything found
	units   []unit
	skipped []skipped
	indexes indexes
	closers []io.Closer
}

func (f *finder) close() {
	for _, c := range f.closers {
		c.Close()
	}
}

// add finds the exports in a path that the user named.
func (f *finder) add(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return fmt.Errorf("%w; name a file, a directory or an archive of an export", err)
	}
	found, skips := len(f.units), len(f.skipped)
	if info.IsDir() {
		err = f.tree(os.DirFS(name), name, 0)
	} else {
		err = f.file(plainFile(name), name, info.Size(), 0)
	}
	if err != nil {
		return err
	}
	if len(f.units) == found {
		if len(f.skipped) == skips+1 && f.skipped[skips].path == name {
			return fmt.Errorf("%s: %s", name, f.skipped[skips].reason)
		}
		return fmt.Errorf("%s: holds no export that orgheat knows; see orgheat load --help for the kinds, or name one with --as", name)
	}
	return nil
}

// opened is a way to a file's bytes; readerAt is set where the file can be read at any offset.
type opened struct {
	open     func() (io.ReadCloser, error)
	readerAt func() (io.ReaderAt, int64, io.Closer, error)
}

func plainFile(name string) opened {
	return opened{
		open: func() (io.ReadCloser, error) { return os.Open(name) },
		readerAt: func() (io.ReaderAt, int64, io.Closer, error) {
			file, err := os.Open(name)
			if err != nil {
				return nil, 0, nil, err
			}
			info, err := file.Stat()
			if err != nil {
				file.Close()
				return nil, 0, nil, err
			}
			return file, info.Size(), file, nil
		},
	}
}

func innerFile(fsys fs.FS, name string) opened {
	return opened{
		open: func() (io.ReadCloser, error) { return fsys.Open(name) },
		readerAt: func() (io.ReaderAt, int64, io.Closer, error) {
			file, err := fsys.Open(name)
			if err != nil {
				return nil, 0, nil, err
			}
			if at, ok := file.(io.ReaderAt); ok { // of a directory, not of an archive
				info, err := file.Stat()
				if err != nil {
					file.Close()
					return nil, 0, nil, err
				}
				return at, info.Size(), file, nil
			}
			defer file.Close()
			b, err := io.ReadAll(io.LimitReader(file, maxNested+1))
			if err != nil {
				return nil, 0, nil, err
			}
			if len(b) > maxNested {
				return nil, 0, nil, errors.New("an archive inside an archive is larger than 512 MiB; unpack it first")
			}
			return bytes.NewReader(b), int64(len(b)), io.NopCloser(nil), nil
		},
	}
}

// tree asks the tree sources about a directory, and otherwise goes through its entries.
func (f *finder) tree(fsys fs.FS, display string, depth int) error {
	if depth > maxNesting {
		return fmt.Errorf("%s: directories or archives are nested more than %d deep", display, maxNesting)
	}
	counted := countingFS{fsys, f.read}
	for _, s := range Sources {
		if s.Tree && (f.opts.As == "" || f.opts.As == s.Name || f.opts.As == s.As) && s.Detect(f.input(counted, display)) {
			f.units = append(f.units, unit{path: display, source: s, fsys: counted, bytes: treeSize(fsys), known: true})
			return nil
		}
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return fmt.Errorf("%s: %w", display, err)
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() })
	for _, e := range entries {
		inner := path.Join(display, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), ".") || e.Name() == "__MACOSX":
		case e.IsDir():
			sub, err := fs.Sub(fsys, e.Name())
			if err != nil {
				return fmt.Errorf("%s: %w", inner, err)
			}
			if err := f.tree(sub, inner, depth+1); err != nil {
				return err
			}
		case !e.Type().IsRegular() && e.Type()&fs.ModeSymlink == 0:
			f.skipped = append(f.skipped, skipped{inner, "not a regular file"})
		default:
			size := int64(0)
			if info, err := e.Info(); err == nil {
				size = info.Size()
			}
			if err := f.file(innerFile(fsys, e.Name()), inner, size, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *finder) input(fsys fs.FS, display string) Input {
	return Input{FS: fsys, Path: display, AsOf: f.opts.AsOf, Incident: f.opts.Incident, Map: f.opts.Map, Zone: f.opts.Zone}
}

func treeSize(fsys fs.FS) (n int64) {
	_ = fs.WalkDir(fsys, ".", func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil
	})
	return n
}

// file finds the exports in one file: an archive's content, a decompressed stream, or the file itself.
func (f *finder) file(o opened, display string, size int64, depth int) error {
	head, err := peek(o)
	if err != nil {
		return fmt.Errorf("%s: %w", display, err)
	}
	base := path.Base(filepath.ToSlash(display))
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return f.zip(o, display, depth)
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return f.single(oneFile{name: strings.TrimSuffix(base, ".gz"), open: decompress(o, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) })}, display, size, false)
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		return f.single(oneFile{name: strings.TrimSuffix(base, ".zst"), open: decompress(o, func(r io.Reader) (io.Reader, error) {
			return zstd.NewReader(r, zstd.WithDecoderMaxMemory(256<<20), zstd.WithDecoderConcurrency(1))
		})}, display, size, false)
	}
	return f.single(oneFile{name: base, open: o.open}, display, size, true)
}

func (f *finder) single(one oneFile, display string, size int64, known bool) error {
	fsys := countingFS{one, f.read}
	in := f.input(fsys, display)
	in.start = &start{}
	if f.opts.As != "" {
		f.units = append(f.units, unit{display, namedFor(f.opts.As, in), fsys, size, known})
		return nil
	}
	for _, lone := range []bool{false, true} { // trees that read a single file come after the sources of files
		for _, s := range Sources {
			if s.Tree == lone && s.Lone == lone && s.Detect(in) {
				f.units = append(f.units, unit{display, s, fsys, size, known})
				return nil
			}
		}
	}
	f.skipped = append(f.skipped, skipped{display, unknownFile(in)})
	return nil
}

// namedFor is the source that a word for --as means for a single file: of several the one that knows it, else the one for files.
func namedFor(as string, in Input) Source {
	named := SourcesNamed(as)
	for _, s := range named {
		if len(named) > 1 && s.Detect(in) {
			return s
		}
	}
	for _, s := range named {
		if !s.Tree {
			return s
		}
	}
	return named[0]
}

// unknownFile says why nobody takes a file and what would help.
func unknownFile(in Input) string {
	names := make([]string, 0, len(Sources))
	for _, s := range Sources {
		names = append(names, s.Name)
	}
	kinds := strings.Join(names, ", ")
	if h := in.header(); len(h) > 1 {
		return fmt.Sprintf("a table that no source recognizes by its columns (%s); say what it is with --as KIND (%s) and name its columns with --map FIELD=COLUMN",
			shorten(strings.Join(h, ", ")), kinds)
	}
	return "no source recognizes it; say what it is with --as KIND (" + kinds + ")"
}

// archive is a ZIP archive as a file system. Its index takes some 700 bytes a file, so that it is kept only while it is the one that is read: years
// of exports in an archive a quarter would fill the memory.
type archive struct {
	at      io.ReaderAt
	size    int64
	indexes *indexes
}

// indexes are those of the archives that were read last: two, since an archive may lie in another.
type indexes struct {
	mu   sync.Mutex
	kept [2]struct { // the last used first
		of    *archive
		index *zip.Reader
	}
}

func (a *archive) index() (*zip.Reader, error) {
	a.indexes.mu.Lock()
	defer a.indexes.mu.Unlock()
	kept := &a.indexes.kept
	for i, k := range kept {
		if k.of == a {
			copy(kept[1:], kept[:i])
			kept[0] = k
			return k.index, nil
		}
	}
	r, err := zip.NewReader(a.at, a.size)
	if err != nil {
		return nil, err
	}
	r.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	copy(kept[1:], kept[:])
	kept[0].of, kept[0].index = a, r
	return r, nil
}

// Open opens a file or directory of the archive.
func (a *archive) Open(name string) (fs.File, error) {
	r, err := a.index()
	if err != nil {
		return nil, err
	}
	return r.Open(name)
}

// zip opens an archive after checking that it means well.
func (f *finder) zip(o opened, display string, depth int) error {
	at, size, closer, err := o.readerAt()
	if err != nil {
		return fmt.Errorf("%s: %w", display, err)
	}
	f.closers = append(f.closers, closer)
	z := &archive{at: at, size: size, indexes: &f.indexes}
	r, err := z.index()
	if err != nil {
		return fmt.Errorf("%s: not a whole ZIP archive (%v); it may be truncated: export or copy it again", display, err)
	}
	packed := uint64(0)
	for _, e := range r.File {
		name := e.Name
		switch {
		case strings.HasPrefix(name, "/") || strings.HasPrefix(name, `\`) || strings.Contains(name, ":") && len(name) > 1 && name[1] == ':':
			return fmt.Errorf("%s: the entry %q has an absolute path; this is no export, nothing was loaded", display, shorten(name))
		case !fs.ValidPath(strings.TrimSuffix(strings.ReplaceAll(name, `\`, "/"), "/")):
			return fmt.Errorf("%s: the entry %q climbs out of the archive; this is no export, nothing was loaded", display, shorten(name))
		case e.Mode()&fs.ModeSymlink != 0:
			return fmt.Errorf("%s: the entry %q is a link; this is no export, nothing was loaded", display, shorten(name))
		case e.Flags&1 != 0:
			return fmt.Errorf("%s: the archive is encrypted; unpack it first", display)
		case e.UncompressedSize64 > bombFloor && e.UncompressedSize64 > bombRatio*(e.CompressedSize64+1):
			return fmt.Errorf("%s: the entry %q would unpack to %d MiB from %d KiB, which looks like a ZIP bomb; unpack it yourself if it is real",
				display, shorten(name), e.UncompressedSize64>>20, e.CompressedSize64>>10)
		}
		packed += e.CompressedSize64
	}
	if packed > uint64(size) {
		return fmt.Errorf("%s: its entries overlap, which looks like a ZIP bomb; nothing was loaded", display)
	}
	return f.tree(z, display, depth+1)
}

func peek(o opened) ([]byte, error) {
	r, err := o.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b := make([]byte, 8)
	n, err := io.ReadFull(r, b)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	return b[:n], nil
}

// decompress opens a stream through a decompressor that refuses to grow without end.
func decompress(o opened, wrap func(io.Reader) (io.Reader, error)) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		raw, err := o.open()
		if err != nil {
			return nil, err
		}
		in := &countReader{r: raw}
		out, err := wrap(in)
		if err != nil {
			raw.Close()
			return nil, fmt.Errorf("compressed file cannot be read: %w", err)
		}
		return &boundedStream{out: out, in: in, close: func() error {
			if z, ok := out.(*zstd.Decoder); ok {
				z.Close()
			}
			return raw.Close()
		}}, nil
	}
}

type countReader struct {
	r io.Reader
	n int64
}

func (c *countReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

type boundedStream struct {
	out   io.Reader
	in    *countReader
	n     int64
	close func() error
}

var errBomb = errors.New("it unpacks to over 250 times its size, which looks like a decompression bomb; unpack it yourself if it is real")

func (b *boundedStream) Read(p []byte) (int, error) {
	n, err := b.out.Read(p)
	if b.n += int64(n); b.n > bombFloor && b.n > bombRatio*(b.in.n+1) {
		return 0, errBomb
	}
	return n, err
}

func (b *boundedStream) Close() error { return b.close() }

// countingFS counts the bytes read from its files, for progress.
type countingFS struct {
	fs.FS
	n *atomic.Int64
}

func (c countingFS) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if d, ok := f.(fs.ReadDirFile); ok {
		return d, nil
	}
	return &countingFile{f, c.n}, nil
}

func (c countingFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(c.FS, name) }

type countingFile struct {
	fs.File
	n *atomic.Int64
}

func (c *countingFile) Read(p []byte) (int, error) {
	n, err := c.File.Read(p)
	c.n.Add(int64(n))
	return n, err
}
