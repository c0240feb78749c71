package answer_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"

	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"

	envoytype "github.com/envoyproxy/go-control-plane/envoy/type/v3"

	"github.com/meshwarden/meshwarden/extauthz/internal/answer"
	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

func decode(t testing.TB, a answer.Answer) *auth.CheckResponse {
	t.Helper()
	m := new(auth.CheckResponse)
	if err := proto.Unmarshal(a.Append(nil), m); err != nil {
		t.Fatal(err)
	}
	if n := len(m.ProtoReflect().GetUnknown()); n > 0 {
		t.Fatalf("%d bytes of unknown fields", n)
	}
	return m
}

func set(name, value string) *core.HeaderValueOption {
	return &core.HeaderValueOption{
		Header:       &core.HeaderValue{Key: name, Value: value},
		AppendAction: core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
	}
}

func metadata(key, value string) *structpb.Struct {
	return &structpb.Struct{Fields: map[string]*structpb.Value{key: structpb.NewStringValue(value)}}
}

func TestAnAdmissionIsTheGeneratedMessage(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("h", 300)
	got := decode(t, answer.Answer{
		Reason: reason.Allowed, RequestID: "r-1", Handoff: long,
		Tenant: "acme", Subject: "alice", Roles: []string{"viewer", "a,b"}, DropAuthorization: true,
		Decision: &policy.Decision{
			Allow: true, Reason: reason.Allowed,
			Headers: map[string]string{"x-plan": "gold\r\nx-evil: 1"}, RemoveHeaders: []string{"x-debug"},
			ResponseHeaders: map[string]string{"x-served-by": "gateway"},
		},
		Quota: quota.Result{Admitted: true, Statuses: []quota.Status{
			{Name: "burst", Limit: 100, Remaining: 99, Reset: 1500 * time.Millisecond, Window: 10 * time.Second},
			{Name: `a"b\`, Limit: 5, Remaining: -1, Reset: time.Minute},
		}},
	})
	want := &auth.CheckResponse{
		Status: &rpcstatus.Status{},
		HttpResponse: &auth.CheckResponse_OkResponse{OkResponse: &auth.OkHttpResponse{
			Headers: []*core.HeaderValueOption{
				set("x-plan", "gold??x-evil: 1"), set("x-tenant-id", "acme"), set("x-subject", "alice"), set("x-roles", "viewer,a%2Cb"),
			},
			HeadersToRemove: []string{"x-api-key", "authorization", "x-debug"},
			ResponseHeadersToAdd: []*core.HeaderValueOption{
				set("x-served-by", "gateway"),
				set("ratelimit", `"burst";r=99;t=2, "a\"b\\";r=0;t=60`),
				set("ratelimit-policy", `"burst";q=100;w=10, "a\"b\\";q=5`),
			},
		}},
		DynamicMetadata: metadata("meshwarden", long),
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
}

func TestADenialIsTheGeneratedMessage(t *testing.T) {
	t.Parallel()
	got := decode(t, answer.Answer{
		Reason: reason.QuotaExceeded, RequestID: "r-1",
		Quota: quota.Result{RetryAfter: 2100 * time.Millisecond, Statuses: []quota.Status{
			{Name: "hour", Limit: 200, Reset: time.Hour, Window: time.Hour, Exceeded: true},
		}},
	})
	want := &auth.CheckResponse{
		Status: &rpcstatus.Status{Code: 7},
		HttpResponse: &auth.CheckResponse_DeniedResponse{DeniedResponse: &auth.DeniedHttpResponse{
			Status: &envoytype.HttpStatus{Code: envoytype.StatusCode_TooManyRequests},
			Headers: []*core.HeaderValueOption{
				set("content-type", "application/json"), set("cache-control", "no-store"), set("retry-after", "3"),
				set("ratelimit", `"hour";r=0;t=3600`), set("ratelimit-policy", `"hour";q=200;w=3600`),
			},
			Body: `{"error":{"code":"RATE_LIMITED","message":"the rate limit is exceeded","request_id":"r-1"}}`,
		}},
		DynamicMetadata: metadata("meshwarden_reason", "quota_exceeded"),
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
}

// TestNothingButAllowedAdmits tries every reason and some that are none: an answer that Envoy takes for an
// admission must come of reason.Allowed alone.
func TestNothingButAllowedAdmits(t *testing.T) {
	t.Parallel()
	for _, r := range append(reason.All(), "", "something new") {
		m := decode(t, answer.Answer{Reason: r, Decision: &policy.Decision{Allow: true, Reason: r, Status: 200}})
		admitted := m.GetStatus().GetCode() == 0
		if admitted != (r == reason.Allowed) || admitted != (m.GetOkResponse() != nil) {
			t.Errorf("%q gives code %d and %T", r, m.GetStatus().GetCode(), m.GetHttpResponse())
		}
		if r == reason.Allowed {
			continue
		}
		denied := m.GetDeniedResponse()
		if e := m.GetErrorResponse(); (e != nil) != answer.Undecided(r) {
			t.Errorf("%q gives %T", r, m.GetHttpResponse())
		} else if e != nil {
			denied = e
		}
		if status := int(denied.GetStatus().GetCode()); status < 400 || status != r.Answer().Status {
			t.Errorf("%q gives status %d", r, status)
		}
	}
}

func TestOnlyAServerWithoutConfigurationIsUndecided(t *testing.T) {
	t.Parallel()
	for _, r := range reason.All() {
		if answer.Undecided(r) != (r == reason.NotReady) {
			t.Errorf("%s: on_authz_failure: allow would admit what a client or a policy can cause", r)
		}
	}
}

func headers(m *auth.CheckResponse) map[string]string {
	h := map[string]string{}
	for _, o := range m.GetDeniedResponse().GetHeaders() {
		h[o.GetHeader().GetKey()] = o.GetHeader().GetValue()
	}
	return h
}

func TestChallengesFollowTheirRFCs(t *testing.T) {
	t.Parallel()
	stepUp := &policy.Decision{Reason: reason.StepUpRequired, StepUp: policy.StepUp{ACRValues: []string{"mfa", `x"y`}, MaxAge: 5 * time.Minute}}
	for _, c := range []struct {
		reason   reason.Reason
		decision *policy.Decision
		want     string
	}{
		{reason.CredentialMissing, nil, ""},
		{reason.CredentialNotAccepted, nil, ""},
		{reason.CredentialInvalid, nil, `, error="invalid_token"`},
		{reason.CredentialRevoked, nil, `, error="invalid_token"`},
		{reason.CredentialExpired, nil, `, error="invalid_token", error_description="the token has expired"`},
		{reason.CredentialRepeated, nil, `, error="invalid_token", error_description="the request was received before"`},
		{reason.CredentialConflict, nil, `, error="invalid_token", error_description="more than one credential"`},
		{reason.ScopeInsufficient, nil, `, error="insufficient_scope", scope="orders:read"`},
		{
			reason.StepUpRequired, stepUp,
			`, error="insufficient_user_authentication", error_description="stronger authentication is required", acr_values="mfa x\"y", max_age="300"`,
		},
	} {
		got := headers(decode(t, answer.Answer{Reason: c.reason, Decision: c.decision, Scope: "orders:read"}))["www-authenticate"]
		if want := `Bearer realm="gateway"` + c.want; got != want {
			t.Errorf("%s gives %q, want %q", c.reason, got, want)
		}
	}
	for _, scope := range []string{"", `a"b`, "orders/é:read", "a b", `a\b`} {
		got := headers(decode(t, answer.Answer{Reason: reason.ScopeInsufficient, Scope: scope}))["www-authenticate"]
		if want := `Bearer realm="gateway", error="insufficient_scope"`; got != want {
			t.Errorf("scope %q gives %q", scope, got)
		}
	}
}

// RFC 9110 section 15.5.2; and nobody else is told to authenticate.
func TestEvery401AndNoOtherAnswerDemandsAuthentication(t *testing.T) {
	t.Parallel()
	for _, r := range reason.All() {
		if r == reason.Allowed {
			continue
		}
		m := decode(t, answer.Answer{Reason: r})
		challenged := headers(m)["www-authenticate"] != ""
		if status := r.Answer().Status; challenged != (status == 401 || r == reason.ScopeInsufficient) {
			t.Errorf("%s: status %d, challenged is %v", r, status, challenged)
		}
		if !answer.Undecided(r) && headers(m)["cache-control"] != "no-store" {
			t.Errorf("%s may be cached", r)
		}
	}
}

func TestAPolicysDenialSaysWhatItsAuthorWrote(t *testing.T) {
	t.Parallel()
	m := decode(t, answer.Answer{Reason: reason.PolicyDenied, RequestID: "r", Decision: &policy.Decision{
		Reason: reason.PolicyDenied, Status: 451, Message: "not <here> \"today\"\n\xff", ResponseHeaders: map[string]string{"x-why": "law"},
	}})
	var body struct {
		Error struct{ Code, Message string }
	}
	if err := json.Unmarshal([]byte(m.GetDeniedResponse().GetBody()), &body); err != nil {
		t.Fatal(err)
	}
	if body.Error.Message != "not <here> \"today\"\n\ufffd" || body.Error.Code != "FORBIDDEN" {
		t.Errorf("body %+v", body)
	}
	if m.GetDeniedResponse().GetStatus().GetCode() != 451 || headers(m)["x-why"] != "law" {
		t.Errorf("%v", m)
	}
	// A denial that came after the policies is not worded by them.
	m = decode(t, answer.Answer{Reason: reason.TenantMismatch, Decision: &policy.Decision{Reason: reason.PolicyDenied, Message: "secret", Status: 418}})
	if strings.Contains(m.GetDeniedResponse().GetBody(), "secret") || m.GetDeniedResponse().GetStatus().GetCode() != http.StatusForbidden {
		t.Errorf("%v", m)
	}
}

func TestCodeAndMessageFollowAPolicysStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{
		0:   `403 {"error":{"code":"FORBIDDEN","message":"denied by policy","request_id":"r"}}`,
		404: `404 {"error":{"code":"NOT_FOUND","message":"not found","request_id":"r"}}`,
		429: `429 {"error":{"code":"RATE_LIMITED","message":"too many requests","request_id":"r"}}`,
		// Not one that a policy may choose: it would need a challenge.
		401: `403 {"error":{"code":"FORBIDDEN","message":"denied by policy","request_id":"r"}}`,
	} {
		d := decode(t, answer.Answer{Reason: reason.PolicyDenied, RequestID: "r", Decision: &policy.Decision{Reason: reason.PolicyDenied, Status: status}}).GetDeniedResponse()
		if got := fmt.Sprint(int(d.GetStatus().GetCode()), " ", d.GetBody()); got != want {
			t.Errorf("%d: %s", status, got)
		}
	}
}

func TestPoliciesCannotTouchIdentityOrRoutingHeaders(t *testing.T) {
	t.Parallel()
	evil := map[string]string{}
	var names []string
	for _, name := range []string{"x-tenant-id", "x-subject", "x-roles", "host", ":path", "x-request-id", "x-envoy-original-path", "content-length", ""} {
		evil[name] = "evil"
		names = append(names, name)
	}
	ok := decode(t, answer.Answer{
		Reason: reason.Allowed, Tenant: "acme", Subject: "alice", Roles: []string{"viewer"},
		Decision: &policy.Decision{Allow: true, Reason: reason.Allowed, Headers: evil, RemoveHeaders: names},
	}).GetOkResponse()
	for _, h := range ok.GetHeaders() {
		if h.GetHeader().GetValue() == "evil" {
			t.Errorf("%s was set", h.GetHeader().GetKey())
		}
	}
	if diff := cmp.Diff([]string{"x-api-key"}, ok.GetHeadersToRemove()); diff != "" {
		t.Error(diff)
	}
}

func TestAPolicyMayReplaceAndRemoveTheClientsCredential(t *testing.T) {
	t.Parallel()
	credentials := []string{"x-api-key", "authorization"}
	ok := decode(t, answer.Answer{
		Reason: reason.Allowed, Tenant: "acme", Subject: "a", Roles: []string{"b"}, DropAuthorization: true,
		Decision: &policy.Decision{Allow: true, Reason: reason.Allowed, Headers: map[string]string{"x-api-key": "1", "authorization": "2"}},
	}).GetOkResponse()
	if got := headers(&auth.CheckResponse{HttpResponse: &auth.CheckResponse_DeniedResponse{DeniedResponse: &auth.DeniedHttpResponse{Headers: ok.GetHeaders()}}}); got["x-api-key"] != "1" || got["authorization"] != "2" {
		t.Errorf("headers %v", got)
	}
	if len(ok.GetHeadersToRemove()) > 0 {
		t.Errorf("what was set is removed: %v", ok.GetHeadersToRemove())
	}
	ok = decode(t, answer.Answer{
		Reason: reason.Allowed, Tenant: "acme", Subject: "a", Roles: []string{"b"}, KeepAPIKey: true,
		Decision: &policy.Decision{Allow: true, Reason: reason.Allowed, RemoveHeaders: credentials},
	}).GetOkResponse()
	if diff := cmp.Diff(credentials, ok.GetHeadersToRemove()); diff != "" {
		t.Error(diff)
	}
}

func TestAnAnonymousRequestReachesTheUpstreamWithoutIdentity(t *testing.T) {
	t.Parallel()
	ok := decode(t, answer.Answer{Reason: reason.Allowed, Tenant: "acme"}).GetOkResponse()
	if len(ok.GetHeaders()) != 1 || ok.GetHeaders()[0].GetHeader().GetKey() != "x-tenant-id" {
		t.Errorf("headers %v", ok.GetHeaders())
	}
	if diff := cmp.Diff([]string{"x-api-key", "x-subject", "x-roles"}, ok.GetHeadersToRemove()); diff != "" {
		t.Error(diff)
	}
}

func TestARequestThatEndsWithItsCredentialSaysWhen(t *testing.T) {
	t.Parallel()
	for lifetime, want := range map[time.Duration]string{
		0: "", 90*time.Second + time.Microsecond: "90000",
		// 0 would be for ever.
		time.Nanosecond: "1",
	} {
		ok := decode(t, answer.Answer{Reason: reason.Allowed, Tenant: "acme", Lifetime: lifetime}).GetOkResponse()
		got := ""
		for _, h := range ok.GetHeaders() {
			if h.GetHeader().GetKey() == "x-envoy-upstream-stream-duration-ms" {
				got = h.GetHeader().GetValue()
			}
		}
		if got != want {
			t.Errorf("%v is %q, want %q", lifetime, got, want)
		}
	}
}

func TestSubjectsAreSafeAndDistinct(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, foreign, want string }{
		{"alice@example.com", "", "alice@example.com"},
		{"auth0|12/3", "", "auth0|12/3"},
		{"a\r\nx-roles: admin", "", "a%0D%0Ax-roles:%20admin"},
		{"caf\u00e9\xff", "", "caf%C3%A9%FF"},
		{"100%", "", "100%25"},
		{"alice", "globex", "//globex/alice"},
		{"//globex/alice", "", "%2F/globex/alice"},
	} {
		if got := answer.Subject(c.name, c.foreign); got != c.want {
			t.Errorf("%q of %q is %q, want %q", c.name, c.foreign, got, c.want)
		}
	}
}

func TestOnlyHarmlessRequestIDsAreRepeated(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"3f2a-B.c_9": "3f2a-B.c_9", "": "none", "a b": "none", "a\"b": "none", "\xff": "none", strings.Repeat("a", 129): "none",
	} {
		if got := answer.RequestID(id, "none"); got != want {
			t.Errorf("%q is repeated as %q", id, got)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	a := answer.Answer{
		Reason: reason.Allowed, RequestID: "r-1", Handoff: "1 acme - r-1 -", Tenant: "acme", Subject: "alice", Roles: []string{"viewer"},
		Decision: &policy.Decision{Allow: true, Reason: reason.Allowed},
		Quota: quota.Result{Admitted: true, Statuses: []quota.Status{
			{Name: "burst", Limit: 100, Remaining: 99, Reset: time.Second, Window: 10 * time.Second},
		}},
	}
	buffer := make([]byte, 0, 2048)
	b.ReportAllocs()
	for b.Loop() {
		if len(a.Append(buffer)) < 100 {
			b.Fatal("too short")
		}
	}
}

func TestADenialTellsItsRuleToAccessLogsAndToClientsOnlyWhereTheirTenantWants(t *testing.T) {
	t.Parallel()
	denied := answer.Answer{Reason: reason.PolicyDenied, RequestID: "r-1", Decision: &policy.Decision{
		Reason: reason.PolicyDenied, Place: policy.Place{Rule: "data.tenant.deny", File: "tenants/acme/own.rego", Line: 3},
	}}
	const rule = "data.tenant.deny tenants/acme/own.rego:3"
	for _, explain := range []bool{false, true} {
		denied.Explain = explain
		m := decode(t, denied)
		if got := m.GetDynamicMetadata().GetFields()["meshwarden_rule"].GetStringValue(); got != rule {
			t.Errorf("metadata: %q", got)
		}
		told := map[string]string{}
		for _, h := range m.GetDeniedResponse().GetHeaders() {
			told[h.GetHeader().GetKey()] = h.GetHeader().GetValue()
		}
		if (told["x-meshwarden-rule"] == rule) != explain || (told["x-meshwarden-reason"] == "policy_denied") != explain {
			t.Errorf("explain %t: headers %v", explain, told)
		}
	}
	denied.Reason = reason.QuotaExceeded
	if m := decode(t, denied); m.GetDynamicMetadata().GetFields()["meshwarden_rule"] != nil {
		t.Error("a rule is named that did not decide")
	}
}
