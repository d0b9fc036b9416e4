package ingest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

func trimBOM(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")) }

// utf8Reader gives the text of r as UTF-8: byte order marks of UTF-8 and UTF-16 are honoured and removed; a file whose
// first 64 KiB are not UTF-8 is read as Windows-1252, which is what spreadsheets write. The second result names the
// encoding when it was not UTF-8.
func utf8Reader(r io.Reader) (io.Reader, string) {
	b := bufio.NewReaderSize(r, 64<<10)
	head, _ := b.Peek(64 << 10)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		b.Discard(3)
		return b, ""
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return transform.NewReader(b, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()), "UTF-16"
	}
	valid := head
	for i := 0; i < utf8.UTFMax && len(valid) > 0 && !utf8.Valid(valid); i++ { // a rune may be cut at the end
		valid = valid[:len(valid)-1]
	}
	if utf8.Valid(valid) && (len(valid) > 0 || len(head) == 0) {
		return b, ""
	}
	return transform.NewReader(b, charmap.Windows1252.NewDecoder()), "Windows-1252"
}

// splitList splits a cell that holds several values: on ; or |, trimmed, empty ones dropped.
func splitList(s string) []string {
	var out []string
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '|' }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// references returns the distinct whole words that look like an incident's or a ticket's id, in upper case, in order: letters, a dash, a
// number, as in INC-12. The number ends at a non-digit, so INC-1 is never found in INC-12; letters before the word are part of it.
func references(texts ...string) []string {
	var out []string
	for _, s := range texts {
		begin := 0 // of what is not part of a word yet
		for i := 0; ; {
			dash := strings.IndexByte(s[i:], '-')
			if dash < 0 {
				break
			}
			dash += i
			if i = dash + 1; i >= len(s) || !isDigit(s[i]) {
				continue
			}
			from := dash
			for at := dash - 1; at >= begin && s[at] < utf8.RuneSelf && wordByte(s[at]); at-- {
				if isLetter(s[at]) {
					from = at
				}
			}
			if from == dash {
				continue
			}
			for i < len(s) && isDigit(s[i]) {
				i++
			}
			begin = i
			if from > 0 && wordByte(s[from-1]) || i < len(s) && wordByte(s[i]) {
				continue
			}
			if word := strings.ToUpper(s[from:i]); !contains(out, word) {
				out = append(out, word)
			}
		}
	}
	return out
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func wordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// chars is the length of a text in characters, as stored in ActivityRow.Size.
func chars(s string) uint32 { return uint32(utf8.RuneCountInString(s)) }

// emojiName is a reaction's name without its skin tone.
func emojiName(s string) string {
	s, _, _ = strings.Cut(strings.Trim(s, ":"), "::skin-tone-")
	return s
}

// email returns s as a folded address, or "" when it is none.
func email(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
	}
	if !strings.Contains(s, "@") {
		return ""
	}
	if plainAddress(s) {
		return strings.ToLower(s)
	}
	a, err := mail.ParseAddress(s)
	if err != nil {
		return ""
	}
	return strings.ToLower(a.Address)
}

// plainAddress says that s is words of letters, digits, _, + and - with dots between them, on both sides of one @: nothing that needs parsing.
func plainAddress(s string) bool {
	at, word := 0, false
	for _, c := range []byte(s) {
		switch {
		case isLetter(c), isDigit(c), c == '_', c == '+', c == '-':
			word = true
			continue
		case !word, c != '.' && c != '@':
			return false
		case c == '@':
			at++
		}
		word = false
	}
	return word && at == 1
}

// shorten cuts a value for a reject's detail.
func shorten(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) <= most {
		return strings.ToValidUTF8(s, "�")
	}
	return strings.ToValidUTF8(string([]rune(s)[:most]), "�") + "…"
}

// reject makes a RowError.
func reject(file string, line int, reason, detail string) *RowError {
	return &RowError{File: file, Line: line, Reason: reason, Detail: shorten(detail)}
}

// fail ends a file: what is wrong and what to do about it.
func fail(in Input, what, remedy string) error {
	return fmt.Errorf("%s: %s; %s", in.Path, what, remedy)
}
