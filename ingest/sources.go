package ingest

// Sources lists every kind of export, in the order in which detection asks them: trees first, then formats that name
// themselves, then tables by their columns. Adding a loader is a file, its testdata and a line here.
var Sources = []Source{
	slackSource,
	ocf,
	transcript,
	pagerDuty,
	opsgenie,
	github,
	statuspage,
	jira,
	activity,
	reviews,
	aliases,
	vesting,
	oncall,
	roster,
	ownership,
	series,
	orgEvents,
	incidents,
}

// SourcesNamed returns the sources that a word for --as stands for, in the order of detection; none for an unknown word.
func SourcesNamed(as string) []Source {
	var out []Source
	for _, s := range Sources {
		if s.Name == as || s.As == as {
			out = append(out, s)
		}
	}
	return out
}
