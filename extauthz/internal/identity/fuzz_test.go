package identity_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"

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
		identity.Named(identity.Credentials{Authorization: header}) // of whatever it is, without a panic
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

// FuzzToken: a payload and header of any content, signed with the right key, become an identity only with what both readers of
// duplicate names, numbers and encodings agree on; and what is accepted is accepted again from the cache.
func FuzzToken(f *testing.F) {
	ix := index(f, acme(secretIssuer()))
	f.Add(`{"alg":"HS256"}`, string(must(json.Marshal(claims(nil)))))
	f.Add(`{"alg":"HS256","typ":"JWT","kid":"x"}`, `{"iss":"https://idp.acme","sub":"a","iat":1795521600,"exp":1795525200,"jti":"t","aud":["a","b"]}`)
	f.Add(`{"alg":"HS256","crit":["x"],"x":1}`, `{"iss":"https://idp.acme","sub":"a","sub":"b","iat":1e9,"exp":1e10}`)
	v := identity.NewVerifier(identity.Options{Now: func() time.Time { return now }})
	f.Cleanup(v.Close)
	f.Fuzz(func(t *testing.T, header, payload string) {
		token := bearer(signText(jwa.HS256(), []byte(secret), header, payload))
		id, why := v.Identify(context.Background(), ix, "acme", token)
		if again, whyAgain := v.Identify(context.Background(), ix, "acme", token); again != id || whyAgain != why {
			t.Fatalf("%v, then %v", why, whyAgain)
		}
		if why != reason.Allowed {
			return
		}
		var plain struct {
			Issuer  string `json:"iss"`
			Subject string `json:"sub"`
		}
		if err := json.Unmarshal([]byte(payload), &plain); err != nil || plain.Issuer != "https://idp.acme" || plain.Subject != id.Subject || id.Tenant != "acme" {
			t.Fatalf("%s of %s is accepted as %s of %s (%v)", plain.Subject, plain.Issuer, id.Subject, id.Tenant, err)
		}
		if named := identity.Named(token); named != id.Subject {
			t.Fatalf("it names %q", named)
		}
	})
}
