package ingest

import (
	"math"
	"strconv"

	"github.com/orgheat/orgheat/schema"
)

var seriesFields = []field{
	{name: "at", required: true, synonyms: []string{"time", "timestamp", "date", "day", "week", "month"}},
	{name: "name", required: true, synonyms: []string{"series", "metric", "metric name"}},
	{name: "value", required: true, synonyms: []string{"count", "amount"}},
}

var series = Source{
	Name:   "series",
	Doc:    "CSV of measured series such as traffic or deploys: at, name, value",
	Detect: func(in Input) bool { return in.csvMostly(seriesFields) },
	Read:   reading(readSeries),
}

// readSeries sends one point per line.
func readSeries(e *emitter) {
	e.csv(seriesFields, func(rec csvRecord) {
		name := rec.get("name")
		if name == "" {
			e.reject("name is empty", "")
			return
		}
		value, ok := number(rec.get("value"))
		if !ok {
			e.reject("value is not a number", rec.get("value"))
			return
		}
		at, err := parseDay(rec.get("at")) // a day is the point of that day, no stamp that lacks a zone
		if err != nil {
			if at, ok = e.instant("at", rec.get("at")); !ok {
				return
			}
		}
		e.row(&schema.SeriesRow{Name: name, At: at, Value: value})
		e.done()
	})
}

// number reads a finite decimal number. A comma in it is refused: it may be a decimal one.
func number(s string) (float64, bool) {
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}
