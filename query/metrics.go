package query

// Metrics is the catalogue, in the order in which it is listed. Adding a metric is a .sql, a .go, a golden and a line here.
var Metrics = []Metric{
	chatter,
	chatterCalendar,
	incidents,
	orgEvents,
	orgEventsProfile,
	spikes,
	incidentWeekdays,
	seriesCorrelation,
	chain,
	coverage,
	events,
}
