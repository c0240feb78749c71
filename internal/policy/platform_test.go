package policy_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

func TestThePacksDecideAboutRolesTenancyAndClassification(t *testing.T) {
	t.Parallel()
	p := compilePlatform(t)
	for name, test := range map[string]struct {
		change func(*policy.Input)
		want   policy.Decision
	}{
		"a viewer reads": {
			func(*policy.Input) {},
			policy.Decision{Allow: true, Reason: reason.Allowed, Rule: "rbac", Quotas: []string{"burst"}},
		},
		"a viewer does not write": {
			func(in *policy.Input) { in.Route.Accepts = []string{"write", "*"} },
			policy.Decision{Reason: reason.PermissionDenied, Rule: "rbac"},
		},
		"no role holds the permission of an unknown method": {
			func(in *policy.Input) { in.Route.Accepts = nil; in.Identity.Roles = []string{"admin"} },
			policy.Decision{Reason: reason.PermissionDenied, Rule: "rbac"},
		},
		"nobody without a credential": {
			func(in *policy.Input) { in.Identity = policy.IdentityInput{Kind: policy.KindAnonymous} },
			policy.Decision{Reason: reason.CredentialMissing, Rule: "rbac"},
		},
		"an anonymous route takes anybody": {
			func(in *policy.Input) {
				in.Identity = policy.IdentityInput{Kind: policy.KindAnonymous}
				in.Route = policy.RouteInput{Name: "site", Classification: "public", Anonymous: true}
			},
			policy.Decision{Allow: true, Reason: reason.Allowed, Rule: "rbac", Quotas: []string{"burst"}},
		},
		"a principal of another tenant": {
			func(in *policy.Input) { in.Identity.Tenant = "globex" },
			policy.Decision{Reason: reason.TenantMismatch, Rule: "tenancy", Audit: policy.AuditFull},
		},
		"a principal of another tenant with a grant": {
			func(in *policy.Input) {
				in.Identity.Tenant, in.Identity.Roles, in.Identity.Granted = "globex", []string{"admin"}, []string{"viewer"}
			},
			policy.Decision{Allow: true, Reason: reason.Allowed, Rule: "rbac", Quotas: []string{"burst"}, Audit: policy.AuditFull},
		},
		"the roles of another tenant do not count": {
			func(in *policy.Input) {
				in.Route.Accepts = []string{"delete", "*"}
				in.Identity.Tenant, in.Identity.Roles, in.Identity.Granted = "globex", []string{"admin"}, []string{"viewer"}
			},
			policy.Decision{Reason: reason.PermissionDenied, Rule: "rbac", Audit: policy.AuditFull},
		},
		"a restricted route needs clearance": {
			func(in *policy.Input) {
				in.Route = policy.RouteInput{Name: "vault", Classification: "restricted", Accepts: []string{"read", "*"}}
			},
			policy.Decision{Reason: reason.ClearanceTooLow, Rule: "classification", Audit: policy.AuditFull},
		},
		"a restricted route needs more than one factor": {
			func(in *policy.Input) {
				in.Route = policy.RouteInput{Name: "vault", Classification: "restricted", Accepts: []string{"read", "*"}}
				in.Identity.Roles = []string{"auditor"}
			},
			policy.Decision{
				Reason: reason.StepUpRequired, Rule: "classification", Audit: policy.AuditFull,
				StepUp: policy.StepUp{ACRValues: []string{"mfa"}},
			},
		},
		"a restricted route with all of it": {
			func(in *policy.Input) {
				in.Route = policy.RouteInput{Name: "vault", Classification: "restricted", Accepts: []string{"read", "*"}}
				in.Identity.Roles, in.Identity.AMR = []string{"auditor"}, []string{"pwd", "otp"}
			},
			policy.Decision{
				Allow: true, Reason: reason.Allowed, Rule: "rbac", Audit: policy.AuditFull, Quotas: []string{"burst", "vault-hour"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := viewer(t)
			test.change(in)
			got, err := p.Decide(t.Context(), in)
			if diff := cmp.Diff(test.want, got, anyPlace); diff != "" || err != nil {
				t.Errorf("error %v, difference:\n%s", err, diff)
			}
		})
	}
}

func TestAnInputThatSaysNothingIsDenied(t *testing.T) {
	t.Parallel()
	got, err := compilePlatform(t).Decide(t.Context(), &policy.Input{})
	if got.Allow || err != nil || got.Reason != reason.TenantMismatch {
		t.Errorf("got %+v, %v", got, err)
	}
	// A route that the tenant does not have is not a decision but a fault of the caller.
	in := viewer(t)
	in.Route.Name = "gone"
	got, err = compilePlatform(t).Decide(t.Context(), in)
	if got.Allow || got.Reason != reason.PolicyError || err == nil || !strings.Contains(err.Error(), "data.meshwarden.main.decision: undefined") {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestPlatformModulesContribute(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		modules []plane.Module
		want    policy.Decision
	}{
		"a denial with a message": {
			[]plane.Module{module("platform.hours", `deny contains "closed" if input.request.method == "GET"`)},
			policy.Decision{Reason: reason.PolicyDenied, Rule: "platform.hours", Message: "closed"},
		},
		"the first denial in order of packages": {
			[]plane.Module{module("platform.b", `deny := "b"`), module("platform.a", `deny := ["a", "z"]`), module("platform", `deny := false`)},
			policy.Decision{Reason: reason.PolicyDenied, Rule: "platform.a", Message: "a"},
		},
		"a denial without words": {
			[]plane.Module{module("platform", `deny if input.request.host == "acme.localhost"`)},
			policy.Decision{Reason: reason.PolicyDenied, Rule: "platform"},
		},
		"undefined denies nothing": {
			[]plane.Module{module("platform", `deny if input.request.host == "other"`)},
			policy.Decision{Allow: true, Reason: reason.Allowed, Rule: "rbac", Quotas: []string{"burst"}},
		},
		"headers of two packages": {
			[]plane.Module{
				module("platform.a", `headers := {"X-Area": input.route.extensions.area, "x-same": "1"}`),
				module("platform.b", `headers["x-same"] := "1"
response_headers := {"cache-control": "no-store"}`),
			},
			policy.Decision{
				Allow: true, Reason: reason.Allowed, Rule: "rbac", Quotas: []string{"burst"},
				Headers:         map[string]string{"x-area": "sales", "x-same": "1"},
				ResponseHeaders: map[string]string{"cache-control": "no-store"},
			},
		},
		"a denial with a status of its own package": {
			[]plane.Module{
				module("platform.a", `status := 410`),
				module("platform.b", "deny if input.request.method == \"GET\"\n\nstatus := 404 if input.route.name == \"orders\""),
			},
			policy.Decision{Reason: reason.PolicyDenied, Rule: "platform.b", Status: 404},
		},
		"a status of what is not denied": {
			[]plane.Module{module("platform", "deny if input.request.method == \"PUT\"\n\nstatus := 404")},
			policy.Decision{Allow: true, Reason: reason.Allowed, Rule: "rbac", Quotas: []string{"burst"}},
		},
		"headers taken away": {
			[]plane.Module{
				module("platform.a", `remove_headers := {"X-Debug", "cookie"}`), module("platform.b", `remove_headers := "x-debug"`),
				module("platform.c", `remove_headers := ["authorization"] if input.route.name == "none"`), module("platform.d", `remove_headers := []`),
			},
			policy.Decision{Allow: true, Reason: reason.Allowed, Rule: "rbac", Quotas: []string{"burst"}, RemoveHeaders: []string{"x-debug", "cookie"}},
		},
		"how bodies are scanned": {
			[]plane.Module{
				module("platform.a", `scan := {"policy": "chat", "mode": "shadow"}`), module("platform.b", `scan.mode := "off"`),
				module("platform.c", `scan := {"policy": "chat"}`), module("platform.d", `scan := {}`),
			},
			policy.Decision{Allow: true, Reason: reason.Allowed, Rule: "rbac", Quotas: []string{"burst"}, Scan: policy.Scan{Policy: "chat", Mode: "shadow"}},
		},
		"a demand for a context class": {
			[]plane.Module{module("platform.fresh", `step_up := {"acr_values": ["phr", "mfa"], "max_age": 300}`)},
			policy.Decision{
				Reason: reason.StepUpRequired, Rule: "platform.fresh",
				StepUp: policy.StepUp{ACRValues: []string{"phr", "mfa"}, MaxAge: 5 * time.Minute},
			},
		},
		"a demand for more than one factor": {
			[]plane.Module{module("platform", `step_up if not "otp" in input.identity.amr`)},
			policy.Decision{Reason: reason.StepUpRequired, Rule: "platform", StepUp: policy.StepUp{ACRValues: []string{"mfa"}}},
		},
		"the clock is input.time": {
			[]plane.Module{module("platform", `deny := sprintf("%d", [input.time]) if time.now_ns() == input.time`)},
			policy.Decision{Reason: reason.PolicyDenied, Rule: "platform", Message: "1795516200000000000"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := compilePlatform(t, test.modules...).Decide(t.Context(), viewer(t))
			if diff := cmp.Diff(test.want, got, anyPlace); diff != "" || err != nil {
				t.Errorf("error %v, difference:\n%s", err, diff)
			}
		})
	}
}

func TestAPlatformModuleThatMisbehavesDeniesAndIsNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ source, want string }{
		"message of another type":    {`deny contains 7`, `rule "platform.own": decision: message: number, not a string`},
		"deny of another type":       {`deny := {"why": "x"}`, `rule "platform.own": decision: message: object, not a string`},
		"demand of another type":     {`step_up := 7`, `rule "platform.own": decision: step_up: acr_values: number, not an array or a set`},
		"demand with a typo":         {`step_up := {"acr": ["mfa"]}`, `rule "platform.own": decision: step_up: unknown field "acr"`},
		"demand that breaks quotes":  {`step_up := "a\" b"`, `not printable ASCII`},
		"headers of another type":    {`headers := ["x-a"]`, `decision: headers: platform.own: array, not an object`},
		"header value of a number":   {`headers := {"x-a": 1}`, `headers: platform.own: header x-a: number, not a string`},
		"header with a line break":   {`headers := {"x-a": "1\r\nx-b: 2"}`, `platform.own: header x-a: the value holds control characters`},
		"header name with a space":   {`headers := {"x a": "1"}`, `platform.own: header name "x a" is not a token`},
		"pseudo-header":              {`headers := {":path": "/admin"}`, `platform.own: header name ":path" is not a token`},
		"hop-by-hop header":          {`response_headers := {"Connection": "close"}`, `response_headers: platform.own: header connection cannot be changed`},
		"identity header":            {`headers := {"X-Tenant-Id": "globex"}`, `platform.own: header x-tenant-id cannot be changed`},
		"Envoy's header":             {`headers := {"x-envoy-original-path": "/"}`, `platform.own: header x-envoy-original-path cannot be changed`},
		"what bodies are scanned by": {`headers := {"Content-Type": "image/png"}`, `decision: headers: header content-type cannot be changed by a policy: bodies are scanned by it`},
		"removal of it":              {`remove_headers := "Content-Encoding"`, `remove_headers: platform.own: header content-encoding cannot be changed`},
		"removal of identity":        {`remove_headers := {"x-subject"}`, `remove_headers: platform.own: header x-subject cannot be changed`},
		"removal of a number":        {`remove_headers := [7]`, `remove_headers: platform.own: number, not a string`},
		"removal of what it sets":    {"headers := {\"x-a\": \"1\"}\n\nremove_headers := \"X-A\"", `remove_headers: a module sets x-a and one takes it away`},
		"scan with a typo":           {`scan := {"modes": "off"}`, `scan: platform.own: unknown field "modes"`},
		"scan mode":                  {`scan := {"mode": "loud"}`, `scan: platform.own: mode: "loud" is not off, shadow or enforce`},
		"status that admits":         {"deny := true\n\nstatus := 200", `status: platform.own: 200 is not one of [400 402 403 404`},
		"status with a challenge":    {"deny := true\n\nstatus := 401", `status: platform.own: 401 is not one of`},
		"status of another type":     {"deny := true\n\nstatus := \"404\"", `status: platform.own: string, not a number`},
		"failing built-in":           {`deny contains "x" if to_number(input.request.method) > 1`, `policies/platform.own.rego:3: eval_builtin_error: to_number`},
		"conflicting values":         {"deny := \"a\"\n\ndeny := \"b\" if input.request.method", `policies/platform.own.rego:5: eval_conflict_error`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := compilePlatform(t, module("platform.own", test.source)).Decide(t.Context(), viewer(t))
			if got.Allow || got.Reason != reason.PolicyError || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v\nerror %v\nwant  %s", got, err, test.want)
			}
		})
	}
}

