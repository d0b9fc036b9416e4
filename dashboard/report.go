package dashboard

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"time"

	"github.com/orgheat/orgheat/query"
)

// review is the quarterly review: what the page /report and the file of `orgheat report` show.
type review struct {
	Quarter     string
	Title, Lead string
	Partial     string
	Sections    []reviewSection
}

type reviewSection struct {
	ID, Short   string // Short is its name in the list of contents
	Title, Sub  string // Title says what was found
	Findings    []finding
	List        []string
	Charts      []drawing
	Tables      []*table
	Lacks       []string // why something is not told
	Definitions []query.Meta
}

type drawing struct {
	Title string
	SVG   template.HTML
}

// ErrNoData is returned where no quarter can be reviewed because nothing is loaded.
var ErrNoData = errors.New("nothing is loaded: load an export with orgheat load PATH")

// WriteReport writes the review of a quarter, written 2026Q3, as one HTML file that needs no other file, no script and no network.
func WriteReport(ctx context.Context, o Options, quarter string, w io.Writer) error {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.PanelTimeout == 0 {
		o.PanelTimeout = time.Minute
	}
	a, err := loadAssets()
	if err != nil {
		return err
	}
	css, err := static.ReadFile("static/app.css")
	if err != nil {
		return err
	}
	views, err := template.New("").Funcs(template.FuncMap{"asset": a.url, "dates": unbrokenDates}).ParseFS(templateFiles, append(sharedTemplates, "templates/report.html")...)
	if err != nil {
		return err
	}
	var rv *review
	err = o.DB.Stable(ctx, func(ctx context.Context) error {
		choices, err := o.DB.Choices(ctx)
		if err != nil {
			return err
		}
		if choices.Last.IsZero() {
			return ErrNoData
		}
		start, err := chooseQuarter(o.DB, choices, quarter)
		if err != nil {
			return err
		}
		q, err := o.DB.ReadQuarter(ctx, query.NewFilter(o.DB.Settings.Location()), start, query.Whole, o.PanelTimeout)
		if err != nil {
			return err
		}
		for _, key := range sortedKeys(q.Errs) {
			return fmt.Errorf("report: %w", q.Errs[key]) // a file that is kept must be whole
		}
		rv = newReview(q, lame(q, o.DB, choices), nil, nil)
		return nil
	})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = views.ExecuteTemplate(&b, "document", struct {
		Review              *review
		CSS                 template.CSS
		Version, Zone, Made string
	}{rv, template.CSS(css), o.Version, o.DB.Settings.Zone, o.Now().In(o.DB.Settings.Location()).Format(time.DateOnly)})
	if err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// chooseQuarter is the start of the quarter written name, "" for the last whole one; it must hold data.
func chooseQuarter(db *query.DB, choices query.Choices, name string) (time.Time, error) {
	if name == "" {
		return lastQuarter(db, choices), nil
	}
	start, err := db.ParseQuarter(name)
	if err != nil {
		return start, err
	}
	if !start.Before(choices.Last) || !start.AddDate(0, 3, 0).After(choices.First) {
		zone := db.Settings.Location()
		return start, badQuarter{name, choices.First.In(zone).Format(time.DateOnly), choices.Last.In(zone).Format(time.DateOnly)}
	}
	return start, nil
}

type badQuarter struct{ name, first, last string }

func (b badQuarter) Error() string {
	return fmt.Sprintf("quarter %s has no data: what is loaded reaches from %s to %s", b.name, b.first, b.last)
}

// Is makes it an error that the asker can mend.
func (b badQuarter) Is(target error) bool { return target == query.ErrRequest }

// newReview writes the review. pages are those that findings may link to; without any it has no link at all.
func newReview(q *query.Quarter, partial string, pages []page, keep url.Values) *review {
	rv := &review{Quarter: q.Name, Title: "Quarterly review " + q.Name, Lead: fmt.Sprintf("Incidents of %s to %s, beside %s: where the organization should look.", q.From.Format(time.DateOnly), q.To.AddDate(0, 0, -1).Format(time.DateOnly), q.Before), Partial: partial}
	rv.Sections = []reviewSection{
		sectionLooks(q, pages, keep), sectionChanged(q, partial != ""), sectionUnusual(q), sectionThemes(q), sectionEvents(q), sectionDependency(q), sectionCoordination(q), sectionOnCall(q), sectionPlanning(q), sectionReviews(q),
		{ID: "questions", Short: "Open questions", Title: "Open questions", List: q.Questions()},
		{ID: "definitions", Short: "Definitions", Title: "Definitions", Sub: "as the metrics of orgheat query have them; names_like_this are their columns", Definitions: q.Definitions()},
		sectionCoverage(q),
	}
	for i := range rv.Sections {
		s := &rv.Sections[i]
		if s.ID == "questions" && len(s.List) == 0 {
			s.List = []string{"None that the data itself raises."}
		}
		for _, t := range s.Tables {
			if pages == nil {
				t.unlink()
			}
		}
	}
	return rv
}

// unlink takes the links out, for where there is nothing to follow them to.
func (t *table) unlink() {
	for _, row := range t.Rows {
		for i := range row {
			row[i].URL = ""
		}
	}
}
