package dashboard

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/orgheat/orgheat/query"
)

// metricInfo is a metric as /api/v1/metrics lists it.
type metricInfo struct {
	ID         string         `json:"id"`
	Title      string         `json:"title"`
	Question   string         `json:"question"`
	Definition string         `json:"definition"`
	Unit       query.Unit     `json:"unit"`
	By         []string       `json:"by"`
	Clock      string         `json:"clock"`
	Requires   []string       `json:"requires"`
	Loads      []string       `json:"loads"`
	Columns    []query.Column `json:"columns"`
	URL        string         `json:"url"`
}

func (s *server) listMetrics(c echo.Context) error {
	list := make([]metricInfo, len(query.Metrics))
	for i, m := range query.Metrics {
		list[i] = metricInfo{m.ID, m.Title, m.Question, m.Definition, m.Unit, orNone(m.By), m.Clock, orNone(m.Requires), orNone(m.Loads), m.Columns(), "/api/v1/metrics/" + m.ID}
	}
	return c.JSON(http.StatusOK, list)
}

func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// answerMetric answers /api/v1/metrics/ID, ID.json and ID.csv with the parameters of query.ParseFilter.
func (s *server) answerMetric(c echo.Context) error {
	id, csv := strings.CutSuffix(c.Param("id"), ".csv")
	if !csv {
		id = strings.TrimSuffix(id, ".json")
	}
	m, err := query.Lookup(id)
	if err != nil {
		return echo.NewHTTPError(http.StatusNotFound, fmt.Sprintf("there is no metric %q; /api/v1/metrics lists them", id))
	}
	filter, err := s.DB.ParseFilter(c.QueryParams())
	if err != nil {
		return badRequest{err}
	}
	filter.Compare = "" // of pages
	seen := &named{}
	ctx, cancel := context.WithTimeout(seen.watch(c.Request().Context()), s.PanelTimeout)
	defer cancel()
	var result query.Result
	err = s.settled(ctx, func(ctx context.Context) (err error) {
		result, err = m.Run(ctx, s.DB, filter)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.audit(c, seen); err != nil {
		return err
	}
	if !csv {
		return c.JSON(http.StatusOK, result)
	}
	var b bytes.Buffer
	if err := result.WriteCSV(&b); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+m.ID+`.csv"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
}
