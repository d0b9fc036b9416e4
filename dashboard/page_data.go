package dashboard

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
)

var dataPage = page{Path: "/data", Name: "data", Title: "Data", Question: "What is loaded, what is missing, and whose is it?", Filters: []string{"source"}, Raw: true, Show: showData}

type dataView struct {
	base
	Coverage, Unmatched, Loads, Rejects *panel
}

func showData(r *request) (view, error) {
	v := &dataView{Coverage: r.metric("coverage", "coverage", nil, r.drawCoverage), Unmatched: reading("unmatched", "Every identity is matched", r.forLeaders(r.drawUnmatched)),
		Loads: reading("loads", "Nothing was loaded yet", r.forLeaders(r.drawLoads)), Rejects: reading("rejects", "No record was rejected", r.forLeaders(r.drawRejects))}
	return v, r.run(v.Coverage, v.Unmatched, v.Loads, v.Rejects)
}

func (r *request) drawCoverage(p *panel, result query.Result) error {
	in := columnsOf(result)
	var sources, months []string
	rows := map[[2]string]int{}
	most, total := 0, 0
	for _, row := range result.Rows {
		source, month := text(row[in["source"]]), text(row[in["month"]])
		n, _ := number(row[in["rows"]])
		if len(sources) == 0 || sources[len(sources)-1] != source {
			sources = append(sources, source)
		}
		rows[[2]string{source, month}] = int(n)
		most, total = max(most, int(n)), total+int(n)
	}
	months, err := monthsOf(result.Rows, in["month"])
	if err != nil {
		return err
	}
	g := grid{ID: "coverage-chart", X: months, Y: sources, Unit: "rows", Scale: newScale(most, square), Height: 64 + 32*len(sources), XFormat: "month"}
	gaps, gapped := 0, []string(nil)
	for y, source := range sources {
		first, last := -1, -1
		for x, month := range months {
			if n := rows[[2]string{source, month}]; n > 0 {
				g.Cells = append(g.Cells, gridCell{x, y, n})
				if last = x; first < 0 {
					first = x
				}
			}
		}
		for x := first; x < last; x++ {
			if rows[[2]string{source, months[x]}] == 0 {
				g.Missing, gaps = append(g.Missing, [2]int{x, y}), gaps+1
				if len(gapped) == 0 || gapped[len(gapped)-1] != source {
					gapped = append(gapped, source)
				}
			}
		}
	}
	p.Title = fmt.Sprintf("%s from %s, %s to %s", plural(total, "row"), plural(len(sources), "source"), months[0], months[len(months)-1])
	if gaps > 0 {
		p.Title += fmt.Sprintf("; %s without any row of %s in between", plural(gaps, "month"), either(gapped))
	}
	p.Sub = "rows of activity by source and UTC month, bots included"
	g.Label = "Heat map of rows by source and month. " + p.Title + ". The table below it has the numbers."
	if p.Legend = g.Scale.legend(); gaps > 0 {
		p.Legend = append(p.Legend, legendItem{"hatch", "a gap: nothing between months with rows"})
	}
	p.Charts, p.Table = []chart{g.chart()}, resultTable(result)
	return nil
}

// monthsOf are all months from the first to the last in the rows.
func monthsOf(rows [][]any, column int) (months []string, err error) {
	first, last := "9999-99", ""
	for _, row := range rows {
		month := text(row[column])
		first, last = min(first, month), max(last, month)
	}
	t, err := time.Parse("2006-01", first)
	if err != nil {
		return nil, err
	}
	for ; t.Format("2006-01") <= last; t = t.AddDate(0, 1, 0) {
		months = append(months, t.Format("2006-01"))
	}
	return months, nil
}

