// Package schema owns what is stored: the tables and their migrations, the typed rows that loaders produce, opening a
// connection (a ClickHouse server or the local engine) and rebuilding the derived tables from the raw ones. It knows
// neither file formats (package ingest) nor questions (package query).
package schema

import "time"

// Row is one record of a raw table. The concrete types of this file are the only implementations; loaders hand out
// pointers, which are valid until the next row is asked for.
type Row interface{ table() string }

// Kind is what somebody, or something, did. The spelling is a contract (activity files carry it).
type Kind string

// Kinds of activity.
const (
	Message       Kind = "message"
	Reply         Kind = "reply"
	Reaction      Kind = "reaction"
	Join          Kind = "join"
	Leave         Kind = "leave"
	File          Kind = "file"
	Alert         Kind = "alert"
	Page          Kind = "page"
	Ack           Kind = "ack"
	Resolve       Kind = "resolve"
	Note          Kind = "note"
	Escalation    Kind = "escalation"
	StatusUpdate  Kind = "status_update"
	PROpened      Kind = "pr_opened"
	PRMerged      Kind = "pr_merged"
	Review        Kind = "review"
	PRComment     Kind = "pr_comment"
	Commit        Kind = "commit"
	Deploy        Kind = "deploy"
	TicketCreated Kind = "ticket_created"
	TicketChanged Kind = "ticket_changed"
	TicketComment Kind = "ticket_comment"
	CallJoined    Kind = "call_joined"
	CallSpoke     Kind = "call_spoke"
)

// Kinds lists every kind in the order of the constants above.
var Kinds = []Kind{
	Message, Reply, Reaction, Join, Leave, File, Alert, Page, Ack, Resolve, Note, Escalation, StatusUpdate, PROpened, PRMerged,
	Review, PRComment, Commit, Deploy, TicketCreated, TicketChanged, TicketComment, CallJoined, CallSpoke,
}

// ActivityRow is one action: the table activity. Its natural key is (Source, Account, NativeID, Kind, Actor, Emoji).
type ActivityRow struct {
	At          time.Time // instant, microseconds kept
	Source      string    // slack, pagerduty, github ...
	Account     string    // workspace, subdomain, repository owner: what makes native ids unique in a source; may be ""
	NativeID    string    // id in the source; for Slack channel:ts
	Kind        Kind
	Actor       string    // native id of the identity that acted; "" where nobody did (an alert)
	TargetActor string    // whose message was reacted to or replied to
	Container   string    // native id of the channel, repository, project, service
	Thread      string    // native id of the thread, pull request, ticket; for alerting tools the id of their incident or alert
	Emoji       string    // of a reaction, without ::skin-tone-N
	IncidentRef []string  // incident ids this says it belongs to, and references found in titles, branches and bodies
	Size        uint32    // length of the text in characters
	IsBot       bool      // a bot, an integration or automation acted
	Updated     time.Time // when the source last changed the record; zero where it does not say
}

// IdentityRow is one account of a source: the table identities, keyed (Source, Account, NativeID).
type IdentityRow struct {
	Source, Account, NativeID string
	Login                     string // user name where it is not the native id
	Name                      string
	Email                     string
	Zone                      string // IANA name, "" unknown
	IsBot                     bool
	Updated                   time.Time
}

// ContainerRow is a channel, repository or project: the table containers, keyed (Source, Account, NativeID).
type ContainerRow struct {
	Source, Account, NativeID string
	Name                      string
	Members                   []string // native ids of identities
	Updated                   time.Time
}

// AliasRow says outright who an identity is: the table aliases, keyed (Source, Alias).
type AliasRow struct {
	Source string
	Alias  string // native id or login in that source
	Person string // e-mail
}

// PersonRow is one line of one roster snapshot: the table people_history, keyed (AsOf, Email).
type PersonRow struct {
	AsOf      time.Time // day of the snapshot; 1970-01-01 for a roster that has no date
	Email     string
	Name      string
	Location  string
	Title     string
	Team      string
	Function  string
	Manager   string
	Level     string
	Zone      string    // IANA name, "" unknown
	StartDate time.Time // day; zero unknown
	EndDate   time.Time // last day; zero unknown or still employed
}

