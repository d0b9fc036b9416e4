package dashboard

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/orgheat/orgheat/schema/schematest"
)

// paths are every page, and the ways to ask the larger ones.
var paths = []string{"/", "/?from=2026-01-01&to=2026-04-01", "/chatter", "/chatter?by=team", "/chatter?by=person&clock=utc", "/chatter?by=location&clock=org&from=2026-03-04&to=2026-03-06",
	"/chatter/events", "/chatter/events?weekday=3&hour=10", "/chatter/events?kind=reaction", "/incidents", "/incidents?sort=severity&page=1", "/report", "/report?quarter=2026Q1", "/data"}

// unsafe lists the markup that the policy forbids, or that only a source's text can have brought: inline handlers, styles and scripts,
// foreign addresses, comments, images other than the brand's.
func unsafe(t *testing.T, page string) (found []string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	must(t, err)
	for n := range doc.Descendants() {
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
			local := strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//") || strings.HasPrefix(a.Val, "#")
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || (a.Key == "src" || a.Key == "href" || a.Key == "action") && !local {
				found = append(found, fmt.Sprintf("<%s %s=%q>", n.Data, a.Key, a.Val))
			}
		}
		inline := n.Data == "script" && attr["src"] == "" && attr["type"] != "application/json"
		if n.Type == html.CommentNode || n.Type == html.ElementNode && (inline || n.Data == "style" || n.Data == "img" && !strings.HasPrefix(attr["src"], "/static/")) {
			found = append(found, "<"+n.Data+">")
		}
	}
	return found
}

// TestPages asks for every page of a loaded and of an empty database.
func TestPages(t *testing.T) {
	loaded, empty := newServer(t, seed(t, plainWords)), newServer(t, schematest.Open(t))
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			resp, body := get(t, loaded, path)
			if resp.StatusCode != http.StatusOK {
				t.Fatalf("status %d: %s", resp.StatusCode, body)
			}
			if got := resp.Header.Get("Content-Security-Policy"); got != policy {
				t.Errorf("Content-Security-Policy is %q", got)
			}
			if found := unsafe(t, body); len(found) > 0 {
				t.Errorf("the page holds what its policy forbids: %q", found)
			}
			if strings.Count(body, "<h1>") != 1 || strings.Contains(body, "could not be shown") || strings.Contains(body, "There is nothing here") {
				t.Errorf("the page lacks its content: %s", body)
			}
			if len(body) > 100_000 {
				t.Errorf("%d bytes, more than 100 kB", len(body))
			}
			if path == "/incidents?sort=severity&page=1" || strings.Contains(path, "kind=") {
				return
			}
			if resp, body = get(t, empty, path); resp.StatusCode != http.StatusOK || strings.Contains(body, "could not be shown") {
				t.Errorf("empty database: status %d: %s", resp.StatusCode, body)
			}
		})
	}
	_, body := get(t, empty, "/incidents")
	if !strings.Contains(body, "orgheat load PATH") || !strings.Contains(body, "<b>incidents</b>") {
		t.Error("the empty page of incidents does not say what to load")
	}
}

// TestFindings checks the sentences against the fixture: see seed.
func TestFindings(t *testing.T) {
	s := newServer(t, seed(t, plainWords))
	for _, c := range []struct{ path, want string }{
		// 12 messages and a reply (Thursday 10:00) within working hours, 3 on a Saturday: 3 of 16 are 19%.
		{"/chatter", "19% of chatter is outside working hours; the peak is Wednesday at 10:00"},
		{"/chatter", "16 actions · each person&#39;s own clock · All history"},
		{"/chatter", "The loudest day was Wed\u00a04\u00a0Mar\u00a02026 with 12 actions"},
		// The only hour that one function has to itself is Wednesday 10:00, on one date.
		{"/chatter", "In no hour of the week is one function alone on 3 dates or more"},
		{"/chatter?by=person", "19% of what 3 people did is outside working hours"},
		{"/chatter/events?weekday=6&hour=23", "3 actions on Saturdays from 23:00 to 24:00"},
		{"/chatter/events?date=2026-03-05", "1 action on Thu\u00a05\u00a0Mar\u00a02026"},
		// From 2026-01-01 on 60 days: 31 in January, 28 in February, 1 in March.
		{"/incidents", "60 incidents; the busiest month was 2026-01 with 31"},
		{"/incidents", "1–50 of 60"},
		{"/incidents?page=2&sort=started_at", "51–60 of 60"},
		{"/incidents?from=2026-02-01&to=2026-03-01", "28 incidents; the busiest month was 2026-02 with 28"},
		{"/data", "1 identity is known to no roster and no alias"},
		{"/data", "2 records rejected, for 1 reason"},
		{"/data", "17 rows from 1 source, 2026-03 to 2026-03"},
		{"/", "2026Q1, beside 2025Q4"},
		{"/", "The data begins on 2026-01-01, within 2025Q4"},
		{"/?from=2026-02-01&to=2026-03-01", "The overview is by quarter: 2026Q1 is the one in which the chosen range ends."},
		// 60 incidents, Poisson: 60 of R's poisson.test(60)$conf.int is 45.8 to 77.2.
		{"/", "95%: 46–77"},
		{"/", "whether more or less rests on one person: nobody is known to have responded"},
		{"/", "weeks around org events with more or fewer incidents: no org events and incidents of the same time are loaded: load org-events and incidents"},
		{"/report?quarter=2026Q1", "Quarterly review 2026Q1"},
		{"/report?quarter=2026Q1", "No reviews are loaded: load reviews."},
		{"/report", "The data begins on 2026-01-01, within 2025Q4"},
	} {
		if _, body := get(t, s, c.path); !strings.Contains(body, c.want) {
			t.Errorf("%s does not say %q", c.path, c.want)
		}
	}
}

