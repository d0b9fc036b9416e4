package generate

import (
	"strconv"
	"unicode/utf8"
)

// The exports are written by appending to byte slices: encoding/json would spend most of a 100-million-activity run in
// reflection, and these writers also fix the order of the keys.

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string. Text beyond ASCII stays UTF-8.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	return append(appendEscaped(b, s), '"')
}

// appendEscaped appends s as the inside of a JSON string.
func appendEscaped(b []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' || c >= utf8.RuneSelf {
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		from = i + 1
	}
	return append(b, s[from:]...)
}

// appendKey appends `"key":` after a comma unless it opens the object.
func appendKey(b []byte, key string) []byte {
	if c := b[len(b)-1]; c != '{' {
		b = append(b, ',')
	}
	b = append(b, '"')
	b = append(b, key...)
	return append(b, '"', ':')
}

func field(b []byte, key, value string) []byte { return appendString(appendKey(b, key), value) }

func fieldInt(b []byte, key string, n int64) []byte {
	return strconv.AppendInt(appendKey(b, key), n, 10)
}

func fieldBool(b []byte, key string, v bool) []byte { return strconv.AppendBool(appendKey(b, key), v) }

func fieldNull(b []byte, key string) []byte { return append(appendKey(b, key), "null"...) }

func fieldRaw(b []byte, key, raw string) []byte { return append(appendKey(b, key), raw...) }

// appendUUID appends a UUID of version 4 in text.
func appendUUID(b []byte, r *random) []byte {
	hi, lo := r.Uint64(), r.Uint64()
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(3<<62) | 2<<62
	for i := range 32 {
		x, n := hi, i
		if i >= 16 {
			x, n = lo, i-16
		}
		if i == 8 || i == 12 || i == 16 || i == 20 {
			b = append(b, '-')
		}
		b = append(b, hexDigits[x>>(60-4*n)&15])
	}
	return b
}

// appendTS appends a Slack time stamp: microseconds since 1970 with six decimals.
func appendTS(b []byte, micros int64) []byte {
	b = strconv.AppendInt(b, micros/1e6, 10)
	b = append(b, '.')
	f := micros % 1e6
	for div := int64(1e5); div > 0; div /= 10 {
		b = append(b, byte('0'+f/div%10))
	}
	return b
}

// appendISO appends an instant as 2006-01-02T15:04:05Z.
func appendISO(b []byte, unix int64) []byte {
	return utc(unix).AppendFormat(b, "2006-01-02T15:04:05Z")
}

func fieldISO(b []byte, key string, unix int64) []byte {
	b = append(appendKey(b, key), '"')
	return append(appendISO(b, unix), '"')
}
