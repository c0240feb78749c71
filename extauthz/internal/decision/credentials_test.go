package decision_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/extauthz/internal/request"
	"github.com/meshwarden/meshwarden/extauthz/internal/webhook"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// hooked is acme with a sender of webhooks, client certificates and routes that take some kinds.
func hooked() *plane.Tenant {
	t := acme()
	t.Spec.Auth = tenant.Auth{
		Webhooks: []tenant.Webhook{
			{Name: "slack", Preset: "slack", Secrets: []string{"s"}, Roles: []string{"editor"}, Subject: "bot"},
			{Name: "github", Preset: "github", Secrets: []string{"s"}, Roles: []string{"editor"}},
		},
		MTLS: []tenant.ClientCertificate{
			{Principal: "spiffe://corp/shop/web", Subject: "bot", Roles: []string{"editor"}},
			{Principal: "spiffe://corp/shop/*", Roles: []string{"viewer"}},
		},
	}
	t.Spec.Routes = []tenant.Route{
		{Name: "api", Upstream: "echo", Classification: "internal"},
		{Name: "hook", Upstream: "echo", Classification: "internal", Webhook: "slack"},
		{Name: "push", Upstream: "echo", Classification: "internal", Webhook: "github"},
		{Name: "all", Upstream: "echo", Classification: "internal", Webhook: "slack", Auth: []string{"jwt", "api_key", "webhook", "mtls"}},
		{Name: "tokens", Upstream: "echo", Classification: "internal", Auth: []string{"jwt"}},
		{Name: "meshed", Upstream: "echo", Classification: "internal", Auth: []string{"mtls"}},
	}
	object := tenant.Tenant{Spec: t.Spec}
	object.Default()
	t.Spec = object.Spec
	return t
}

// slackRequest is a signed request to a route, taken at the time of ask.
func slackRequest(route, body string, change ...func(*request.Request)) *request.Request {
	r := ask("POST", route, "/hook")
	stamp := strconv.FormatInt(r.Time.Unix(), 10)
	mac := hmac.New(sha256.New, []byte("s"))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	r.Body, r.BodyRead = body, body != ""
	r.Headers = []policy.Header{
		{Name: "x-slack-request-timestamp", Value: stamp},
		{Name: "x-slack-signature", Value: "v0=" + hex.EncodeToString(mac.Sum(nil))},
	}
	r.Extensions = append(r.Extensions, request.Extension{Name: decision.ExtensionBody, Value: "1000"})
	for _, c := range change {
		c(r)
	}
	return r
}

func identified(kind, tenant, subject string) who {
	return who{&identity.Identity{IdentityInput: policy.IdentityInput{Kind: kind, Tenant: tenant, Subject: subject, Roles: []string{"editor"}}}, reason.Allowed}
}

func TestASignedRequestIsItsSenders(t *testing.T) {
	t.Parallel()
	state := build(t, nil, hooked())
	// Signed is what Envoy got, of whatever type and coding it says to be.
	form := func(r *request.Request) {
		r.Headers = append(r.Headers, policy.Header{Name: "content-type", Value: "application/x-www-form-urlencoded"}, policy.Header{Name: "content-encoding", Value: "gzip"})
	}
	out := decider(anonymous(), admitting()).Decide(t.Context(), state, slackRequest("hook", "hello", form))
	if out.Reason != reason.Allowed || out.Identity.Kind != policy.KindWebhook || out.Identity.Subject != "bot" || out.Identity.Tenant != "acme" || out.Identity.KeyID != "slack" {
		t.Errorf("%s %+v", out.Reason, out.Identity)
	}
}

