package dashboard

import (
	"embed"
	"fmt"
	"html/template"
	"regexp"
)

//go:embed templates/*.html
var templateFiles embed.FS

// views are the pages' templates, by page name; each holds the shared ones, too.
type views map[string]*template.Template

// problemView is the name of the page that shows an error.
const problemView = "problem"

var sharedTemplates = []string{"templates/base.html", "templates/filter.html", "templates/panel.html", "templates/table.html", "templates/next.html", "templates/people.html", "templates/review.html"}

func loadViews(pages []page, a *assets) (views, error) {
	shared, err := template.New("").Funcs(template.FuncMap{"asset": a.url, "dates": unbrokenDates}).ParseFS(templateFiles, sharedTemplates...)
	if err != nil {
		return nil, err
	}
	v := views{}
	for _, name := range append(pageNames(pages), problemView, loginView) {
		t, err := shared.Clone()
		if err != nil {
			return nil, err
		}
		if v[name], err = t.ParseFS(templateFiles, "templates/page_"+name+".html"); err != nil {
			return nil, fmt.Errorf("template of page %s: %w", name, err)
		}
	}
	return v, nil
}

func pageNames(pages []page) (names []string) {
	for _, p := range pages {
		names = append(names, p.Name)
	}
	return names
}

var isoDate = regexp.MustCompile(`\b\d{4}-\d\d-\d\d\b`)

// unbrokenDates is a text as HTML in which no line ends within a date.
func unbrokenDates(s string) template.HTML {
	return template.HTML(isoDate.ReplaceAllString(template.HTMLEscapeString(s), `<span class="whole">$0</span>`))
}
