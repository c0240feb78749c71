// Package answer encodes envoy.service.auth.v3.CheckResponse by appending to a buffer: what Envoy does with
// the request and what the client reads. It decides nothing; it must never turn a denial into anything else.
package answer

import (
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// Answer is everything that a CheckResponse says. The zero value denies with an internal error.
type Answer struct {
	// Reason is reason.Allowed to admit the request.
	Reason reason.Reason
	// RequestID stands in error bodies; it must be safe to show (see RequestID).
	RequestID string
	// Decision gives headers, and a denial's message, status and step-up challenge; it may be zero.
	Decision *policy.Decision
	// Quota becomes RateLimit headers when limits were charged or refused.
	Quota quota.Result
	// Scope is what a token with too narrow scopes would need; it may be empty.
	Scope string
	// RetryAfter is how long somebody is locked out.
	RetryAfter time.Duration
	// Handoff is the string for the wasm filter; only of an admitted request.
	Handoff string
	// Lifetime is how long an admitted request may go on; 0 is without end.
	Lifetime time.Duration
	// Explain tells the client of a denial its reason and the rule that decided.
	Explain bool

	// The identity headers of an admitted request. An empty subject or no role removes the client's header.
	Tenant, Subject string
	Roles           []string
	// DropAuthorization keeps the Authorization header, which holds an API key, from the upstream.
	DropAuthorization bool
	// KeepAPIKey lets the X-Api-Key header travel on, because it is the upstream's own and no key of ours.
	KeepAPIKey bool
}

// Names of the identity headers that upstreams rely on.
const (
	headerTenant  = "x-tenant-id"
	headerSubject = "x-subject"
	headerRoles   = "x-roles"
)

// headerLifetime makes Envoy's router end the request after so many milliseconds, upgraded ones too; no upstream sees it.
const headerLifetime = "x-envoy-upstream-stream-duration-ms"

// Dynamic metadata of a denial, for access logs: its reason, and the rule that decided where a policy did.
const (
	metadataReason = "meshwarden_reason"
	metadataRule   = "meshwarden_rule"
)

// The same for the client, where its tenant wants it (explain_denials).
const (
	headerExplainReason = "x-meshwarden-reason"
	headerExplainRule   = "x-meshwarden-rule"
)

// Undecided reports whether r means that no decision could be made, which is answered as error_response so
// that Envoy applies the tenant's on_authz_failure. Only a server without any configuration is in that
// state. Whatever a client or a policy can cause must be a denial here: with on_authz_failure: allow, an
// error_response admits the request (RATIONALE.md).
func Undecided(r reason.Reason) bool { return r == reason.NotReady }

// Field numbers of CheckResponse and the messages in it.
const (
	responseStatus   = 1
	responseDenied   = 2
	responseOK       = 3
	responseMetadata = 4
	responseError    = 5

	okHeaders         = 2
	okHeadersToRemove = 5
	okResponseHeaders = 6

	deniedStatus  = 1
	deniedHeaders = 2
	deniedBody    = 3
)

// gRPC codes of the status field; anything but codeOK keeps Envoy from admitting the request.
const (
	codeOK               = 0
	codePermissionDenied = 7
)

// Append appends the encoded response.
func (a *Answer) Append(dst []byte) []byte {
	if a.Reason == reason.Allowed {
		return a.appendOK(dst)
	}
	return a.appendDenied(dst)
}

func (a *Answer) appendOK(dst []byte) []byte {
	// An empty status is code OK.
	dst = protowire.AppendTag(dst, responseStatus, protowire.BytesType)
	dst = append(dst, codeOK)
	dst, mark := begin(dst, responseOK)
	dst = a.appendUpstreamHeaders(dst)
	dst = a.appendRemoved(dst)
	if a.Decision != nil {
		for name, value := range a.Decision.ResponseHeaders {
			dst = appendHeader(dst, okResponseHeaders, name, clean(value))
		}
	}
	dst = a.appendRateLimit(dst, okResponseHeaders)
	dst = end(dst, mark)
	return appendMetadata(dst, handoffKey, a.Handoff)
}

// appendUpstreamHeaders adds what the upstream is told. Identity headers are ours alone.
func (a *Answer) appendUpstreamHeaders(dst []byte) []byte {
	if a.Decision != nil {
		for name, value := range a.Decision.Headers {
			if !reserved(name) {
				dst = appendHeader(dst, okHeaders, name, clean(value))
			}
		}
	}
	dst = appendHeader(dst, okHeaders, headerTenant, a.Tenant)
	if a.Subject != "" {
		dst = appendHeader(dst, okHeaders, headerSubject, a.Subject)
	}
	if len(a.Roles) > 0 {
		dst = appendRoles(dst, a.Roles)
	}
	if a.Lifetime > 0 {
		// To Envoy 0 is without end too.
		dst = appendHeader(dst, okHeaders, headerLifetime, strconv.FormatInt(max(a.Lifetime.Milliseconds(), 1), 10))
	}
	return dst
}

// appendRemoved names the request headers that the upstream must not get. Envoy removes after it has set,
// so nothing that is set above may stand here: what a policy sets in place of a credential has replaced it.
func (a *Answer) appendRemoved(dst []byte) []byte {
	if !a.KeepAPIKey && !a.sets("x-api-key") {
		dst = appendString(dst, okHeadersToRemove, "x-api-key")
	}
	if a.DropAuthorization && !a.sets("authorization") {
		dst = appendString(dst, okHeadersToRemove, "authorization")
	}
	if a.Subject == "" {
		dst = appendString(dst, okHeadersToRemove, headerSubject)
	}
	if len(a.Roles) == 0 {
		dst = appendString(dst, okHeadersToRemove, headerRoles)
	}
	if a.Decision != nil {
		for _, name := range a.Decision.RemoveHeaders {
			if !reserved(name) {
				dst = appendString(dst, okHeadersToRemove, name)
			}
		}
	}
	return dst
}

// sets reports whether the decision sets a request header.
func (a *Answer) sets(name string) bool {
	if a.Decision == nil {
		return false
	}
	_, ok := a.Decision.Headers[name]
	return ok
}

// reserved reports whether policies may not touch a request header: the identity headers, and those that route
// or identify the request. Envoy's mutation rules make an error of the whole answer for some of them.
func reserved(name string) bool {
	switch name {
	case headerTenant, headerSubject, headerRoles, "host", "x-request-id", "content-length":
		return true
	}
	return name == "" || name[0] == ':' || strings.HasPrefix(name, "x-envoy-")
}

// Status is the HTTP status of a denial, and 200 for an admitted request, whose real status is the upstream's.
func (a *Answer) Status() int {
	if a.Reason == reason.Allowed {
		return 200
	}
	return a.told().Status
}

// told is what the client of a denied request is told.
func (a *Answer) told() reason.Answer {
	d := a.denial()
	if d == nil {
		return a.Reason.Answer()
	}
	told := a.Reason.Answer()
	if d.Status != 0 && d.Reason == reason.PolicyDenied {
		told = reason.DenialAnswer(d.Status)
	}
	if d.Message != "" {
		told.Message = d.Message
	}
	return told
}

// denial is the policies' decision when it is why the request was denied, and not something after it.
func (a *Answer) denial() *policy.Decision {
	if a.Decision != nil && a.Decision.Reason == a.Reason {
		return a.Decision
	}
	return nil
}

func (a *Answer) appendDenied(dst []byte) []byte {
	told := a.told()
	dst = append(protowire.AppendTag(dst, responseStatus, protowire.BytesType), 2, 1<<3, codePermissionDenied)
	field := protowire.Number(responseDenied)
	if Undecided(a.Reason) {
		field = responseError
	}
	dst, mark := begin(dst, field)
	dst, inner := begin(dst, deniedStatus)
	dst = protowire.AppendVarint(append(dst, 1<<3), uint64(told.Status))
	dst = end(dst, inner)
	dst = a.appendDeniedHeaders(dst)
	dst = protowire.AppendTag(dst, deniedBody, protowire.BytesType)
	dst, inner = open(dst)
	dst = AppendBody(dst, told.Code, told.Message, a.RequestID)
	dst = end(dst, inner)
	dst = end(dst, mark)
	if rule := a.rule(); rule != "" {
		return appendMetadata(dst, metadataReason, string(a.Reason), metadataRule, rule)
	}
	return appendMetadata(dst, metadataReason, string(a.Reason))
}

// rule is the policies' rule that denied and where it stands, empty when it was not they.
func (a *Answer) rule() string {
	d := a.denial()
	if d == nil || d.Place.Line == 0 {
		return ""
	}
	return d.Place.Rule + " " + d.Place.String()
}

// outage is how long a client should wait when the service is away for a while that nobody knows.
const outage = time.Second

func (a *Answer) appendDeniedHeaders(dst []byte) []byte {
	dst = appendHeader(dst, deniedHeaders, "content-type", "application/json")
	// Some statuses may be cached unasked (RFC 9110 section 15.1), and a denial is one client's.
	dst = appendHeader(dst, deniedHeaders, "cache-control", "no-store")
	if challenge := a.challenge(); challenge != "" {
		dst = appendHeader(dst, deniedHeaders, "www-authenticate", challenge)
	}
	switch a.Reason {
	case reason.QuotaExceeded:
		dst = appendSeconds(dst, deniedHeaders, "retry-after", max(a.Quota.RetryAfter, time.Second))
	case reason.LockedOut:
		dst = appendSeconds(dst, deniedHeaders, "retry-after", max(a.RetryAfter, time.Second))
	case reason.NotReady, reason.StoreUnavailable, reason.KeysUnavailable, reason.PolicyTimeout:
		dst = appendSeconds(dst, deniedHeaders, "retry-after", outage)
	}
	if d := a.denial(); d != nil {
		for name, value := range d.ResponseHeaders {
			dst = appendHeader(dst, deniedHeaders, name, clean(value))
		}
	}
	if a.Explain {
		dst = appendHeader(dst, deniedHeaders, headerExplainReason, string(a.Reason))
		if rule := a.rule(); rule != "" {
			dst = appendHeader(dst, deniedHeaders, headerExplainRule, clean(rule))
		}
	}
	return a.appendRateLimit(dst, deniedHeaders)
}
