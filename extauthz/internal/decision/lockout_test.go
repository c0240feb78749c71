package decision_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/lockout"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func TestWrongSignaturesLockTheirSenderOutThere(t *testing.T) {
	t.Parallel()
	partner := hooked()
	partner.Spec.Auth.Webhooks = append(partner.Spec.Auth.Webhooks, tenant.Webhook{Name: "partner", Preset: tenant.PresetGeneric, Header: "x-signature", Secrets: []string{"s"}, Roles: []string{"editor"}})
	partner.Spec.Routes = append(partner.Spec.Routes, tenant.Route{Name: "partner", Upstream: "echo", Classification: "internal", Webhook: "partner"})
	object := tenant.Tenant{Spec: partner.Spec}
	object.Default()
	partner.Spec = object.Spec
	state := build(t, nil, partner)
	guard := lockout.New(lockout.Options{Registerer: prometheus.NewRegistry()})
	t.Cleanup(guard.Close)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- guard.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	d := decider(anonymous(), admitting())
	d.Lockouts = guard

	mac := hmac.New(sha256.New, []byte("s"))
	mac.Write([]byte("hello"))
	good := hex.EncodeToString(mac.Sum(nil))
	send := func(route, peer, signature string) reason.Reason {
		r := slackRequest("hook", "hello")
		r.Extensions[1].Value, r.Peer = route, peer
		r.Headers = []policy.Header{
			{Name: "x-signature", Value: signature}, {Name: "x-slack-signature", Value: "v0=" + signature}, r.Headers[0],
		}
		return d.Decide(ctx, state, r).Reason
	}
	wrong := strings.Repeat("00", sha256.Size)
	for range 5 {
		send("hook", "192.0.2.9", wrong)
	}
	for range 5 {
		if got := send("partner", "192.0.2.1", wrong); got != reason.CredentialInvalid {
			t.Fatal(got)
		}
	}
	for deadline := time.Now().Add(20 * time.Second); len(guard.Locks("acme")) == 0 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	locks := guard.Locks("acme")
	if len(locks) != 1 || locks[0].Subject != "partner" || locks[0].Address != "192.0.2.1" || locks[0].Kind != lockout.OfPrincipal {
		t.Fatalf("%+v", locks)
	}
	for _, signature := range []string{good, wrong} {
		if got := send("partner", "192.0.2.1", signature); got != reason.LockedOut {
			t.Errorf("from there: %s", got)
		}
	}
	if got := send("partner", "192.0.2.2", good); got != reason.Allowed {
		t.Errorf("from elsewhere: %s", got)
	}
	if got := send("hook", "192.0.2.9", wrong); got != reason.CredentialInvalid {
		t.Errorf("a vendor, whose addresses anybody can have it send from: %s", got)
	}
}