// Record says what an incident row is.
type Record string

// Records.
const (
	RecordIncident    Record = "incident"    // somebody wrote it down as an incident
	RecordAlert       Record = "alert"       // the alerting tool's incident; may be claimed by a record
	RecordMaintenance Record = "maintenance" // announced work; kept, and no incident
)

// IncidentRow is what one source says of one incident: the table incidents, keyed (Source, Account, NativeID).
// Zero times are unknown.
type IncidentRow struct {
	Source, Account, NativeID string
	Record                    Record
	Title, Status, Severity   string
	StartedAt, DetectedAt, DeclaredAt,
	MitigatedAt, ResolvedAt time.Time
	Services   []string
	OwningTeam string
	Channels   []string // name, #name or native id
	Alerts     []string // native ids of the alerting tool's incidents or alerts
	URL        string
	Trigger    string
	Themes     []string
	NearMiss   bool
	Backfilled bool
	Commander  string
	Updated    time.Time
}

// ShiftRow is one on-call shift: the table oncall_shifts, keyed (Source, Account, NativeID).
type ShiftRow struct {
	Source, Account, NativeID string
	Schedule                  string   // name
	Policy                    string   // native id of the escalation policy that PolicyServiceRow links to services
	Services                  []string // served directly, where the source says so
	Team                      string
	Person                    string // native id of an identity of the same source and account
	Start, End                time.Time
	Level                     uint8 // 1 is first in line; above 1 is not on call
	Updated                   time.Time
}

// PolicyServiceRow says that an escalation policy serves a service: the table policy_services, keyed (Source, Account, Service).
type PolicyServiceRow struct {
	Source, Account string
	Policy          string
	Service         string // name, as incidents spell it
	Team            string
	Updated         time.Time
}

// OwnershipRow says that a team owns a service from a day on: the table service_ownership, keyed (Service, Since).
type OwnershipRow struct {
	Service, Team string
	Since         time.Time // day; zero "always"
}

// GrantRow is one equity grant: the table grants, keyed (Source, NativeID).
type GrantRow struct {
	Source, NativeID string
	Person           string // native id of an identity of the same source (the e-mail, in a CSV)
	Start            time.Time
	CliffMonths      uint16
	TotalMonths      uint16
	PeriodMonths     uint16 // 1 monthly, 3 quarterly, 12 yearly
	Quantity         float64
}

// OrgEventRow is one occurrence on the organization's calendar: the table org_events, keyed (Source, NativeID).
type OrgEventRow struct {
	Source, NativeID string
	Name, Category   string
	Start            time.Time // day or instant
	End              time.Time // zero: a single day
	Scope            string    // team or function it concerns; "" everybody
	Updated          time.Time
}

// SeriesRow is one point of a named series (traffic, deploys): the table series, keyed (Name, At).
type SeriesRow struct {
	Name  string
	At    time.Time
	Value float64
}

// ReviewRow is one review meeting: the table reviews, keyed (Incident, HeldAt).
type ReviewRow struct {
	Source      string // of the identities below
	Incident    string
	HeldAt      time.Time
	Facilitator string
	Attendees   []string
	Required    []string
	Readers     uint32 // number of readers; len(ReaderNames) where they are listed
	ReaderNames []string
	ActionsOpen uint32
	ActionsDone uint32
}

func (*ActivityRow) table() string      { return "activity" }
func (*IdentityRow) table() string      { return "identities" }
func (*ContainerRow) table() string     { return "containers" }
func (*AliasRow) table() string         { return "aliases" }
func (*PersonRow) table() string        { return "people_history" }
func (*IncidentRow) table() string      { return "incidents" }
func (*ShiftRow) table() string         { return "oncall_shifts" }
func (*PolicyServiceRow) table() string { return "policy_services" }
func (*OwnershipRow) table() string     { return "service_ownership" }
func (*GrantRow) table() string         { return "grants" }
func (*OrgEventRow) table() string      { return "org_events" }
func (*SeriesRow) table() string        { return "series" }
func (*ReviewRow) table() string        { return "reviews" }
