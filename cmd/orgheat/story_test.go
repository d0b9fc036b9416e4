package main

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/internal/generate"
)

// told is a thing to look at as the overview and the review say it.
type told struct{ sentence, evidence string }

var toldPattern = regexp.MustCompile(`<p class="says">(.*?)</p><p class="sub">(.*?)</p>`)

// looksOf are the things to look at in the review of the quarter that holds a day, in their order, which is the overview's.
func looksOf(t *testing.T, data, day string) (list []told) {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day[:10])
	if err != nil {
		t.Fatal(err)
	}
	quarter := at.Format("2006") + "Q" + string(rune('1'+(at.Month()-1)/3))
	file := filepath.Join(t.TempDir(), "review.html")
	must(t, orgheat(data, "report", "--quarter", quarter, "--out", file))
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range toldPattern.FindAllStringSubmatch(string(text), -1) {
		list = append(list, told{html.UnescapeString(m[1]), html.UnescapeString(m[2])})
	}
	return list
}

// tellStories: each planted story is told among the things to look at, by its own names, in the quarter in which it can be seen.
func tellStories(t *testing.T, data string, truth *generate.Truth) {
	end, err := time.Parse(time.DateOnly, truth.To)
	if err != nil {
		t.Fatal(err)
	}
	last := looksOf(t, data, end.AddDate(0, 0, -1).Format(time.DateOnly))
	k := truth.Kieran
	if at, _ := time.Parse(time.RFC3339, k.At); at.Before(end.AddDate(0, -3, 0)) {
		t.Fatalf("Kieran's night, %s, is not in the last quarter", k.At)
	}
	crowd := truth.Crowds[len(truth.Crowds)-1]
	crowdDay := row(t, answers(t, data, "incidents"), "incident", crowd.Incident)["started_at"].(string)
	var planted []string
	for _, i := range truth.Islands {
		if i.Planted {
			planted = append(planted, i.Service)
		}
	}
	for _, story := range []struct {
		name  string
		looks []told
		says  []string // in one thing to look at, in this order
	}{
		{"the hero before the training", looksOf(t, data, truth.Hero.Training), []string{"Much rests on one person: the busiest responder was in "}},
		{"the hero after the training", last, []string{"Less rests on one person: the busiest responder was in ", " of the incidents of the last 12 months, after "}},
		{"islands", last, append([]string{"rest on one person"}, planted...)},
		{"Kieran", last[:1], []string{"The most unusual incident, " + k.Incident, "Kieran Kennedy was on call for " + k.Schedules[1] + " and " + k.Schedules[0] + " at once", "The service " + k.Service + " had passed from " + k.FromTeam + " to " + k.ToTeam,
			"Kieran Kennedy had been at another incident or page in the same night", "expired certificate in 12 months"}},
		{"hours with one function", last[:5], []string{"Support is the only function active on Fridays from 22:00 to 24:00, management is the only function active on Saturdays from 06:00 to 08:00"}},
		{"promotions, merges, incidents", last[:5], []string{"In weeks 2 to 4 after a promotion cycle incidents come ", "times as often", "changes are merged ", "an association says where to look, not why"}},
		{"lurkers", looksOf(t, data, crowdDay), []string{"40 people watched " + crowd.Incident + " while 4 worked on it"}},
		{"teams that meet", last, []string{"Teams that had never worked an incident together met in ", truth.Meeting.TeamB + " and " + truth.Meeting.TeamA + " (" + truth.Meeting.Incident + ")"}},
		{"leavers", last, []string{"people who respond to incidents left in 12 months", "had handled two of its incidents"}},
		{"certificates rise", last[:5], []string{"Incidents about certificates are a growing share"}},
		{"certificates recur", last, []string{"“Expired certificate” started ", " incidents in 12 months, in the services of ", " teams"}},
		{"reviews", last, []string{"Reviews draw people who need not come: ", " of attendances were voluntary in "}},
	} {
		found := false
		for _, l := range story.looks {
			rest, all := l.sentence+". "+l.evidence, true
			for _, part := range story.says {
				_, after, ok := strings.Cut(rest, part)
				rest, all = after, all && ok
			}
			found = found || all
		}
		if !found {
			t.Errorf("%s: nothing says %q; what is said: %+v", story.name, story.says, story.looks)
		}
	}
	for _, l := range last {
		for _, word := range []string{"caused", "because of", "fault", "blame", "failed to"} {
			if strings.Contains(strings.ToLower(l.sentence+l.evidence), word) {
				t.Errorf("%q is said: %s", word, l.sentence)
			}
		}
	}
}
