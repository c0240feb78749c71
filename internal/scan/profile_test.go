package scan_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

func TestProfilesMoveThresholds(t *testing.T) {
	t.Parallel()
	const statement = `{"text":"SELECT name, population FROM city WHERE id = 7"}`
	for profile, want := range map[string]bool{"strict-api": true, "sql-assistant": false} {
		policy := scan.Strict()
		policy.Profile = profile
		if got := hasType(judge(policy, "application/json", []byte(statement)), "sqli"); got != want {
			t.Errorf("%s: %v", profile, got)
		}
	}
}

func TestWhereTheTextStoodMovesConfidence(t *testing.T) {
	t.Parallel()
	confidence := func(body string) float32 {
		for _, f := range judge(scan.Strict(), "application/json", []byte(body)).Findings {
			if f.Type == "sqli" {
				return f.Confidence
			}
		}
		t.Errorf("%s: nothing found", body)
		return 0
	}
	plain := confidence(`{"q":"SELECT name, population FROM city WHERE id = 7"}`)
	if twice := confidence(`{"q":"SELECT%2520name,%2520population%2520FROM%2520city%2520WHERE%2520id%2520%253D%25207"}`); twice <= plain {
		t.Errorf("encoded twice %.2f, plain %.2f", twice, plain)
	}
	if named := confidence(`{"sql":"SELECT name, population FROM city WHERE id = 7"}`); named >= plain {
		t.Errorf("in a field for SQL %.2f, elsewhere %.2f", named, plain)
	}
}