// TestHostile puts markup into every text that a source can bring, and finds it nowhere unescaped.
func TestHostile(t *testing.T) {
	const evil = `</script><script>alert(1)</script>"'><img src=x onerror=alert(2)><!--{{.}}`
	s := newServer(t, seed(t, words{evil + "team", evil + "function", evil + "name", evil + "service", evil + "severity", evil + "title", evil + "channel", evil + "emoji", evil + "source",
		evil + "location", evil + "file", evil + "reason"}))
	all := ""
	for _, path := range append(paths, "/chatter?by=source", "/chatter?by=function", "/chatter?team=%3Cscript%3Ealert(3)", "/chatter/events?group=%3Cscript%3Ealert(4)&by=team", "/chatter?from=%3Cscript%3Ealert(5)",
		"/incidents?sort=%3Cscript%3Ealert(6)", "/%3Cscript%3Ealert(7)", "/chatter?team=%22+onclick=alert(8)+x=%22") {
		_, body := get(t, s, path)
		if found := unsafe(t, body); len(found) > 0 || strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") || strings.Contains(body, "<!--") {
			t.Errorf("%s holds unescaped text of a source: %q", path, found)
		}
		all += body
	}
	for _, field := range []string{"team", "function", "name", "service", "severity", "title", "channel", "emoji", "source", "location", "file", "reason"} {
		if !strings.Contains(all, "{{.}}"+field) {
			t.Errorf("the hostile %s is on no page: it is not tested", field)
		}
	}
}

// TestErrors checks which status an error has, and its form.
func TestErrors(t *testing.T) {
	s := newServer(t, seed(t, plainWords))
	for _, c := range []struct {
		path   string
		status int
		says   string
	}{
		{"/nope", 404, "there is no such page"},
		{"/chatter?from=tomorrow", 400, "is not a day"},
		{"/chatter?by=colour", 400, "cannot be shown by"},
		{"/chatter?from=2026-02-01&to=2026-01-01", 400, "the range is empty"},
		{"/incidents?sort=colour", 400, "not a column"},
		{"/report?quarter=2026-1", 400, "is not written like 2026Q3"},
		{"/report?quarter=2026Q5", 400, "is not written like 2026Q3"},
		{"/report?quarter=2019Q1", 400, "has no data: what is loaded reaches from 2026-01-01 to"},
		{"/incidents?page=3", 400, "there are 2"},
		{"/api/v1/metrics/nope", 404, `{"error":"there is no metric`},
		{"/api/v1/metrics/chatter?hour=25", 400, `{"error":"hour`},
		{"/api/v1/metrics/chatter.csv?by=colour", 400, `{"error":"chatter cannot be shown by`},
		{"/api/v1/nope", 404, `{"error":`},
		{"/static/app.css", 404, "no such file"},
	} {
		resp, body := get(t, s, c.path)
		if resp.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: status %d, want %d with %q: %s", c.path, resp.StatusCode, c.status, c.says, body)
		}
		if resp.Header.Get("Content-Security-Policy") != policy {
			t.Errorf("%s: no policy", c.path)
		}
	}
	req, _ := http.NewRequest("GET", s.URL+"/chatter", nil)
	req.Host = "evil.example:8080"
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign host name is answered with %d", resp.StatusCode)
	}
}

// TestLinks follows every link of the pages within the site, but to pages of incidents.
func TestLinks(t *testing.T) {
	s := newServer(t, seed(t, plainWords))
	seen := map[string]bool{}
	href := regexp.MustCompile(`(?:href|src)="(/[^"]*)"`)
	for _, path := range paths {
		_, body := get(t, s, path)
		for _, m := range href.FindAllStringSubmatch(body, -1) {
			to := strings.ReplaceAll(m[1], "&amp;", "&")
			if seen[to] || strings.HasPrefix(to, "/incidents/") {
				continue
			}
			seen[to] = true
			if resp, _ := get(t, s, to); resp.StatusCode != http.StatusOK {
				t.Errorf("%s links to %s: status %d", path, to, resp.StatusCode)
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d links", len(seen))
	}
}
