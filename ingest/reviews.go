package ingest

import (
	"strconv"
	"time"

	"github.com/orgheat/orgheat/schema"
)

var reviewFields = []field{
	{name: "incident", required: true, synonyms: []string{"incident id", "incident key"}},
	{name: "held_at", required: true, synonyms: []string{"held", "review date", "review held at", "reviewed at", "meeting date"}},
	{name: "facilitator", synonyms: []string{"facilitated by", "host", "moderator"}},
	{name: "attendees", synonyms: []string{"attended", "participants"}},
	{name: "required", synonyms: []string{"required attendees", "invited"}},
	{name: "readers", synonyms: []string{"read by", "views", "report readers"}},
	{name: "actions_open", synonyms: []string{"open actions", "open action items"}},
	{name: "actions_done", synonyms: []string{"done actions", "completed actions", "closed action items"}},
}

var reviews = Source{
	Name: "reviews",
	Doc:  "review meetings, CSV or JSON: incident, held_at, facilitator, attendees, required, readers (number or list), actions_open, actions_done",
	Detect: func(in Input) bool {
		if o := in.outline(); len(o.keys) > 0 {
			return o.has("incident", "held_at") || o.at("reviews").has("incident", "held_at")
		}
		return in.csvMostly(reviewFields)
	},
	Read: reading(readReviews),
}

// review is one record in either format. Its lists hold e-mails or names.
type review struct {
	incident, heldAt, facilitator   string
	attendees, required, readers    []string
	readerCount, openText, doneText string
}

func readReviews(e *emitter) {
	held := map[string]bool{}
	send := func(r review) { sendReview(e, r, held) }
	if !e.in.isJSON() {
		e.csv(reviewFields, func(rec csvRecord) {
			r := review{
				incident: rec.get("incident"), heldAt: rec.get("held_at"), facilitator: rec.get("facilitator"),
				attendees: splitList(rec.get("attendees")), required: splitList(rec.get("required")),
				openText: rec.get("actions_open"), doneText: rec.get("actions_done"),
			}
			if v := rec.get("readers"); isDigits(v) {
				r.readerCount = v
			} else {
				r.readers = splitList(v)
			}
			send(r)
		})
		return
	}
	e.json([]string{"reviews"}, func(rec jsonRecord) {
		var o struct {
			Incident    looseText `json:"incident"`
			HeldAt      string    `json:"held_at"`
			Facilitator looseText `json:"facilitator"`
			Attendees   looseList `json:"attendees"`
			Required    looseList `json:"required"`
			Readers     looseList `json:"readers"`
			ActionsOpen looseText `json:"actions_open"`
			ActionsDone looseText `json:"actions_done"`
		}
		if err := rec.decode(e.file, &o); err != nil {
			e.err(err)
			return
		}
		send(review{
			incident: string(o.Incident), heldAt: o.HeldAt, facilitator: string(o.Facilitator),
			attendees: o.Attendees.names, required: o.Required.names, readers: o.Readers.names, readerCount: o.Readers.count,
			openText: string(o.ActionsOpen), doneText: string(o.ActionsDone),
		})
	})
}

// sendReview checks and sends one review; held has those of the file.
func sendReview(e *emitter, r review, held map[string]bool) {
	if r.incident == "" {
		e.reject("incident is empty", "")
		return
	}
	row := schema.ReviewRow{Source: "reviews", Incident: r.incident, Facilitator: personKey(r.facilitator)}
	for _, n := range []struct {
		name, text string
		to         *uint32
	}{{"readers", r.readerCount, &row.Readers}, {"actions_open", r.openText, &row.ActionsOpen}, {"actions_done", r.doneText, &row.ActionsDone}} {
		if n.text == "" {
			continue
		}
		v, err := strconv.ParseUint(n.text, 10, 32)
		if err != nil {
			e.reject(n.name+" is not a number", n.text)
			return
		}
		*n.to = uint32(v)
	}
	var ok bool
	if row.HeldAt, ok = e.instant("held_at", r.heldAt); !ok {
		return
	}
	key := row.Incident + "|" + row.HeldAt.Format(time.RFC3339Nano)
	if held[key] {
		e.reject("the review is in this file already", key)
		return
	}
	held[key] = true
	row.Attendees, row.Required, row.ReaderNames = personKeys(r.attendees), personKeys(r.required), personKeys(r.readers)
	if len(row.ReaderNames) > 0 {
		row.Readers = uint32(len(row.ReaderNames))
	}
	e.row(&row)
	if row.Facilitator != "" {
		e.person("reviews", row.Facilitator)
	}
	for _, list := range [][]string{row.Attendees, row.Required, row.ReaderNames} {
		e.person("reviews", list...)
	}
	e.done()
}