func TestWhatIsNotSignedAsItIsIsRefused(t *testing.T) {
	t.Parallel()
	state := build(t, nil, hooked())
	header := func(name, value string) func(*request.Request) {
		return func(r *request.Request) { r.Headers = append(r.Headers, policy.Header{Name: name, Value: value}) }
	}
	for name, c := range map[string]struct {
		change func(*request.Request)
		want   reason.Reason
	}{
		"another body":                          {func(r *request.Request) { r.Body = "hell" }, reason.CredentialInvalid},
		"an old one":                            {func(r *request.Request) { r.Time = r.Time.Add(time.Hour) }, reason.CredentialExpired},
		"a part of the body":                    {func(r *request.Request) { r.BodyTruncated = true }, reason.BodyTruncated},
		"a longer body than can be sent":        {func(r *request.Request) { r.Extensions[len(r.Extensions)-1].Value = "4" }, reason.BodyTruncated},
		"a body that Envoy was not asked for":   {func(r *request.Request) { r.Extensions = r.Extensions[:2] }, reason.BodyUnavailable},
		"an upgrade, whose body Envoy leaves":   {func(r *request.Request) { r.Body, r.BodyRead = "", false; header("upgrade", "websocket")(r) }, reason.BodyUnavailable},
		"no signature":                          {func(r *request.Request) { r.Headers = nil }, reason.CredentialMissing},
		"an empty signature":                    {func(r *request.Request) { r.Headers[1].Value = "" }, reason.CredentialMissing},
		"the signature of another vendor":       {func(r *request.Request) { r.Extensions[1].Value = "push" }, reason.CredentialMissing},
		"the same request on an ordinary route": {func(r *request.Request) { r.Extensions[1].Value = "api" }, reason.CredentialMissing},
	} {
		out := decider(anonymous(), admitting()).Decide(t.Context(), state, slackRequest("hook", "hello", c.change))
		if out.Reason != c.want {
			t.Errorf("%s: %s, want %s", name, out.Reason, c.want)
		}
	}
}

func TestAWebhookIsAdmittedOnce(t *testing.T) {
	t.Parallel()
	state := build(t, nil, hooked())
	now := ask("POST", "hook", "/hook").Time
	store := admitting()
	d := decider(anonymous(), store)
	d.Repeats = webhook.NewRepeats(nil, func() time.Time { return now })

	store.result = quota.Result{}
	if out := d.Decide(t.Context(), state, slackRequest("hook", "hello")); out.Reason != reason.QuotaExceeded {
		t.Fatal(out.Reason)
	}
	store.result = quota.Result{Admitted: true}
	for i, want := range []reason.Reason{reason.Allowed, reason.CredentialRepeated, reason.CredentialRepeated} {
		if out := d.Decide(t.Context(), state, slackRequest("hook", "hello")); out.Reason != want {
			t.Errorf("time %d after a refusal for another reason: %s, want %s", i, out.Reason, want)
		}
	}
	if out := d.Decide(t.Context(), state, slackRequest("hook", "hello again")); out.Reason != reason.Allowed {
		t.Errorf("another message: %s", out.Reason)
	}
}

func TestTheTenantSaysWhatAnUnknownRepeatIs(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]reason.Reason{"deny": reason.StoreUnavailable, "allow": reason.Allowed} {
		lax := hooked()
		lax.Spec.OnStoreFailure = setting
		d := decider(anonymous(), admitting())
		d.Repeats = away{}
		out := d.Decide(t.Context(), build(t, nil, lax), slackRequest("hook", "hello"))
		if out.Reason != want || !errors.Is(out.Err, webhook.ErrUnavailable) {
			t.Errorf("%s: %s, %v", setting, out.Reason, out.Err)
		}
	}
}

// flapping is a store that is away the first time.
type flapping struct {
	*webhook.Repeats
	asked int
}

func (f *flapping) First(ctx context.Context, tenant, sender string, digest [32]byte, until time.Time) (bool, error) {
	first, err := f.Repeats.First(ctx, tenant, sender, digest, until)
	if f.asked++; f.asked == 1 {
		err = webhook.ErrUnavailable
	}
	return first, err
}

func TestACertificateThatNamesTwoIsNobodys(t *testing.T) {
	t.Parallel()
	r := ask("GET", "meshed", "/")
	r.Principal = "spiffe://corp/shop/web"
	r.Headers = []policy.Header{{Name: "x-forwarded-client-cert", Value: "Hash=aa;URI=spiffe://corp/shop/web;URI=spiffe://corp/shop/db"}}
	if out := decider(anonymous(), admitting()).Decide(t.Context(), build(t, nil, hooked()), r); out.Reason != reason.CredentialInvalid {
		t.Error(out.Reason)
	}
}

func TestAMessageThatWasRefusedForWantOfTheStoreMayBeSentAgain(t *testing.T) {
	t.Parallel()
	state := build(t, nil, hooked())
	d := decider(anonymous(), admitting())
	now := ask("POST", "hook", "/hook").Time
	d.Repeats = &flapping{Repeats: webhook.NewRepeats(nil, func() time.Time { return now })}
	for i, want := range []reason.Reason{reason.StoreUnavailable, reason.Allowed, reason.CredentialRepeated} {
		if out := d.Decide(t.Context(), state, slackRequest("hook", "hello")); out.Reason != want {
			t.Errorf("time %d: %s, want %s", i, out.Reason, want)
		}
	}
}

