package decision

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/extauthz/internal/webhook"
	"github.com/meshwarden/meshwarden/extauthz/internal/xfcc"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Repeats remembers signed messages that were admitted; *webhook.Repeats is one.
type Repeats interface {
	// First reports whether a message is new, and remembers it; err says that only this replica was asked.
	First(ctx context.Context, tenant, sender string, digest [32]byte, until time.Time) (first bool, err error)
	// Forget is called for a message that First has remembered and that is refused all the same.
	Forget(tenant, sender string, digest [32]byte)
}

// credentials are the kinds that a route takes, compiled.
type credentials struct {
	// kinds is nil when all are taken that verify.
	kinds  []string
	sender *sender
	// certificates are the tenant's, and none where the route does not take them.
	certificates []tenant.ClientCertificate
}

// sender is a webhook that signs a route's requests.
type sender struct {
	*webhook.Verifier
	name     string
	identity *identity.Identity
	// remember is how long an admitted message is refused from then on; negative means as long as its signature is good.
	remember time.Duration
	// guessable says that failures count for a lockout: not of vendors, whose addresses are those of all their customers.
	guessable bool
}

// proven is a signed message, to be remembered when it is admitted.
type proven struct {
	sender string
	digest [32]byte
	until  time.Time
}

func newCredentials(t *plane.Tenant, r *tenant.Route) (c credentials, err error) {
	c.kinds = r.Auth
	if r.Webhook != "" {
		if len(c.kinds) == 0 {
			c.kinds = []string{tenant.CredentialWebhook}
		}
		w := t.Spec.Auth.Webhook(r.Webhook)
		if w == nil {
			return c, fmt.Errorf("webhook %q is not one of the tenant's", r.Webhook)
		}
		if c.sender, err = newSender(t.Name, w); err != nil {
			return c, err
		}
	}
	if len(c.kinds) == 0 || slices.Contains(c.kinds, tenant.CredentialMTLS) {
		c.certificates = t.Spec.Auth.MTLS
	}
	return c, nil
}

func newSender(tenantName string, w *tenant.Webhook) (*sender, error) {
	verifier, err := webhook.New(w)
	if err != nil {
		return nil, err
	}
	s := &sender{Verifier: verifier, name: w.Name, remember: -1, guessable: w.Preset == tenant.PresetGeneric}
	switch {
	case w.RefuseRepeats != "":
		if s.remember, err = time.ParseDuration(w.RefuseRepeats); err != nil {
			return nil, fmt.Errorf("webhook %s: refuse_repeats: %w", w.Name, err)
		}
	case !w.SignsTime():
		s.remember = 0
	}
	s.identity = &identity.Identity{IdentityInput: policy.IdentityInput{
		Kind: policy.KindWebhook, Tenant: tenantName, Subject: w.Principal(), Roles: w.Roles, KeyID: w.Name,
	}}
	return s, nil
}

// accept adds the credentials that depend on the route to the one that was found in headers, and refuses what the route does
// not take and what disagrees. The order in which they count is: token or key, webhook, certificate.
func (a *asked) accept(out *Outcome) reason.Reason {
	c := &a.route.credentials
	who := out.Identity
	if !c.take(who.Kind) {
		return reason.CredentialNotAccepted
	}
	for _, verify := range []func(*asked) (*identity.Identity, reason.Reason){(*asked).signed, (*asked).certified} {
		another, why := verify(a)
		switch {
		case why != reason.Allowed:
			return why
		case another == nil:
		case who.Kind == policy.KindAnonymous:
			who = another
		case who.Tenant != another.Tenant || who.Subject != another.Subject:
			return reason.CredentialConflict
		}
	}
	out.Identity = who
	return reason.Allowed
}

// claimed is the route's sender when the request claims to be signed by it; nil when it does not.
func (a *asked) claimed() *sender {
	if s := a.route.credentials.sender; s != nil && s.Carries(a.request.Header) {
		return s
	}
	return nil
}

// take reports whether the route takes a kind of credential, or none.
func (c *credentials) take(kind string) bool {
	return kind == policy.KindAnonymous || c.kinds == nil || slices.Contains(c.kinds, kind)
}

// signed verifies a webhook's signature; nil without an error when the route has no sender or the request no signature.
func (a *asked) signed() (*identity.Identity, reason.Reason) {
	s := a.claimed()
	if s == nil {
		return nil, reason.Allowed
	}
	r := a.request
	m := webhook.Message{Method: r.Method, Scheme: r.Scheme, Host: host(r.Host), Target: r.Target, Header: r.Header}
	var why reason.Reason
	if m.Body, why = wholeBody(r); why != reason.Allowed {
		return nil, why
	}
	proof, why := s.Verify(&m, a.now)
	if why != reason.Allowed {
		a.forged = why == reason.CredentialInvalid
		return nil, why
	}
	switch {
	case s.remember > 0:
		a.proven = &proven{s.name, proof.Digest, a.now.Add(s.remember)}
	case s.remember < 0:
		a.proven = &proven{s.name, proof.Digest, proof.Expires}
	}
	return s.identity, reason.Allowed
}

// certified maps the client's certificate; nil without an error when there is none, or none that the tenant knows: every
// peer of a mesh has one, and most are nobody's here.
func (a *asked) certified() (*identity.Identity, reason.Reason) {
	principal, err := a.principal()
	if err != nil {
		return nil, reason.CredentialInvalid
	}
	certificates := a.route.credentials.certificates
	if principal == "" || len(certificates) == 0 {
		return nil, reason.Allowed
	}
	for i := range certificates {
		if m := &certificates[i]; m.Matches(principal) {
			subject := m.Subject
			if subject == "" {
				subject = principal
			}
			return &identity.Identity{IdentityInput: policy.IdentityInput{
				Kind: policy.KindMTLS, Tenant: a.tenant.Name, Subject: subject, Roles: m.Roles, KeyID: principal,
			}}, reason.Allowed
		}
	}
	return nil, reason.Allowed
}

// principal names the client's certificate: the peer's, or what trusted proxies say of the one that they were shown. Where
// none are trusted, Envoy has thrown away what a client wrote there.
func (a *asked) principal() (string, error) {
	trusted, forwarded := a.request.Extension(ExtensionTrustedProxies), a.request.Header("x-forwarded-client-cert")
	switch {
	case trusted != "":
		return xfcc.Client(a.request.Principal, forwarded, strings.Split(trusted, ","))
	case xfcc.Several(a.request.Principal, forwarded):
		return "", xfcc.ErrMalformed
	}
	return a.request.Principal, nil
}

// once refuses a signed message that was admitted before. It comes last, so that a message that was refused for another
// reason can be sent again.
func (d *Decider) once(ctx context.Context, a *asked, out *Outcome) {
	p := a.proven
	if p == nil || d.Repeats == nil {
		return
	}
	first, err := d.Repeats.First(ctx, a.tenant.Name, p.sender, p.digest, p.until)
	switch {
	case !first:
		out.Reason = reason.CredentialRepeated
	case errors.Is(err, webhook.ErrUnavailable) && !a.tenant.admitWithoutStore:
		// The sender is told to try again, which must not be refused as a repetition.
		d.Repeats.Forget(a.tenant.Name, p.sender, p.digest)
		out.Reason, out.Err = reason.StoreUnavailable, err
	case err != nil:
		out.Err = err
	}
}
