package ingest

import (
	"cmp"
	"slices"
	"strings"
)

// incWords finds the words for our fields (incColumns) in records of any tool's making. A nested object counts by its name, a list by
// its elements' names, joined with "; ".
type incWords struct {
	fields  map[string][]int // of our names: the places of the words for it, best first
	places  map[string]int   // of folded words
	met     map[string]int   // the place of a key as it is written; -1: it is no such word
	found   []string         // by place: the values in the current record
	list    []incNamed       // room for named
	members []incMember      // room for object
	d       *jsonDecoder
}

// newIncWords takes the columns that the user named in place of ours.
func newIncWords(mapped map[string]string) *incWords {
	w := &incWords{fields: map[string][]int{}, places: map[string]int{}, met: map[string]int{}}
	for _, f := range incColumns {
		names := append([]string{f.name}, f.synonyms...)
		if m, ok := mapped[f.name]; ok {
			names = []string{m}
		}
		var places []int
		for _, n := range names {
			n = foldHeader(n)
			if _, ok := w.places[n]; !ok {
				w.places[n] = len(w.places)
			}
			places = append(places, w.places[n])
		}
		w.fields[f.name] = places
	}
	w.found = make([]string, len(w.places))
	return w
}

// get is the first value that the record has for one of our fields.
func (w *incWords) get(field string) string {
	for _, place := range w.fields[field] {
		if w.found[place] != "" {
			return w.found[place]
		}
	}
	return ""
}

// read takes a record in; false says that it is no object.
func (w *incWords) read(r jsonRecord) bool {
	clear(w.found)
	w.d = r.d
	i := r.d.set(r.raw)
	switch r.d.s.b[i] {
	case '{':
		w.object(i, true)
	case 'n':
	default:
		return false
	}
	return true
}

// incMember is a member of an object that may say something.
type incMember struct {
	key   string
	place int // of its word; -1: none
	at    int // where its value begins
}

// object takes an object in: its own values first, then those of JSON:API's attributes (Rootly), then people and times that are kept in
// lists of named things. The first to set a word wins, in the order of the keys, of which the last of several alike counts.
func (w *incWords) object(i int, outer bool) {
	members, attributes := w.members[:0], 0
	w.members = nil
	w.d.object(i, func(key []byte, i int) int {
		switch place := w.place(key); {
		case string(key) == "attributes":
			attributes = i
			members = append(members, incMember{"attributes", -1, i})
		case place >= 0 || w.d.s.b[i] == '[':
			members = append(members, incMember{w.d.word(key), place, i})
		}
		return w.d.s.skip(i, 0)
	})
	slices.SortStableFunc(members, func(a, b incMember) int { return cmp.Compare(a.key, b.key) })
	last := func(k int) bool { return k+1 == len(members) || members[k+1].key != members[k].key }
	for k, m := range members {
		if m.place >= 0 && last(k) {
			w.set(m.place, w.text(m.at, 0))
		}
	}
	if outer && attributes > 0 && w.d.s.b[attributes] == '{' {
		w.object(attributes, false)
	}
	for k, m := range members {
		if last(k) && (outer || m.key != "attributes") {
			w.named(m.at)
		}
	}
	w.members = members
}

// incKeys bounds the keys that are remembered.
const incKeys = 10_000

func (w *incWords) place(key []byte) int {
	place, ok := w.met[string(key)]
	if !ok {
		if len(w.met) >= incKeys {
			clear(w.met)
		}
		if place, ok = w.places[foldHeader(string(key))]; !ok {
			place = -1
		}
		w.met[string(key)] = place
	}
	return place
}

func (w *incWords) set(place int, value string) {
	if w.found[place] == "" {
		w.found[place] = value
	}
}

// word sets what stands beside a word in the text of a record.
func (w *incWords) word(word anyText, value string) {
	if place := w.place([]byte(word)); place >= 0 {
		w.set(place, value)
	}
}

// incNamed is an element of incident.io's incident_role_assignments, incident_timestamp_values and custom_field_entries, and of
// FireHydrant's milestones.
type incNamed struct {
	Role     incName  `json:"role"`
	Assignee incName  `json:"assignee"`
	Stamp    incName  `json:"incident_timestamp"`
	Field    incName  `json:"custom_field"`
	Value    incPlace `json:"value"`
	Values   incPlace `json:"values"`
	Type     anyText  `json:"type"`
	Occurred anyText  `json:"occurred_at"`
}

type incName struct {
	Name  anyText `json:"name"`
	Email anyText `json:"email"`
}

// incPlace is where a value of any shape begins; 0: there is none.
type incPlace int

func (p *incPlace) fromJSON(d *jsonDecoder, i int) int {
	*p = incPlace(i)
	return d.s.skip(i, 0)
}

// named reads a list of named things; other lists are none of that.
func (w *incWords) named(i int) {
	b := w.d.s.b
	if b[i] != '[' || b[space(b, i+1)] != '{' && b[space(b, i+1)] != 'n' {
		return
	}
	w.d.err = nil
	if w.d.into(i, &w.list); w.d.err != nil {
		return
	}
	for k := range w.list {
		switch e := &w.list[k]; {
		case e.Role.Name != "":
			w.word(e.Role.Name, firstOf(string(e.Assignee.Email), string(e.Assignee.Name)))
		case e.Stamp.Name != "":
			w.word(e.Stamp.Name, w.text(int(e.Value), 0))
		case e.Field.Name != "":
			w.word(e.Field.Name, w.text(int(e.Values), 0))
		case e.Type != "" && e.Occurred != "":
			w.word(e.Type, string(e.Occurred))
		}
	}
}

// incNames are the keys that name a nested object, best first.
var incNames = [...]string{"email", "name", "value", "title", "summary", "label", "slug", "value_text", "value_option", "value_catalog_entry", "value_link", "value_numeric",
	"weblink", "individual", "data", "attributes", "id"}

// text is the value at i as a cell would hold it.
func (w *incWords) text(i, depth int) string {
	if i == 0 || depth > 6 {
		return ""
	}
	switch w.d.s.b[i] {
	case '[':
		var out []string
		w.d.elements(i, func(i int) int {
			if s := w.text(i, depth+1); s != "" {
				out = append(out, s)
			}
			return w.d.s.skip(i, 0)
		})
		return strings.Join(out, "; ")
	case '{':
		var at [len(incNames)]int
		w.d.object(i, func(key []byte, i int) int {
			if k := slices.IndexFunc(incNames[:], func(name string) bool { return name == string(key) }); k >= 0 {
				at[k] = i
			}
			return w.d.s.skip(i, 0)
		})
		for _, i := range at {
			if s := w.text(i, depth+1); s != "" {
				return s
			}
		}
		return ""
	}
	var t anyText
	t.fromJSON(w.d, i)
	return string(t)
}
