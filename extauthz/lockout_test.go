package extauthz_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"

	"github.com/meshwarden/meshwarden/extauthz"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
)

// from is a request of acme's from an address.
func (s *server) from(address, token string) *auth.CheckResponse {
	s.t.Helper()
	m := ask{tenant: "acme", route: "api", method: "GET", path: "/notes", token: token}.message()
	m.Attributes.Source.Address = &core.Address{Address: &core.Address_SocketAddress{SocketAddress: &core.SocketAddress{Address: address}}}
	response, err := s.client.Check(s.t.Context(), m)
	if err != nil {
		s.t.Fatal(err)
	}
	return response
}

func forged(t testing.TB, subject string, i int) string {
	token := acmeToken(t, subject, "viewer"+strconv.Itoa(i))
	return token[:len(token)-4] + "AAAA"
}

func TestGuessersAreLockedOutOnEveryReplicaAndVictimsAreNot(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	options := extauthz.Options{Config: writeConfig(t, twoTenants()), Redis: redis.URL, AdminAPI: "127.0.0.1:0", AdminTokens: writeTokens(t)}
	one := start(t, options).ready()
	two := start(t, options).ready()
	good := acmeToken(t, "vera", "viewer")
	for i := range 3 {
		one.from("192.0.2.7", forged(t, "vera", i))
		two.from("192.0.2.7", forged(t, "vera", 10+i))
	}
	for name, s := range map[string]*server{"one": one, "two": two} {
		await(t, name+" locks vera out from the guesser's address", func() bool { return statusOf(s.from("192.0.2.7", good)) == 429 })
		response := s.from("192.0.2.7", forged(t, "vera", 99)).GetDeniedResponse()
		if int(response.GetStatus().GetCode()) != 429 || !contains(response.GetBody(), `"code":"RATE_LIMITED"`) {
			t.Errorf("%s tells a bad guess from a good one: %v", name, response)
		}
		if after, err := strconv.Atoi(header(response.GetHeaders(), "retry-after")); err != nil || after < 600 || after > 900 {
			t.Errorf("%s: retry after %v, %v", name, after, err)
		}
		if got := statusOf(s.from("192.0.2.8", good)); got != 200 {
			t.Errorf("%s: vera at home is answered %d", name, got)
		}
		if got := statusOf(s.from("192.0.2.7", acmeToken(t, "vic", "viewer"))); got != 200 {
			t.Errorf("%s: somebody else at the guesser's address is answered %d", name, got)
		}
	}
	for i := range 10 {
		one.from("192.0.2.7", "guess-"+strconv.Itoa(i))
	}
	await(t, "the address is locked out", func() bool { return statusOf(two.from("192.0.2.7", acmeToken(t, "vic", "viewer"))) == 429 })
	public := ask{tenant: "acme", route: "site", method: "GET", path: "/site"}.message()
	public.Attributes.Source.Address.GetSocketAddress().Address = "192.0.2.7"
	if response, err := two.client.Check(t.Context(), public); err != nil || statusOf(response) != 200 {
		t.Errorf("a public route without a credential: %v, %v", response, err)
	}

	status, body := two.admin("GET", "/v1/tenants/acme/lockouts", "")
	var list struct {
		Lockouts []struct{ ID, Kind, Address, Subject string }
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil || status != 200 || len(list.Lockouts) != 2 || list.Lockouts[0].Address != "192.0.2.7" {
		t.Fatalf("%d %s", status, body)
	}
	for _, l := range list.Lockouts {
		if status, body := two.admin("DELETE", "/v1/tenants/acme/lockouts/"+l.ID, ""); status != 204 {
			t.Errorf("%d %s", status, body)
		}
	}
	await(t, "everybody is let in again", func() bool { return statusOf(one.from("192.0.2.7", good)) == 200 })
}

func TestATenantTurnsLockoutsOff(t *testing.T) {
	t.Parallel()
	files := twoTenants()
	files["tenants/acme.yaml"] = strings.Replace(files["tenants/acme.yaml"], "  auth:\n", "  auth:\n    lockout: {enabled: false}\n", 1)
	s, _ := direct(t, files)
	for i := range 30 {
		if got := statusOf(s.from("192.0.2.7", forged(t, "vera", i))); got != 401 {
			t.Fatalf("attempt %d is answered %d", i, got)
		}
	}
	if got := statusOf(s.from("192.0.2.7", acmeToken(t, "vera", "viewer"))); got != 200 {
		t.Errorf("%d", got)
	}
}
