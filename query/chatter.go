package query

var chatter = define(Meta{
	ID: "chatter", Title: "Chatter heat map", Question: "When does the organization talk, and who is absent?",
	Definition: "Messages, replies, files, notes, speech in calls, acknowledgements and resolutions by people, pull-request and ticket actions by people, alerts and pages, " +
		"by weekday and hour of the chosen clock. Local is each person's own clock at that instant; what has no person (alerts) is on the organization's. Bots' messages are not " +
		"counted; several pages to one person for one alert within 60 s are one. Reactions and joins only when asked for by kind.",
	Unit: Count, By: []string{"none", "team", "function", "person", "source", "location"}, Clock: "local", Loads: []string{"slack", "pagerduty", "github", "jira"},
}, plain[chatterRow])

type chatterRow struct {
	Weekday uint8  `ch:"weekday" col:"weekday" unit:"1 Monday to 7 Sunday"`
	Hour    uint8  `ch:"hour_of_day" col:"hour" unit:"hour of day"`
	Group   string `ch:"grp" col:"group" type:"group"`
	Count   uint64 `ch:"n" col:"count" unit:"actions"`
	People  uint64 `ch:"people" people:"n"`
}

var chatterCalendar = define(Meta{
	ID: "chatter-calendar", Title: "Chatter by day", Question: "Which days were loud?",
	Definition: "The same actions as chatter, by day of the chosen clock. Days without any are not listed.",
	Unit:       Count, Clock: "local", Loads: []string{"slack", "pagerduty", "github", "jira"},
}, plain[chatterDay])

type chatterDay struct {
	Date   string `ch:"date" col:"date" type:"date"`
	Count  uint64 `ch:"n" col:"count" unit:"actions"`
	People uint64 `ch:"people" people:"n"`
}
