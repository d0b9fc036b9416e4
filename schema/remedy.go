package schema

import (
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Remedy is what helps against an error of the disk or the engine, "" where the error says it all itself. It holds nothing of the data.
func Remedy(err error) string {
	var exception *clickhouse.Exception
	var op *net.OpError
	if errors.As(err, &exception) {
		switch code := exception.Code; {
		case code == 243 || strings.Contains(exception.Message, "No space left on device") || strings.Contains(exception.Message, "Disk quota exceeded"):
			return remedyFull
		case strings.Contains(exception.Message, "Read-only file system") || strings.Contains(exception.Message, "Permission denied"):
			return remedyReadOnly
		// Files that are missing, too short, or not what was written: CANNOT_READ_ALL_DATA, CHECKSUM_DOESNT_MATCH, FILE_DOESNT_EXIST,
		// NO_FILE_IN_DATA_PART, BAD_SIZE_OF_FILE_IN_DATA_PART, NOT_FOUND_EXPECTED_DATA_PART, UNKNOWN_CODEC, CORRUPTED_DATA, CANNOT_DECOMPRESS.
		case code == 33 || code == 40 || code == 107 || code == 226 || code == 228 || code == 232 || code == 246 || code == 271 || code == 432:
			return remedyDamaged
		}
		return ""
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return remedyFull
	case errors.Is(err, syscall.EROFS):
		return remedyReadOnly
	case errors.As(err, &op), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.EPIPE):
		return remedyLost
	}
	return ""
}

const (
	remedyFull = "the disk is full: free some space, then run the same command again. What was stored before is still there, and what was being written is " +
		"finished or done anew then"
	remedyReadOnly = "orgheat writes to its data directory even to answer (the engine's lock, port and log): make it writable for this user, or name another with --data"
	remedyDamaged  = "stored data is damaged on disk: orgheat rebuild --check sets aside what cannot be read, computes everything else anew, and says which months to load again"
	remedyLost     = "the database went away: run the same command again. The local engine is started anew then, and an interrupted load is finished"
)
