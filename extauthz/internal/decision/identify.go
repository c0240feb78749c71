package decision

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/extauthz/internal/lockout"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// errRevocations is why a token whose signature is right is not accepted.
var errRevocations = errors.New("the revocations were not read yet")

// identify finds out who makes the request, and refuses who is locked out: before a signature is looked at where that is
// known, and after it with the same answer for a good credential as for a bad one, so that guessing on brings nothing.
func (d *Decider) identify(ctx context.Context, a *asked, out *Outcome) reason.Reason {
	credentials := identity.Credentials{Authorization: a.request.Authorization, APIKey: a.request.APIKey}
	if credentials.Authorization != "" && d.lockedOut(a, "", out) {
		return reason.LockedOut
	}
	sender := a.claimed()
	if sender != nil && sender.guessable && d.lockedOut(a, sender.identity.Subject, out) {
		return reason.LockedOut
	}
	who, why := d.Identity.Identify(ctx, a.state.index, a.tenant.Name, credentials)
	switch {
	case why != reason.Allowed:
		return d.failed(a, identity.Named(credentials), credentials.Authorization+"\x00"+credentials.APIKey, why, out)
	case who == nil:
		return reason.InternalError
	}
	out.Identity = who
	if why := a.accept(out); why != reason.Allowed {
		out.Identity = nil
		if a.forged && sender.guessable {
			return d.failed(a, sender.identity.Subject, "", why, out)
		}
		return why
	}
	who = out.Identity
	switch {
	case who.Kind == policy.KindAnonymous, who.Kind == policy.KindWebhook && !sender.guessable:
	case d.lockedOut(a, who.Subject, out):
		return reason.LockedOut
	case who.Kind == policy.KindJWT && !a.tenant.admitWithoutStore && d.Revocations != nil && !d.Revocations.Loaded():
		out.Err = errRevocations
		return reason.StoreUnavailable
	}
	return reason.Allowed
}

// failed has a failure counted of a credential that names a subject.
func (d *Decider) failed(a *asked, subject, credential string, why reason.Reason, out *Outcome) reason.Reason {
	if d.Lockouts == nil {
		return why
	}
	if d.lockedOut(a, subject, out) {
		return reason.LockedOut
	}
	d.Lockouts.Failed(a.attempt(subject), why, credential)
	return why
}

// lockedOut reports whether the request's address is, or subject there.
func (d *Decider) lockedOut(a *asked, subject string, out *Outcome) bool {
	if d.Lockouts == nil || d.Lockouts.Idle() {
		return false
	}
	now := time.Now()
	until, locked := d.Lockouts.Locked(a.attempt(subject), now)
	if locked {
		out.RetryAfter = until.Sub(now)
	}
	return locked
}

func (a *asked) attempt(subject string) lockout.Attempt {
	address, _ := netip.ParseAddr(a.ip) // the zero address of what is none is never locked out
	return lockout.Attempt{Limits: &a.tenant.lockout, Tenant: a.tenant.Name, Address: address, Subject: subject}
}
