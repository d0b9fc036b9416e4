package dashboard

import (
	"time"

	"github.com/orgheat/orgheat/query"
)

var reportPage = page{Path: "/report", Name: "report", Title: "Review", Question: "What does the quarter tell us, on paper?", Hidden: true, One: true, Show: showReport}

type reportView struct {
	base
	Review         *review // nil: nothing is loaded
	Earlier, Later *choice
}

func showReport(r *request) (view, error) {
	v := &reportView{}
	name := r.url.Get("quarter")
	if r.choices.Last.IsZero() {
		if name != "" {
			if _, err := r.s.DB.ParseQuarter(name); err != nil {
				return nil, badRequest{err}
			}
		}
		return v, nil
	}
	start, err := chooseQuarter(r.s.DB, r.choices, name)
	if err != nil {
		return nil, badRequest{err}
	}
	q, err := r.s.DB.ReadQuarter(r.ctx, r.filter, start, query.Whole, r.patience)
	if err != nil {
		return nil, err
	}
	if err := r.logErrs(q.Errs); err != nil {
		return nil, err
	}
	v.Review = newReview(q, lame(q, r.s.DB, r.choices), r.s.pages, within(r.filter, q))
	v.Title, v.Question = v.Review.Title, v.Review.Lead
	v.Earlier, v.Later = r.otherQuarter(start.AddDate(0, -3, 0)), r.otherQuarter(start.AddDate(0, 3, 0))
	return v, nil
}

// otherQuarter is the review of another quarter, nil where there is no data.
func (r *request) otherQuarter(start time.Time) *choice {
	name := quarterName(start)
	if _, err := chooseQuarter(r.s.DB, r.choices, name); err != nil {
		return nil
	}
	return &choice{Label: name, URL: r.here(with(sticky(r.filter), "quarter", name))}
}