func TestClientCertificatesAreWhoTheTenantSays(t *testing.T) {
	t.Parallel()
	state := build(t, nil, hooked())
	for principal, want := range map[string]string{
		"spiffe://corp/shop/web":       "bot",
		"spiffe://corp/shop/db":        "spiffe://corp/shop/db",
		"spiffe://corp/shop/a/b":       "spiffe://corp/shop/a/b",
		"spiffe://corp/shop":           "credential_missing",
		"spiffe://corp/shop/":          "credential_missing",
		"spiffe://corp/shopping/web":   "credential_missing",
		"spiffe://corp/shop/../admin":  "credential_missing",
		"spiffe://corp/shop//web":      "credential_missing",
		"spiffe://corp.evil/shop/web":  "credential_missing",
		"spiffe://corp/shop/web%2f":    "credential_missing",
		"SPIFFE://corp/shop/web":       "credential_missing",
		"spiffe://corp/shop/web?x":     "credential_missing",
		"CN=spiffe://corp/shop/web":    "credential_missing",
		"":                             "credential_missing",
		"spiffe://corp/shop/w\x00eb\n": "credential_missing",
	} {
		r := ask("GET", "meshed", "/")
		r.Principal = principal
		// Without trusted proxies nobody looks at what may stand there.
		r.Headers = []policy.Header{{Name: "x-forwarded-client-cert", Value: "URI=spiffe://corp/shop/web"}}
		out := decider(anonymous(), admitting()).Decide(t.Context(), state, r)
		got := string(out.Reason)
		if out.Reason == reason.Allowed {
			got = out.Identity.Subject
			if out.Identity.Kind != policy.KindMTLS || out.Identity.KeyID != principal {
				t.Errorf("%q: %+v", principal, out.Identity)
			}
		}
		if got != want {
			t.Errorf("%q: %s, want %s", principal, got, want)
		}
	}
}

func TestForwardedCertificatesComeFromTrustedProxiesOnly(t *testing.T) {
	t.Parallel()
	state := build(t, nil, hooked())
	const edge = "spiffe://corp/edge"
	for name, c := range map[string]struct {
		peer, header string
		want         reason.Reason
	}{
		"a client of the proxy":                {edge, "URI=spiffe://corp/shop/web,URI=" + edge, reason.Allowed},
		"forged by a client of ours":           {"spiffe://corp/shop/db", "URI=spiffe://corp/shop/web,URI=spiffe://corp/shop/db", reason.CredentialInvalid},
		"forged by a client of the proxy":      {edge, "URI=spiffe://corp/shop/web,URI=spiffe://corp/stranger,URI=" + edge, reason.CredentialInvalid},
		"doubled":                              {edge, "URI=spiffe://corp/shop/web,URI=" + edge + ", URI=spiffe://corp/shop/web,URI=" + edge, reason.CredentialInvalid},
		"without a connection that is secured": {"", "URI=spiffe://corp/shop/web", reason.CredentialInvalid},
		"two names":                            {edge, "URI=spiffe://corp/shop/web;URI=spiffe://corp/shop/db,URI=" + edge, reason.CredentialInvalid},
		"the proxy itself":                     {edge, "URI=" + edge, reason.CredentialInvalid},
		"nobody":                               {"", "", reason.CredentialMissing},
	} {
		r := ask("GET", "meshed", "/")
		r.Principal = c.peer
		if c.header != "" {
			r.Headers = []policy.Header{{Name: "x-forwarded-client-cert", Value: c.header}}
		}
		r.Extensions = append(r.Extensions, request.Extension{Name: decision.ExtensionTrustedProxies, Value: edge})
		if out := decider(anonymous(), admitting()).Decide(t.Context(), state, r); out.Reason != c.want {
			t.Errorf("%s: %s, want %s", name, out.Reason, c.want)
		}
	}
}