func (r *request) drawUnmatched(ctx context.Context, p *panel) error {
	p.Definition = "Accounts that neither a roster nor an alias knows. They stay people of their own, without team, function or tenure. Suggestions are never applied by themselves: " +
		"save them with orgheat identities > aliases.csv, check them, and load the file."
	p.Loads = []string{"roster", "aliases"}
	list, err := keptList(r, "unmatched", func() ([]schema.Unmatched, error) { return r.s.Schema.Unmatched(ctx) })
	if err != nil || len(list) == 0 {
		return err
	}
	suggested := 0
	var named []string
	t := &table{Caption: "Unmatched identities, the most active first", Head: []headCell{{Text: "Source"}, {Text: "Identity"}, {Text: "Name"}, {Text: "E-mail"}, {Text: "Actions", Number: true}, {Text: "Suggestion"}}}
	for i, u := range list {
		if u.Suggestion != "" {
			suggested++
		}
		if i < mostTableRows {
			named = append(named, cmp.Or(strings.ToLower(u.Email), u.Source+":"+u.NativeID))
			t.Rows = append(t.Rows, []tableCell{{Text: u.Source}, {Text: u.NativeID}, {Text: u.Name}, {Text: u.Email}, {Text: count(u.Actions), Number: true}, {Text: u.Suggestion, Title: u.Because}})
		}
	}
	t.More = len(list) - len(t.Rows)
	noun := "identities are"
	if len(list) == 1 {
		noun = "identity is"
	}
	p.Title = fmt.Sprintf("%s %s known to no roster and no alias; %s", count(len(list)), noun, plural(suggested, "suggestion"))
	p.Table, p.Tables = t, true
	query.Named(ctx, named)
	return nil
}

// mostLoads bounds the list of loads; orgheat status has all that is loaded.
const mostLoads = 30

func (r *request) drawLoads(ctx context.Context, p *panel) error {
	list, err := keptList(r, "loads", func() ([]schema.LoadSum, error) { return r.s.Schema.Loads(ctx, mostLoads) })
	if err != nil || len(list) == 0 {
		return err
	}
	var failed uint64
	t := &table{Caption: "Loads by source, the newest first", Head: []headCell{{Text: "Started (UTC)"}, {Text: "Source"}, {Text: "Files"}, {Text: "Records", Number: true},
		{Text: "Rows", Number: true}, {Text: "Rejected", Number: true}, {Text: "Time", Number: true}, {Text: "Failed"}}}
	for _, l := range list {
		took, files, failure := "not ended", l.File, ""
		if !l.EndedAt.IsZero() {
			took = fmt.Sprintf("%.1f s", l.EndedAt.Sub(l.StartedAt).Seconds())
		}
		if l.Files > 1 {
			files = plural(l.Files, "file")
		}
		if l.Failed > 0 {
			failure = fmt.Sprintf("%s: %s", plural(l.Failed, "file"), l.Error)
		}
		failed += l.Failed
		t.Rows = append(t.Rows, []tableCell{timeCell(l.StartedAt.UTC().Format(time.RFC3339)), {Text: l.Source}, {Text: files}, {Text: count(l.Records), Number: true},
			{Text: count(l.Rows), Number: true}, {Text: count(l.Rejected), Number: true}, {Text: took, Number: true}, {Text: failure}})
	}
	p.Title = "The last load was on " + humanDay(list[0].StartedAt.UTC().Format("2006-01-02"))
	if failed > 0 {
		p.Title += fmt.Sprintf("; %s of those listed failed", plural(failed, "file"))
	}
	p.Sub = fmt.Sprintf("by load and source, the newest %d", mostLoads)
	p.Table, p.Tables = t, true
	return nil
}

func (r *request) drawRejects(ctx context.Context, p *panel) error {
	p.Definition = "Records that could not be kept, by file and reason; loading a file again replaces its rejects."
	list, err := keptList(r, "rejects", func() ([]schema.Rejected, error) { return r.s.Schema.Rejects(ctx, mostTableRows) })
	if err != nil || len(list) == 0 {
		return err
	}
	var total uint64
	t := &table{Caption: "Rejected records by file and reason", Head: []headCell{{Text: "File"}, {Text: "Source"}, {Text: "Reason"}, {Text: "Records", Number: true}, {Text: "First at"}, {Text: "Detail"}}}
	for _, j := range list {
		total += j.Count
		place, detail := j.Example.Part, j.Example.Detail
		if !r.seesDetails() {
			detail = "for administrators"
		}
		if j.Example.Line > 0 {
			place += fmt.Sprintf(":%d", j.Example.Line)
		}
		t.Rows = append(t.Rows, []tableCell{{Text: j.File}, {Text: j.Source}, {Text: j.Reason}, {Text: count(j.Count), Number: true}, {Text: place}, {Text: detail}})
	}
	p.Title = fmt.Sprintf("%s rejected, for %s", plural(total, "record"), plural(len(list), "reason"))
	p.Table, p.Tables = t, true
	return nil
}

// sourceLink is the coverage of one source.
func sourceLink(source string) string { return link("/data", url.Values{"source": {source}}) }
