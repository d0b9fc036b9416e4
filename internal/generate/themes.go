package generate

// symptom is what people saw.
type symptom struct{ phrase, slug string }

// theme is a kind of cause, its place in the first and the last year of the history, and the words it comes with.
type theme struct {
	name        string
	trigger     string
	first, last float64 // relative weight at the beginning and at the end
	titles      []string
	symptoms    []symptom
}

const (
	themeCertificates = iota
	themeDNS
	themeCapacity
)

// themes: certificates and dns rise, capacity falls, the rest keep their place. {s} is the service, {y} the symptom.
var themes = []theme{
	{"certificates", "expired certificate", .03, .18,
		[]string{"Expired TLS certificate on {s}: {y}", "{s} refuses connections after certificate expiry: {y}", "mTLS certificate of {s} expired, {y}"},
		[]symptom{{"handshake failures", "tls"}, {"clients cannot connect", "connect-failures"}, {"consumers disconnected", "disconnects"}}},
	{"dns", "dns change", .02, .11,
		[]string{"DNS record of {s} pointed at the old load balancer: {y}", "{s} unresolvable after a DNS change: {y}", "Stale DNS in two regions, {s}: {y}"},
		[]symptom{{"lookup timeouts", "dns"}, {"traffic to the wrong region", "misrouted"}, {"intermittent NXDOMAIN", "nxdomain"}}},
	{"capacity", "traffic spike", .24, .04,
		[]string{"{s} overloaded: {y}", "{s} out of capacity at peak, {y}", "Autoscaling of {s} too slow: {y}"},
		[]symptom{{"elevated latency", "latency"}, {"requests shed", "load-shedding"}, {"timeouts for a third of requests", "timeouts"}}},
	{"deploys", "deploy", .20, .20,
		[]string{"{y} after a deploy of {s}", "Bad release of {s}: {y}", "{s} rolled back: {y}"},
		[]symptom{{"elevated 5xx", "5xx"}, {"error rate at 12%", "errors"}, {"crash loop", "crashloop"}, {"blank pages", "blank-pages"}}},
	{"configuration", "config typo", .09, .09,
		[]string{"Typo in the configuration of {s}: {y}", "{s} started with the staging configuration: {y}", "Wrong limit configured for {s}, {y}"},
		[]symptom{{"all writes rejected", "writes-rejected"}, {"logins fail", "logins"}, {"requests throttled", "throttled"}}},
	{"database", "slow query", .13, .13,
		[]string{"Primary database of {s} saturated: {y}", "Lock contention in {s}, {y}", "Replica lag on {s}: {y}"},
		[]symptom{{"slow reads", "slow-reads"}, {"connection pool exhausted", "pool"}, {"stale balances", "stale-data"}}},
	{"dependencies", "third-party outage", .10, .10,
		[]string{"Upstream provider outage, {s}: {y}", "Cloud provider incident degrades {s}: {y}", "Card network errors in {s}: {y}"},
		[]symptom{{"failed callbacks", "callbacks"}, {"partial outage", "partial-outage"}, {"delayed confirmations", "delays"}}},
	{"queues", "consumer stuck", .08, .08,
		[]string{"Backlog in {s}: {y}", "{s} consumers stuck, {y}", "Poison message blocks {s}: {y}"},
		[]symptom{{"events delayed by 40 minutes", "backlog"}, {"duplicate notifications", "duplicates"}, {"orders not confirmed", "stuck-orders"}}},
	{"storage", "full disk", .06, .06,
		[]string{"Disk full on {s}: {y}", "{s} cannot write its log, {y}", "Volume of {s} at 100%: {y}"},
		[]symptom{{"writes fail", "disk"}, {"pods evicted", "evictions"}}},
	{"quotas", "quota exceeded", .04, .04,
		[]string{"Quota exceeded by {s}: {y}", "API quota of {s} used up, {y}"},
		[]symptom{{"429 for all clients", "429"}, {"jobs not scheduled", "jobs"}}},
	{"feature flags", "feature flag", .05, .05,
		[]string{"Feature flag turned on for everyone in {s}: {y}", "Experiment in {s} leaks to all users: {y}"},
		[]symptom{{"wrong prices shown", "prices"}, {"checkout button missing", "missing-button"}}},
	{"migrations", "data migration", .05, .05,
		[]string{"Migration of {s} halted: {y}", "Backfill in {s} overwrites data: {y}"},
		[]symptom{{"missing records", "missing-records"}, {"tables locked", "locks"}}},
}

// secondThemes are lessons rather than causes; a quarter of the incidents carry one of them too.
var secondThemes = list("observability,runbooks,communication,unclear ownership,on-call load,testing")
