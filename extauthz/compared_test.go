package extauthz_test

import (
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/reason"
)

// What a candidate needs to decide again and nobody has kept is said, and never counted as the same.
func TestAReplayComparesWhatItCanAndSaysWhatItCannot(t *testing.T) {
	t.Parallel()
	const route = "{name: api, match: {prefix: /}, upstream: echo"
	with := func(own, module string) map[string]string {
		files := twoTenants()
		files["tenants/acme.yaml"] = strings.Replace(files["tenants/acme.yaml"], route, route+own, 1)
		if module != "" {
			files["tenants/acme/own.rego"] = "package tenant\n\n" + module + "\n"
		}
		return files
	}
	read := ask{tenant: "acme", token: acmeToken(t, "vera", "viewer"), headers: map[string]string{"x-team": "blue"}}
	write := ask{tenant: "acme", token: acmeToken(t, "edith", "editor"), method: "POST", headers: map[string]string{"content-type": "application/json"}}
	const stepUp, only, network = ", step_up: {acr_values: [gold]}", ", auth: [api_key]", `, conditions: {allow_ips: ["198.51.100.0/24"]}`
	for name, test := range map[string]struct {
		was   map[string]string
		now   map[string]string
		asked ask
		want  string // unknown, or "REASON would be REASON", or empty for the same
	}{
		"policies that read a body":       {with("", ""), with(", read_body: true", "deny if input.request.body.draft"), write, "body"},
		"a request without one":           {with("", ""), with(", read_body: true", "deny if input.request.body.draft"), read, ""},
		"policies that read a credential": {with("", ""), with("", `deny if contains(input.request.headers.authorization, "x")`), read, "redacted"},
		"policies that read all headers":  {with("", ""), with("", `deny if count(input.request.headers) > 100`), read, "redacted"},
		"and those that read another":     {with("", ""), with("", `deny if input.request.headers["x-team"] == "red"`), read, ""},
		"calls that were none":            {with("", ""), with(", protocol: mcp", ""), write, "calls"},
		"another kind of credential":      {with("", ""), with(only, ""), read, "allowed would be credential_not_accepted"},
		"a condition":                     {with("", ""), with(network, ""), read, "allowed would be address_not_allowed"},
		"a condition less":                {with(network, ""), with("", ""), read, "address_not_allowed would be allowed"},
		"the same condition":              {with(network, ""), with(network, ""), read, ""},
		"a demand":                        {with("", ""), with(stepUp, ""), read, "allowed would be step_up_required"},
		"a demand less":                   {with(stepUp, ""), with("", ""), read, "step_up_required would be allowed"},
		"the same demand":                 {with(stepUp, ""), with(stepUp, ""), read, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := recorded(t, test.was, test.asked)
			replay, err := candidate(t, test.now).Replay(t.Context(), strings.NewReader(log))
			if err != nil || replay.Records != 1 || replay.Same+replay.Changed()+replay.NotCompared != 1 {
				t.Fatalf("%+v, %v", replay, err)
			}
			got := ""
			if len(replay.Differences) == 1 {
				d := &replay.Differences[0]
				if got = string(d.Unknown); got == "" {
					got = string(d.Was) + " would be " + string(d.Would)
				}
			}
			if got != test.want || (test.want == "") != (replay.Same == 1) {
				t.Errorf("%q, want %q: %+v", got, test.want, replay)
			}
		})
	}
}

func TestAReplaySaysHowManyWouldComeToRulesForTheInput(t *testing.T) {
	t.Parallel()
	files := twoTenants()
	files["tenants/acme.yaml"] = strings.Replace(files["tenants/acme.yaml"], "prefix: /}, upstream: echo", "prefix: /}, upstream: echo, validate: {max_body: 100}", 1)
	viewer := acmeToken(t, "vera", "viewer")
	log := recorded(t, twoTenants(), ask{tenant: "acme", token: viewer}, ask{tenant: "acme", token: viewer, method: "POST"})
	replay, err := candidate(t, files).Replay(t.Context(), strings.NewReader(log))
	if err != nil || replay.Same != 2 || replay.Unvalidated != 1 || replay.NotCompared != 0 {
		t.Errorf("%+v, %v", replay, err)
	}
}

func TestACandidateIsNotComparedWhereWhatItReadsIsNotKept(t *testing.T) {
	t.Parallel()
	base := twoTenants()["tenants/acme.yaml"]
	const route = "{name: api, match: {prefix: /}, upstream: echo"
	for name, test := range map[string]struct {
		enforced, candidate, module string
		method                      string
		want                        string
	}{
		"a body":               {"", ", read_body: true", "deny if input.request.body.draft", "POST", "body"},
		"no body":              {"", ", read_body: true", "deny if input.request.body.draft", "GET", ""},
		"other rules of input": {", validate: {query: {page: {max_length: 9}}}", ", validate: {query: {page: {max_length: 8}}}", "", "GET", "input_rules"},
		"the same rules":       {", validate: {query: {page: {max_length: 9}}}", ", validate: {query: {page: {max_length: 9}}}", "", "GET", ""},
		"a demand":             {"", ", step_up: {acr_values: [gold]}", "", "GET", "newly_denied"},
		"the same demand":      {", step_up: {acr_values: [gold]}", ", step_up: {acr_values: [gold]}", "", "GET", ""},
		"headers of all kinds": {"", "", `deny if contains(input.request.headers.authorization, "nothing")`, "GET", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := twoTenants()
			files["tenants/acme.yaml"] = strings.Replace(base, route, route+test.enforced, 1)
			files["candidates/acme.yaml"] = strings.Replace(base, route, route+test.candidate, 1)
			if test.module != "" {
				files["candidates/acme/own.rego"] = "package tenant\n\n" + test.module + "\n"
			}
			s, admin, _ := shadowed(t, files)
			s.check(ask{tenant: "acme", token: acmeToken(t, "edith", "editor"), method: test.method})
			report := reports(t, admin, 1)[0]
			got := ""
			if len(report.Differences) == 1 {
				d := &report.Differences[0]
				if got = string(d.Unknown); got == "" {
					got = d.Change()
				}
				if d.Was == reason.Allowed && d.Unknown != "" && d.Change() != "not_compared" {
					t.Errorf("%+v is %s", d, d.Change())
				}
			}
			if got != test.want || (got == "") != (report.Same == 1) || report.Errors != 0 {
				t.Errorf("%q, want %q: %+v", got, test.want, report)
			}
		})
	}
}
