package ingest

import (
	"io"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// ocf reads the Open Cap Format (Open Cap Table Coalition): a directory or ZIP of *.ocf.json files, with grants among the
// transactions, and people, vesting terms and vesting starts in places of their own. A single file that holds all of it serves too.
var ocf = Source{
	Name:   "ocf",
	As:     "vesting",
	Doc:    "Open Cap Format: directory or ZIP with Manifest.ocf.json",
	Tree:   true,
	Lone:   true,
	Detect: detectOCF,
	Read:   reading(readOCF),
}

// detectOCF wants a manifest at the root, or in the root's only directory, or a single file of Open Cap Format.
func detectOCF(in Input) bool {
	if in.single() != "" {
		head := string(in.head(4 << 10))
		return strings.HasPrefix(strings.TrimSpace(head), "{") && strings.Contains(head, `"OCF_`)
	}
	dir := "."
	entries, err := fs.ReadDir(in.FS, dir)
	if err == nil && len(entries) == 1 && entries[0].IsDir() {
		dir = entries[0].Name()
		entries, err = fs.ReadDir(in.FS, dir)
	}
	if err != nil {
		return false
	}
	return slices.ContainsFunc(entries, func(d fs.DirEntry) bool {
		return strings.HasSuffix(strings.ToLower(d.Name()), "manifest.ocf.json") &&
			strings.Contains(string(in.only(path.Join(dir, d.Name())).head(4<<10)), "OCF_MANIFEST_FILE")
	})
}

// only is the input of one file of a tree.
func (in Input) only(name string) Input {
	tree := in.FS
	in.FS = oneFile{name: path.Base(name), open: func() (io.ReadCloser, error) { return tree.Open(name) }}
	in.Path = path.Join(in.Path, name)
	return in
}

// ocfObject is the union of the objects that matter.
type ocfObject struct {
	ObjectType       string       `json:"object_type"`
	ID               string       `json:"id"`
	SecurityID       string       `json:"security_id"`
	StakeholderID    string       `json:"stakeholder_id"`
	Date             string       `json:"date"`
	Quantity         string       `json:"quantity"`
	VestingTermsID   string       `json:"vesting_terms_id"`
	Vestings         []ocfVesting `json:"vestings"`
	Name             ocfName      `json:"name"`
	StakeholderType  string       `json:"stakeholder_type"`
	PrimaryContact   ocfContact   `json:"primary_contact"`
	ContactInfo      ocfContact   `json:"contact_info"`
	VestingCondition []ocfRule    `json:"vesting_conditions"`
}

type ocfVesting struct {
	Date   string `json:"date"`
	Amount string `json:"amount"`
}

// ocfName is a person's name object, or the plain name that terms have.
type ocfName struct{ legal string }

func (n *ocfName) fromJSON(d *jsonDecoder, i int) int {
	if d.s.b[i] != '{' {
		return d.s.skip(i, 0)
	}
	return d.object(i, func(key []byte, i int) int {
		if string(key) == "legal_name" && d.s.b[i] == '"' {
			var end int
			n.legal, end = d.text(i)
			return end
		}
		return d.s.skip(i, 0)
	})
}

type ocfContact struct {
	Emails []struct {
		Type    string `json:"email_type"`
		Address string `json:"email_address"`
	} `json:"emails"`
}

// ocfRule is one vesting condition.
type ocfRule struct {
	ID      string      `json:"id"`
	Next    []string    `json:"next_condition_ids"`
	Portion *ocfPortion `json:"portion"`
	Trigger struct {
		Type   string `json:"type"`
		Date   string `json:"date"`
		Period struct {
			Length      int    `json:"length"`
			Type        string `json:"type"`
			Occurrences int    `json:"occurrences"`
			Cliff       int    `json:"cliff_installment"`
		} `json:"period"`
	} `json:"trigger"`
}

type ocfPortion struct {
	Numerator   string `json:"numerator"`
	Denominator string `json:"denominator"`
}

// ocfBook is what grants refer to: one entry per person, kind of terms and grant.
type ocfBook struct {
	people    map[string]schema.IdentityRow
	companies map[string]bool // stakeholders that are no people; what they hold is none of ours
	terms     map[string]ocfTerms
	starts    map[string]string // security -> date of TX_VESTING_START
	retracted map[string]bool   // securities that were issued by mistake
}

// readOCF sends one grant per issuance that vests. Other transactions are no records: what a company sells to investors, exercises and
// transfers say nothing about vesting. A retracted issuance never was; cancellations keep what was granted.
func readOCF(e *emitter) {
	var files []string
	err := fs.WalkDir(e.in.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(strings.ToLower(name), ".json") {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		e.err(err)
		return
	}
	book := ocfBook{people: map[string]schema.IdentityRow{}, companies: map[string]bool{}, terms: map[string]ocfTerms{}, starts: map[string]string{}, retracted: map[string]bool{}}
	for _, grants := range []bool{false, true} {
		for _, name := range files {
			tree := e.in
			e.in, e.file = e.in.only(name), path.Base(name)
			e.json([]string{"items", "stakeholders", "vesting_terms", "transactions"}, func(rec jsonRecord) {
				var o ocfObject
				if err := rec.decode(e.file, &o); err != nil {
					if grants { // said once
						e.err(err)
					}
					return
				}
				if grants {
					book.grant(e, o)
				} else {
					book.note(o)
				}
			})
			e.in = tree
			if e.stopped {
				return
			}
		}
	}
}

func (b *ocfBook) note(o ocfObject) {
	switch {
	case o.ObjectType == "STAKEHOLDER" && o.StakeholderType == "INSTITUTION":
		b.companies[o.ID] = true
	case o.ObjectType == "STAKEHOLDER":
		row := schema.IdentityRow{Source: "vesting", NativeID: o.ID, Name: o.Name.legal}
		for _, c := range []ocfContact{o.PrimaryContact, o.ContactInfo} {
			for _, m := range c.Emails {
				if a := email(m.Address); a != "" && (row.Email == "" || m.Type == "BUSINESS") {
					row.Email = a
				}
			}
		}
		b.people[o.ID] = row
	case o.ObjectType == "VESTING_TERMS":
		b.terms[o.ID] = termsOf(o.VestingCondition)
	case o.ObjectType == "TX_VESTING_START":
		b.starts[o.SecurityID] = o.Date
	case strings.HasSuffix(o.ObjectType, "_RETRACTION"):
		b.retracted[o.SecurityID] = true
	}
}

// grant sends the row of an issuance that vests.
func (b *ocfBook) grant(e *emitter, o ocfObject) {
	if !strings.HasSuffix(o.ObjectType, "_ISSUANCE") || o.VestingTermsID == "" && len(o.Vestings) == 0 || b.retracted[o.SecurityID] || b.companies[o.StakeholderID] {
		return
	}
	person, ok := b.people[o.StakeholderID]
	switch {
	case o.SecurityID == "":
		e.reject("issuance has no security_id", o.ID)
		return
	case !ok:
		e.reject("stakeholder is not in this export, load the whole directory or ZIP", o.StakeholderID)
		return
	}
	total, ok := quantity(o.Quantity)
	if !ok {
		e.reject("quantity is not a positive number", o.Quantity)
		return
	}
	date, linear := o.Date, true
	var terms ocfTerms
	if o.VestingTermsID != "" {
		if terms, ok = b.terms[o.VestingTermsID]; !ok {
			e.reject("vesting terms are not in this export, load the whole directory or ZIP", o.VestingTermsID)
			return
		}
		if terms.problem != "" {
			e.reject(terms.problem, o.VestingTermsID)
			return
		}
		switch begun, ok := b.starts[o.SecurityID]; {
		case ok:
			date = begun
		case terms.date != "":
			date = terms.date
		default:
			e.notice("vesting start is not recorded, the day of issuance is taken")
		}
		linear = terms.linear
	} else {
		terms = termsOfDates(o.Vestings, date, total)
		if terms.problem != "" {
			e.reject(terms.problem, o.SecurityID)
			return
		}
		linear = terms.linear
	}
	start, ok := e.day("date", date)
	if !ok {
		return
	}
	if start.IsZero() {
		e.reject("date is empty", o.ID)
		return
	}
	if !linear {
		e.notice("vesting in uneven steps read as even ones")
	}
	e.row(&schema.GrantRow{
		Source: "vesting", NativeID: o.SecurityID, Person: o.StakeholderID, Start: start,
		CliffMonths: terms.cliff, TotalMonths: terms.total, PeriodMonths: terms.period, Quantity: total,
	})
	e.mention(person)
	e.done()
}

// ocfTerms is a vesting schedule reduced to what a GrantRow says.
type ocfTerms struct {
	cliff, total, period uint16 // months
	date                 string // of a start that the terms fix
	linear               bool   // every step is the elapsed share of the whole, within one percent
	problem              string // why it cannot be reduced
}

// ocfStep is one instalment: months after the start and the cumulated share of the whole, 0..1; NaN unknown.
type ocfStep struct {
	month float64
	share float64
}

// termsOf follows the chain of conditions from the start. Terms with several ways on, or that wait for an event (a sale of the
// company), cannot be told in months.
func termsOf(rules []ocfRule) ocfTerms {
	byID := map[string]ocfRule{}
	pointed := map[string]bool{}
	for _, r := range rules {
		byID[r.ID] = r
		for _, n := range r.Next {
			pointed[n] = true
		}
	}
	var out ocfTerms
	var steps []ocfStep
	month, share := 0.0, 0.0
	id := ""
	for _, r := range rules {
		if !pointed[r.ID] {
			if id != "" {
				return ocfTerms{problem: "vesting terms have several beginnings"}
			}
			id = r.ID
		}
	}
	for range rules { // a chain is no longer than its conditions, even in a circle
		r, ok := byID[id]
		if !ok {
			break
		}
		switch r.Trigger.Type {
		case "VESTING_START_DATE", "VESTING_SCHEDULE_ABSOLUTE":
			if r.Trigger.Date != "" && out.date == "" {
				out.date = r.Trigger.Date
			}
			if p := r.Portion.value(); p > 0 {
				share += p
				steps = append(steps, ocfStep{month, share})
			}
		case "VESTING_SCHEDULE_RELATIVE":
			p := r.Trigger.Period
			length := float64(p.Length)
			switch {
			case p.Length < 1 || p.Length > 40_000 || p.Occurrences < 1 || p.Occurrences > 10_000:
				return ocfTerms{problem: "vesting terms have an impossible period"}
			case p.Type == "DAYS":
				length *= 12 / 365.25
			case p.Type != "MONTHS":
				return ocfTerms{problem: "vesting terms have a period that is neither days nor months"}
			}
			for k := 1; k <= p.Occurrences; k++ {
				share += r.Portion.value()
				if k >= p.Cliff {
					steps = append(steps, ocfStep{month + float64(k)*length, share})
				}
			}
			month += float64(p.Occurrences) * length
		default:
			return ocfTerms{problem: "vesting terms wait for an event"}
		}
		switch len(r.Next) {
		case 0:
			return out.reduce(steps)
		case 1:
			id = r.Next[0]
		default:
			return ocfTerms{problem: "vesting terms have several ways on"}
		}
	}
	return ocfTerms{problem: "vesting terms do not end"}
}

func (p *ocfPortion) value() float64 {
	if p == nil {
		return math.NaN()
	}
	n, err := strconv.ParseFloat(p.Numerator, 64)
	d, err2 := strconv.ParseFloat(p.Denominator, 64)
	if err != nil || err2 != nil || d == 0 {
		return math.NaN()
	}
	return n / d
}

// termsOfDates reads a list of dated amounts, counted in months from the day of issuance.
func termsOfDates(list []ocfVesting, issued string, total float64) ocfTerms {
	start, err := parseDay(issued)
	if err != nil {
		return ocfTerms{problem: "date is not a date"}
	}
	var steps []ocfStep
	sum := 0.0
	slices.SortFunc(list, func(a, b ocfVesting) int { return strings.Compare(a.Date, b.Date) })
	for _, v := range list {
		day, err := parseDay(v.Date)
		amount, ok := number(v.Amount)
		if err != nil || !ok || amount < 0 {
			return ocfTerms{problem: "vestings hold something that is no date with an amount"}
		}
		sum += amount
		steps = append(steps, ocfStep{monthsBetween(start, day), sum / total})
	}
	return ocfTerms{}.reduce(steps)
}

// monthsBetween is calendar months with the days as a fraction.
func monthsBetween(a, b time.Time) float64 {
	whole := 12*(b.Year()-a.Year()) + int(b.Month()) - int(a.Month())
	return float64(whole) + float64(b.Day()-a.Day())/31
}

// reduce finds cliff, total and period of the steps: the total is the last step, the period the shortest distance of two, and the
// cliff the first step unless it comes after one period, as every later one does.
func (t ocfTerms) reduce(steps []ocfStep) ocfTerms {
	whole := make([]int, 0, len(steps))
	for _, s := range steps {
		m := int(math.Round(s.month))
		if m < 0 || m > 600 {
			return ocfTerms{problem: "vesting terms last longer than 600 months"}
		}
		whole = append(whole, m)
	}
	if len(whole) == 0 || whole[len(whole)-1] == 0 {
		return ocfTerms{problem: "grant vests at once"}
	}
	period := 0
	for i := 1; i < len(whole); i++ {
		if d := whole[i] - whole[i-1]; d > 0 && (period == 0 || d < period) {
			period = d
		}
	}
	if period == 0 {
		period = whole[0]
	}
	t.total, t.period = uint16(whole[len(whole)-1]), uint16(period)
	if whole[0] > period {
		t.cliff = uint16(whole[0])
	}
	t.linear = true
	for i, s := range steps {
		even := float64(whole[i]/period*period) / float64(t.total)
		if !math.IsNaN(s.share) && math.Abs(s.share-even) > 0.01 {
			t.linear = false
		}
	}
	if t.total < t.period || t.cliff > t.total {
		return ocfTerms{problem: "vesting terms have an impossible period"}
	}
	return t
}
