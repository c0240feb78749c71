package policy_test

import (
	"encoding/json"
	"testing"

	"github.com/meshwarden/meshwarden/internal/policy"
)

func TestARecordTellsWhichReadingsItCannotServe(t *testing.T) {
	t.Parallel()
	var doc policy.Document
	err := json.Unmarshal([]byte(`{
		"route": {"name": "orders"},
		"request": {"headers": {"authorization": "[redacted]", "x-team": "blue"}, "query": {"access_token": ["[redacted]"], "page": ["1"]}},
		"identity": {"kind": "jwt", "tenant": "acme", "subject": "vera", "claims": {
			"https://a.example/session.id": "[redacted]", "org": {"id": 7, "api_key": "[redacted]"}, "list": [{"secret": "[redacted]"}], "plan": "gold"}}
	}`), &doc)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		"":                              true,
		"request":                       true,
		"request.headers":               true,
		"request.headers.authorization": true,
		"request.headers.x-team":        false,
		"request.headers.x-none":        false,
		"request.query.access_token":    true,
		"request.query.page":            false,
		"request.method":                false,
		"identity.claims":               true,
		"identity.claims.https://a.example/session.id": true,
		"identity.claims.https://a.example/other.id":   false,
		"identity.claims.org":                          true,
		"identity.claims.org.id":                       false,
		"identity.claims.org.api_key":                  true,
		"identity.claims.list":                         true,
		"identity.claims.plan.x":                       false,
		"identity.subject":                             false,
		"tenant.data":                                  false,
	} {
		if got := doc.Redacted([]string{"identity.kind", path}); got != want {
			t.Errorf("%q: %t", path, got)
		}
	}
}
