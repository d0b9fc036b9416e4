package ingest

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

var (
	errNoTime   = errors.New("not a time")
	errTimeOut  = errors.New("time out of range, 1990 to 2099 is kept")
	errTwoDigit = errors.New("year has two digits, write four")
)

// zonelessReason is the notice for a stamp that names no zone.
const zonelessReason = "time stamp without a zone, read in the account's zone"

var zonedLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 Z07:00",
	"2006-01-02 15:04:05.999999999 -0700", "2006-01-02 15:04:05.999999999 -0700 MST", "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00",
	"20060102T150405Z", time.RFC1123, time.RFC1123Z, "2006-01-02 15:04:05 MST", "Mon Jan 2 15:04:05 -0700 2006",
}

var plainLayouts = []string{
	"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04",
	"01/02/2006 15:04:05", "01/02/2006 15:04", "1/2/2006 15:04", "2/Jan/2006 15:04", "02/Jan/2006 3:04 PM", "2/Jan/2006 3:04 PM", "Jan 2, 2006 15:04",
	"January 2, 2006 15:04", "1/2/2006 3:04 PM", "Jan 2, 2006, 3:04 PM", "Jan 2, 2006 3:04 PM",
}

var dayLayouts = []string{"2006-01-02", "20060102", "1/2/2006", "01/02/2006", "2/Jan/2006", "2006/01/02", "Jan 2, 2006", "January 2, 2006", "2 January 2006", "2 Jan 2006"}

// parseStamp reads an instant as exports write it: RFC 3339 and its relatives, Unix seconds, milliseconds or microseconds, or a
// wall clock without a zone, which is read in loc and reported by the second result. Errors are the err... values above.
func parseStamp(s string, loc *time.Location) (t time.Time, zoneless bool, err error) {
	s = strings.TrimSpace(s)
	if !strings.ContainsAny(s, "0123456789") {
		return time.Time{}, false, errNoTime
	}
	if t, zoneless, ok := isoStamp(s, loc); ok {
		return checkRange(t, zoneless)
	}
	if t, ok := unixStamp(s); ok {
		return checkRange(t, false)
	}
	for _, l := range zonedLayouts {
		t, err := time.Parse(l, s)
		if err != nil {
			continue
		}
		if name, off := t.Zone(); strings.HasSuffix(l, "MST") && !strings.Contains(l, "-0700") && off == 0 && name != "UTC" && name != "GMT" {
			return time.Time{}, false, errNoTime // an abbreviation Go does not know would be taken for UTC
		}
		return checkRange(t, false)
	}
	for _, l := range plainLayouts {
		if t, err := time.ParseInLocation(l, s, loc); err == nil {
			return checkRange(t, true)
		}
	}
	if t, err := parseDay(s); err == nil {
		return checkRange(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, loc), true)
	} else if !errors.Is(err, errNoTime) {
		return time.Time{}, false, err
	}
	return time.Time{}, false, errNoTime
}

// isoStamp reads what nearly all stamps are: 2006-01-02T15:04:05.999999999, or with a space for the T, or no seconds, with Z, +01:00, +0100 or no zone.
// The layouts above say the same and more, at twenty times the cost and more.
func isoStamp(s string, loc *time.Location) (t time.Time, zoneless, ok bool) {
	if len(s) < len("2006-01-02T15:04") || s[4] != '-' || s[7] != '-' || s[10] != 'T' && s[10] != ' ' || s[13] != ':' {
		return time.Time{}, false, false
	}
	ok = true
	number := func(from, to, least, most int) (n int) {
		for _, c := range []byte(s[from:to]) {
			ok = ok && isDigit(c)
			n = n*10 + int(c-'0')
		}
		ok = ok && least <= n && n <= most
		return n
	}
	year, month, day := number(0, 4, 0, 9999), number(5, 7, 1, 12), number(8, 10, 1, 31)
	hour, minute := number(11, 13, 0, 23), number(14, 16, 0, 59)
	second, nano, i := 0, 0, 16
	seconds := len(s) >= len("2006-01-02T15:04:05") && s[16] == ':'
	if seconds {
		second, i = number(17, 19, 0, 59), 19
	}
	if seconds && i < len(s) && s[i] == '.' {
		unit := 1_000_000_000
		for i++; i < len(s) && isDigit(s[i]) && unit > 1; i++ {
			unit /= 10
			nano += int(s[i]-'0') * unit
		}
		ok = ok && i > 20
	}
	offset := 0
	switch zone := s[i:]; {
	case zone == "Z":
		loc = time.UTC
	case zone == "":
		zoneless = true
	case len(zone) == len("+01:00") && zone[3] == ':', len(zone) == len("+0100") && s[10] == 'T' && seconds:
		loc = time.UTC
		offset = number(i+1, i+3, 0, 23)*3600 + number(len(s)-2, len(s), 0, 59)*60
		if zone[0] == '-' {
			offset = -offset
		} else {
			ok = ok && zone[0] == '+'
		}
	default:
		return time.Time{}, false, false
	}
	if day > 28 {
		ok = ok && time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
	}
	t = time.Date(year, time.Month(month), day, hour, minute, second, nano, loc)
	return t.Add(-time.Duration(offset) * time.Second), zoneless, ok
}

func checkRange(t time.Time, zoneless bool) (time.Time, bool, error) {
	if y := t.UTC().Year(); y < 1990 || y > 2099 {
		return time.Time{}, false, errTimeOut
	}
	return t.UTC(), zoneless, nil
}

func unixStamp(s string) (time.Time, bool) {
	whole, frac, _ := strings.Cut(s, ".")
	if strings.IndexByte(whole, ':') > 0 { // an error of strconv costs
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || len(whole) < 9 || len(frac) > 9 {
		return time.Time{}, false
	}
	switch {
	case len(whole) >= 16:
		return time.UnixMicro(n).UTC(), true
	case len(whole) >= 13:
		return time.UnixMilli(n).UTC(), true
	}
	nano := int64(0)
	if frac != "" {
		if nano, err = strconv.ParseInt((frac + "000000000")[:9], 10, 64); err != nil {
			return time.Time{}, false
		}
	}
	return time.Unix(n, nano).UTC(), true
}

// parseDay reads a calendar day, as midnight UTC. Day-first and month-first numbers cannot be told apart: numbers with slashes are
// month first, as spreadsheets in the US write them, and refused where that is impossible.
func parseDay(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	for _, l := range dayLayouts {
		if t, err := time.Parse(l, s); err == nil {
			if y := t.Year(); y < 1900 || y > 2199 {
				return time.Time{}, errTimeOut
			}
			return t, nil
		}
	}
	for _, l := range []string{"1/2/06", "01/02/06", "2-Jan-06", "06-01-02"} {
		if _, err := time.Parse(l, s); err == nil {
			return time.Time{}, errTwoDigit
		}
	}
	if t, _, err := splitDay(s); err == nil {
		return t, nil
	}
	return time.Time{}, errNoTime
}

// splitDay reads the day of a full stamp ("2020-01-31T00:00:00Z"), as it is written, whatever its zone.
func splitDay(s string) (time.Time, string, error) {
	day, rest, ok := strings.Cut(s, "T")
	if !ok {
		day, rest, ok = strings.Cut(s, " ")
	}
	if !ok {
		return time.Time{}, "", errNoTime
	}
	t, err := time.Parse("2006-01-02", day)
	return t, rest, err
}
