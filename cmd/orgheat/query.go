package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/orgheat/orgheat/query"
)

type queryCmd struct {
	Metric   string   `arg:"" optional:"" help:"Id of a metric; --list names them."`
	List     bool     `help:"List the metrics."`
	Format   string   `help:"table, json or csv." enum:"table,json,csv" default:"table"`
	From     string   `help:"First day or instant of the range." placeholder:"D"`
	To       string   `help:"End of the range, excluded." placeholder:"D"`
	By       string   `help:"Break down by this." placeholder:"X"`
	Clock    string   `help:"local, org or utc." placeholder:"C"`
	Team     []string `help:"Only these teams." sep:"none" placeholder:"T"`
	Function []string `help:"Only these functions." sep:"none" placeholder:"F"`
	Service  []string `help:"Only these services." sep:"none" placeholder:"S"`
	Severity []string `help:"Only these severities." sep:"none" placeholder:"S"`
	Source   []string `help:"Only these sources." sep:"none" placeholder:"S"`
	Kind     []string `help:"Only these kinds of activity." sep:"none" placeholder:"K"`
	Person   []string `help:"Only, or for leave without, these people." sep:"none" placeholder:"P"`
	Incident string   `help:"Only this incident." placeholder:"ID"`
	Category string   `help:"Category of org events." placeholder:"C"`
	Weekday  string   `help:"Of a cell: 1 Monday to 7." hidden:""`
	Hour     string   `help:"Of a cell: 0 to 23." hidden:""`
	Group    *string  `help:"Of a cell." hidden:""`
	Date     string   `help:"Of a day in the calendar." hidden:""`
}

func (q *queryCmd) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"from": q.From, "to": q.To, "by": q.By, "clock": q.Clock, "incident": q.Incident, "category": q.Category,
		"weekday": q.Weekday, "hour": q.Hour, "date": q.Date} {
		if value != "" {
			v.Set(name, value)
		}
	}
	for name, list := range map[string][]string{"team": q.Team, "function": q.Function, "service": q.Service, "severity": q.Severity, "source": q.Source,
		"kind": q.Kind, "person": q.Person} {
		if len(list) > 0 {
			v[name] = list
		}
	}
	if q.Group != nil {
		v.Set("group", *q.Group)
	}
	return v
}

func (q *queryCmd) Run(ctx context.Context, c *cli) error {
	if q.List {
		return listMetrics(os.Stdout)
	}
	if q.Metric == "" {
		return fmt.Errorf("name a metric; orgheat query --list names them")
	}
	metric, err := query.Lookup(q.Metric)
	if err != nil {
		return err
	}
	config, err := readConfig(c.Config)
	if err != nil {
		return err
	}
	filter, err := query.ParseFilter(q.values(), config.Organization.Location())
	if err != nil {
		return err
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	result, err := metric.Run(ctx, query.NewDB(db), filter)
	if err != nil {
		return err
	}
	switch q.Format {
	case "json":
		return show(os.Stdout, func(w io.Writer) error { return json.NewEncoder(w).Encode(result) })
	case "csv":
		return show(os.Stdout, func(w io.Writer) error { return result.WriteCSV(w) })
	}
	return printTable(os.Stdout, result)
}

func listMetrics(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, m := range query.Metrics {
		by := ""
		if len(m.By) > 0 {
			by = " (--by " + strings.Join(m.By, "/") + ")"
		}
		fmt.Fprintf(t, "%s\t%s%s\n", m.ID, m.Question, by)
	}
	return t.Flush()
}

// printTable writes a result for people: the definition above, warnings below.
func printTable(w io.Writer, r query.Result) error {
	fmt.Fprintf(w, "%s: %s\n%s\n\n", r.Title, r.Question, r.Definition)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, c := range r.Columns {
		if i > 0 {
			fmt.Fprint(t, "\t")
		}
		fmt.Fprint(t, c.Name)
	}
	fmt.Fprintln(t)
	for _, row := range r.Rows {
		for i, v := range row {
			if i > 0 {
				fmt.Fprint(t, "\t")
			}
			fmt.Fprint(t, plain(query.CellText(v)))
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "%d rows\n", len(r.Rows))
	for _, warning := range r.Warnings {
		fmt.Fprintln(w, "warning:", plain(warning))
	}
	return nil
}
