package main

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"strings"
)

// plain keeps text of sources from steering the terminal or forging the table that it stands in: what cannot be seen becomes a space.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if !strconv.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

// plainLines is plain for text of several lines.
func plainLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = plain(lines[i])
	}
	return strings.Join(lines, "\n")
}

// show writes what other programs read (JSON, CSV): as it is into files and pipes, made plain on a terminal.
func show(f *os.File, write func(io.Writer) error) error {
	if !onTerminal(f) {
		return write(f)
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	_, err := io.WriteString(f, plainLines(b.String()))
	return err
}

// onTerminal says whether f is a terminal: only there progress is shown.
func onTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
