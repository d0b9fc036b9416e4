package ingest

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkSource reads every fixture that is one text file, repeated to 8 MiB: lists, pages and lines in a row are one export, too.
func BenchmarkSource(b *testing.B) {
	for _, s := range Sources {
		if s.Tree {
			continue
		}
		for _, path := range fixtures(s) {
			switch filepath.Ext(path) {
			case ".json", ".jsonl", ".ndjson", ".csv":
				b.Run(s.Name+"/"+filepath.Base(path), func(b *testing.B) { benchmarkFixture(b, s, path) })
			}
		}
	}
}

func benchmarkFixture(b *testing.B, s Source, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	body := text
	if filepath.Ext(path) == ".csv" {
		_, body, _ = bytes.Cut(text, []byte("\n"))
	}
	if !bytes.HasSuffix(body, []byte("\n")) {
		text, body = append(text, '\n'), append(body, '\n')
	}
	text = append(text, bytes.Repeat(body, 8<<20/len(body))...)
	in := Input{Path: filepath.Base(path), FS: oneFile{name: filepath.Base(path), open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }}}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for _, err := range s.Read(context.Background(), in) {
			switch err.(type) {
			case nil, *RowError, *Notice:
			default:
				b.Skip(err) // a fixture of what is refused as a whole
			}
		}
	}
}
