package ingest

import (
	"errors"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// maxParquetPage and maxParquetValues bound one page; writers make pages of about a megabyte. The library takes memory for what a page's
// header says before it reads the page, so that a few changed bytes could ask for gigabytes.
const (
	maxParquetPage   = 64 << 20
	maxParquetValues = 16 << 20
)

var errPage = errors.New("has a page larger than 64 MiB, or is no sound Parquet file")

// checkPages walks the headers of all pages of a file, without their content.
func checkPages(r io.ReaderAt, size int64, f *parquet.File) error {
	for _, group := range f.Metadata().RowGroups {
		for _, column := range group.Columns {
			m := column.MetaData
			at := m.DataPageOffset
			if m.DictionaryPageOffset > 0 && m.DictionaryPageOffset < at {
				at = m.DictionaryPageOffset
			}
			if at < 4 || m.TotalCompressedSize < 0 || m.TotalCompressedSize > size-at || m.NumValues < 0 {
				return errPage
			}
			if err := checkChunk(r, at, at+m.TotalCompressedSize); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkChunk(r io.ReaderAt, at, end int64) error {
	head := make([]byte, 64<<10)
	protocol := thrift.CompactProtocol{}
	for at < end {
		n, err := r.ReadAt(head[:min(int64(len(head)), end-at)], at)
		if n == 0 {
			return err
		}
		reader := protocol.NewReaderFromBytes(head[:n])
		var h format.PageHeader
		if thrift.NewDecoder(reader).Decode(&h) != nil {
			return errPage
		}
		values := max(h.DataPageHeader.V.NumValues, h.DataPageHeaderV2.V.NumValues, h.DictionaryPageHeader.V.NumValues)
		levels := int64(h.DataPageHeaderV2.V.RepetitionLevelsByteLength) + int64(h.DataPageHeaderV2.V.DefinitionLevelsByteLength)
		begin := at + int64(reader.BytesRead())
		if h.CompressedPageSize < 0 || h.UncompressedPageSize < 0 || h.UncompressedPageSize > maxParquetPage || int64(h.CompressedPageSize) > end-begin ||
			values < 0 || values > maxParquetValues || levels < 0 || levels > int64(h.CompressedPageSize) || begin == at {
			return errPage
		}
		at = begin + int64(h.CompressedPageSize)
	}
	return nil
}
