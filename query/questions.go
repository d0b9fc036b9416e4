package query

import "fmt"

// Questions are what the data of the quarter leaves open, each with what would answer it; what no data is there for is in Missing.
func (q *Quarter) Questions() []string {
	var list []string
	for _, r := range q.rows("org-events") {
		switch r.text("verdict") {
		case "inconclusive":
			more := "only a large difference would have shown"
			if mde := r.number("mde"); mde != nil {
				more = fmt.Sprintf("only %.1f times as many would probably have shown", *mde)
			}
			list = append(list, fmt.Sprintf("Do incidents follow %s? %s: %s. More occurrences will tell, or a window declared beforehand.", readable(r.text("category")), counted(r.count("occurrences"), "occurrence"), more))
		case "inseparable":
			list = append(list, fmt.Sprintf("Do incidents follow %s, or what comes in the same weeks? The two cannot be told apart yet.", readable(r.text("category"))))
		}
	}
	for _, f := range q.Figures {
		if f.Change == TooFew && f.Now.N > 0 && f.Then.N > 0 {
			list = append(list, fmt.Sprintf("%s: did it change? %d and %d %s are too few to say.", f.Label, f.Then.N, f.Now.N, f.Of))
		}
	}
	imputed := 0
	for _, r := range q.rows("incidents") {
		if r.text("imputed") == "true" && r.text("started_at") >= q.From.UTC().Format("2006-01-02T15:04:05Z") {
			imputed++
		}
	}
	if imputed > 0 {
		list = append(list, fmt.Sprintf("When did %s really start and end? Times are imputed from activity, and left out of durations.", counted(imputed, "incident")))
	}
	if r, ok := q.row("reviews", "period", q.Name); ok && r.count("actions_open") > 0 {
		list = append(list, fmt.Sprintf("What keeps the %s of the quarter's reviews open? %d are done.", counted(r.count("actions_open"), "action"), r.count("actions_done")))
	}
	return list
}
