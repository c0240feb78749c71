package identity_test

import (
	"context"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// FuzzIdentify: only the very tokens that were signed are ever accepted, however they are changed.
func FuzzIdentify(f *testing.F) {
	ix := index(f, withKeys(acme(secretIssuer())))
	good := map[string]bool{}
	for _, changes := range []map[string]any{nil, {"sub": "bob"}, {"roles": "viewer editor", "nbf": now.Unix()}} {
		token := hs256(changes)
		good["Bearer "+token] = true
		f.Add("Bearer " + token)
		f.Add("bearer  " + flip(token, 1))
	}
	f.Add("Bearer " + noSignature(`{"alg":"none"}`, `{"iss":"https://idp.acme"}`))
	f.Add("Basic YTpi")
	f.Add("Bearer mw_000000000000")
	v := identity.NewVerifier(identity.Options{Now: func() time.Time { return now }})
	f.Cleanup(v.Close)
	f.Fuzz(func(t *testing.T, header string) {
		id, why := v.Identify(context.Background(), ix, "acme", identity.Credentials{Authorization: header})
		if (id != nil) != (why == reason.Allowed) {
			t.Fatalf("%v with the reason %v", id, why)
		}
		if id != nil && header != "" && !good[canonical(header)] {
			t.Fatalf("accepted %q", header)
		}
	})
}

// canonical writes the scheme as the good headers do: its case and further spaces do not count.
func canonical(header string) string {
	const scheme = "bearer "
	if len(header) <= len(scheme) {
		return header
	}
	token := header[len(scheme):]
	for token != "" && token[0] == ' ' {
		token = token[1:]
	}
	return "Bearer " + token
}