// TestTwoCredentialsNameOnePrincipalOrNone tries every two kinds: what headers carry comes first, then the webhook, then the
// certificate.
func TestTwoCredentialsNameOnePrincipalOrNone(t *testing.T) {
	t.Parallel()
	state := build(t, nil, hooked())
	const bot, other = "spiffe://corp/shop/web", "spiffe://corp/shop/db"
	for name, c := range map[string]struct {
		first   who
		signed  bool
		peer    string
		want    reason.Reason
		countAs string
	}{
		"token and webhook":                     {identified("jwt", "acme", "bot"), true, "", reason.Allowed, "jwt"},
		"token and webhook of another":          {identified("jwt", "acme", "eve"), true, "", reason.CredentialConflict, ""},
		"token of another tenant and webhook":   {identified("jwt", "globex", "bot"), true, "", reason.CredentialConflict, ""},
		"token and certificate":                 {identified("jwt", "acme", "bot"), false, bot, reason.Allowed, "jwt"},
		"token and certificate of another":      {identified("jwt", "acme", "bot"), false, other, reason.CredentialConflict, ""},
		"key and webhook":                       {identified("api_key", "acme", "bot"), true, "", reason.Allowed, "api_key"},
		"key and webhook of another":            {identified("api_key", "acme", "eve"), true, "", reason.CredentialConflict, ""},
		"key and certificate of another":        {identified("api_key", "acme", "eve"), false, bot, reason.CredentialConflict, ""},
		"webhook and certificate":               {anonymous(), true, bot, reason.Allowed, "webhook"},
		"webhook and certificate of another":    {anonymous(), true, other, reason.CredentialConflict, ""},
		"all three":                             {identified("jwt", "acme", "bot"), true, bot, reason.Allowed, "jwt"},
		"certificate alone":                     {anonymous(), false, bot, reason.Allowed, "mtls"},
		"a certificate that nobody knows":       {identified("jwt", "acme", "bot"), false, "spiffe://corp/mesh", reason.Allowed, "jwt"},
		"a bad token and a good webhook":        {who{nil, reason.CredentialInvalid}, true, "", reason.CredentialInvalid, ""},
		"an expired key and a good certificate": {who{nil, reason.CredentialExpired}, false, bot, reason.CredentialExpired, ""},
	} {
		r := slackRequest("all", "hello", func(r *request.Request) { r.Principal = c.peer })
		if !c.signed {
			r.Headers = nil
		}
		out := decider(c.first, admitting()).Decide(t.Context(), state, r)
		if out.Reason != c.want || c.want == reason.Allowed && out.Identity.Kind != c.countAs {
			t.Errorf("%s: %s %+v, want %s %s", name, out.Reason, out.Identity, c.want, c.countAs)
		}
	}
}

func TestARouteTakesOnlyItsKinds(t *testing.T) {
	t.Parallel()
	state := build(t, nil, hooked())
	for _, c := range []struct {
		route string
		who   who
		peer  string
		want  reason.Reason
	}{
		{"tokens", identified("jwt", "acme", "ed"), "", reason.Allowed},
		{"tokens", identified("api_key", "acme", "ed"), "", reason.CredentialNotAccepted},
		{"tokens", anonymous(), "spiffe://corp/shop/web", reason.CredentialMissing},
		{"tokens", identified("jwt", "acme", "ed"), "spiffe://corp/shop/web", reason.Allowed},
		{"meshed", identified("jwt", "acme", "ed"), "spiffe://corp/shop/web", reason.CredentialNotAccepted},
		{"hook", identified("jwt", "acme", "ed"), "", reason.CredentialNotAccepted},
		{"api", identified("api_key", "acme", "ed"), "", reason.Allowed},
		{"api", anonymous(), "spiffe://corp/shop/web", reason.Allowed},
	} {
		r := ask("GET", c.route, "/")
		r.Principal = c.peer
		if out := decider(c.who, admitting()).Decide(t.Context(), state, r); out.Reason != c.want {
			t.Errorf("%s, %s, %q: %s, want %s", c.route, c.who.identity.Kind, c.peer, out.Reason, c.want)
		}
	}
}

// A message that is refused although its signature is good must not be remembered: its sender will send it again.
func TestAMessageWhoseTokenEndsWhileLimitsAreChargedMayBeSentAgain(t *testing.T) {
	t.Parallel()
	long := hooked()
	for i := range long.Spec.Routes {
		long.Spec.Routes[i].Timeout = "10m"
	}
	state := build(t, nil, long)
	now := ask("POST", "all", "/hook").Time
	who := identified(policy.KindJWT, "acme", "bot")
	who.identity.Expires = now.Add(time.Second)
	clock := now.Add(time.Second)
	d := decider(who, admitting())
	d.Now = func() time.Time { return clock }
	d.Repeats = webhook.NewRepeats(nil, d.Now)
	if out := d.Decide(t.Context(), state, slackRequest("all", "hello")); out.Reason != reason.CredentialExpired {
		t.Fatal(out.Reason)
	}
	who.identity.Expires = now.Add(time.Hour) // the client has got another token
	for i, want := range []reason.Reason{reason.Allowed, reason.CredentialRepeated} {
		if out := d.Decide(t.Context(), state, slackRequest("all", "hello")); out.Reason != want {
			t.Errorf("time %d after it: %s, want %s", i, out.Reason, want)
		}
	}
}