func TestTwoModulesCannotSetOneHeaderToTwoValues(t *testing.T) {
	t.Parallel()
	p := compilePlatform(t, module("platform.a", `headers := {"x-a": "1"}`), module("platform.b", `headers := {"X-A": "2"}`))
	got, err := p.Decide(t.Context(), viewer(t))
	if got.Allow || err == nil || !strings.Contains(err.Error(), "platform.b: header x-a: another module sets another value") {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestTwoModulesCannotChooseTwoScanPolicies(t *testing.T) {
	t.Parallel()
	p := compilePlatform(t, module("platform.a", `scan := {"policy": "chat"}`), module("platform.b", `scan := {"policy": "strict"}`))
	got, err := p.Decide(t.Context(), viewer(t))
	if got.Allow || err == nil || !strings.Contains(err.Error(), "scan: platform.b: policy: another module chooses another one") {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAnEvaluationEndsAtItsDeadline(t *testing.T) {
	t.Parallel()
	p := compilePlatform(t, module("platform", `deny if count([1 | numbers.range(1, 100000)[_]; numbers.range(1, 100000)[_]]) < 0`))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	got, err := p.Decide(ctx, viewer(t))
	if got.Allow || got.Reason != reason.PolicyTimeout || err == nil {
		t.Errorf("got %+v, %v", got, err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if got, err = p.Decide(ended, viewer(t)); got.Allow || got.Reason != reason.PolicyTimeout || err == nil {
		t.Errorf("with an ended context: got %+v, %v", got, err)
	}
}

func TestPlatformModulesAreRefusedWithTheirPlace(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		module plane.Module
		want   string
	}{
		"syntax":                {module("platform", `deny if {`), "policies/platform.rego:4:1: rego_parse_error"},
		"another package":       {module("meshwarden.main", `decision := {"allow": true}`), "policies/meshwarden.main.rego:1:1: package meshwarden.main is not platform or below it"},
		"a name that begins so": {module("platformx", `deny := false`), "is not platform or below it"},
		"nothing contributed":   {module("platform", `denies contains "x"`), "policies/platform.rego:1:1: none of the modules defines deny, status, step_up, headers, response_headers, remove_headers, scan"},
		"deny as a function":    {module("platform", `deny(x) if x`), "policies/platform.rego:3:1: deny is an extension point and cannot be a function"},
		"a tenant's point":      {module("platform", "deny := false\n\nquotas := {\"x\": {\"limit\": 1}}"), "policies/platform.rego:5:1: quotas does nothing here: these modules may define deny, status,"},
		"unknown input":         {module("platform", `deny if input.identity.role == "x"`), "policies/platform.rego:3:9: input.identity.role does not exist; input.identity has kind, subject,"},
		"unknown top of input":  {module("platform", `deny if input.user == "x"`), "input.user does not exist; input has version, request,"},
		"unknown tenant field":  {module("platform", `deny if input.tenant.plan == "x"`), "input.tenant.plan does not exist"},
		"the second stage":      {module("platform", `deny if input.decision.allow`), "input.decision is for a tenant's modules only"},
		"unknown rule":          {module("platform", `deny if data.platform.lib.closed`), "policies/platform.rego:3:9: data.platform.lib.closed does not exist"},
		"documents":             {module("platform", `deny if data.users[input.identity.subject]`), "data.users does not exist"},
		"asking the decision":   {module("platform", `deny if data.meshwarden.main.decision.allow`), "rego_recursion_error"},
		"empty":                 {plane.Module{Path: "policies/empty.rego"}, "policies/empty.rego"},
		"binary":                {plane.Module{Path: "policies/binary.rego", Source: "\x00\xff\x7fELF"}, "policies/binary.rego"},
		"too large":             {module("platform", "# "+strings.Repeat("x", policy.MaxSourceBytes)), "policies/platform.rego: more than 1048576 bytes of Rego"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := policy.CompilePlatform([]plane.Module{test.module})
			var problems *policy.Error
			if p != nil || !errors.As(err, &problems) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestAllProblemsAreReportedAtOnceAndInOrder(t *testing.T) {
	t.Parallel()
	_, err := policy.CompilePlatform([]plane.Module{
		module("platform.b", "deny if input.a\n\ndeny if input.b"), module("platform.a", `deny if input.c`),
	})
	var problems *policy.Error
	if !errors.As(err, &problems) || len(problems.Problems) != 3 {
		t.Fatalf("got %v", err)
	}
	var lines []int
	for _, p := range problems.Problems {
		lines = append(lines, p.Line)
	}
	if problems.Problems[0].File != "policies/platform.a.rego" || !cmp.Equal(lines, []int{3, 3, 5}) {
		t.Errorf("got %v", err)
	}
}
