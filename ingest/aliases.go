package ingest

import (
	"strings"

	"github.com/orgheat/orgheat/schema"
)

var aliasFields = []field{
	{name: "source", required: true, synonyms: []string{"system", "tool"}},
	{name: "account", required: true, synonyms: []string{"alias", "login", "native id", "identity", "user id", "username"}},
	{name: "person", required: true, synonyms: []string{"person email", "person e-mail", "email"}},
}

var aliases = Source{
	Name:   "aliases",
	Doc:    "CSV that says who an account is: source, account (native id or login), person (e-mail)",
	Detect: func(in Input) bool { return in.csvMostly(aliasFields) },
	Read:   reading(readAliases),
}

// readAliases sends one alias per line. A line without a person, as `orgheat identities` writes where it has no suggestion, is
// passed over.
func readAliases(e *emitter) {
	_, anyKey := mappedColumn(e.in.Map, "person") // a roster that is not keyed by e-mail needs the same key here
	named := map[[2]string]string{}
	e.csv(aliasFields, func(rec csvRecord) {
		source, account, person := strings.ToLower(rec.get("source")), rec.get("account"), rec.get("person")
		switch address := email(person); {
		case source == "":
			e.reject("source is empty", account)
			return
		case account == "":
			e.reject("account is empty", "")
			return
		case person == "":
			e.notice("no person given, the line says nothing")
			e.done()
			return
		case address != "":
			person = address
		case anyKey && !strings.Contains(person, "@"):
			person = strings.ToLower(person)
		default:
			e.reject("person is not an e-mail address", person)
			return
		}
		key := [2]string{source, account}
		if other, ok := named[key]; ok && other != person {
			e.reject("the account is another person's in an earlier line", source+" "+account)
			return
		}
		named[key] = person
		e.row(&schema.AliasRow{Source: source, Alias: account, Person: person})
		e.done()
	})
}
