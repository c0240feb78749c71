package policy

import (
	"time"

	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Decision is what the policies said about one request. The zero value denies. Decisions are shared
// between requests by the decision cache: nothing in one may be modified.
type Decision struct {
	// Allow admits the request; Reason is reason.Allowed exactly then.
	Allow  bool
	Reason reason.Reason
	// Message is the free text of a policy_denied, written by the policy's author for the client; else empty.
	Message string
	// Status replaces the HTTP status that belongs to Reason when not 0: one of reason.DenialStatuses, only on a policy_denied.
	Status int
	// Headers are set on the request to the upstream, RemoveHeaders taken from it, and ResponseHeaders set on
	// the answer to the client. Names are lower-case and valid, never pseudo-headers or hop-by-hop ones.
	Headers         map[string]string
	RemoveHeaders   []string
	ResponseHeaders map[string]string
	// Quotas names the tenant's limits (or defaultQuotas) to charge as they are declared.
	Quotas []string
	// Limits are to be charged too: limits that the tenant's module lowered, under their declared name and no
	// longer listed in Quotas, and limits that it added, whose names start with ModuleQuotaPrefix.
	Limits []tenant.Quota
	Scan   Scan
	// StepUp says which authentication would do, when Reason is reason.StepUpRequired (RFC 9470).
	StepUp StepUp
	Audit  Audit
	// Rule names the pack or package that decided, such as "rbac" or "platform.hours".
	Rule string
	// Place is the rule in it that denied; zero for what was allowed or could not be decided.
	Place Place
	// Unplaced says that there was no time left to find the place. Such a decision is not cached: the next request may find it.
	Unplaced bool
}

// Scan chooses how bodies are scanned. The zero value leaves both to the route and the tenant.
type Scan struct {
	// Policy is the name of one of the tenant's scan policies.
	Policy string
	// Mode is enforce, shadow, off, or empty for the policy's own.
	Mode string
}

// StepUp is the challenge of RFC 9470.
type StepUp struct {
	// ACRValues that would satisfy the policy, in order of preference.
	ACRValues []string
	// MaxAge of the authentication; 0 means any. Whole seconds.
	MaxAge time.Duration
}

// Audit is the level of the audit record.
type Audit string

// Audit levels. Full records are kept of restricted routes and of access by a grant.
const (
	AuditStandard Audit = ""
	AuditFull     Audit = "full"
)

// ModuleQuotaPrefix starts the names of limits that a tenant's module adds, so that they never share a
// counter with a declared limit.
const ModuleQuotaPrefix = "module/"

// defaultQuotas are the limits of a tenant that declares none (requirement R-21): 60 calls a minute and
// 1,000 an hour, shared by the whole tenant.
func defaultQuotas() []tenant.Quota {
	return []tenant.Quota{
		{Name: "default-minute", Algorithm: tenant.SlidingWindow, Limit: 60, Window: "1m", Per: "tenant"},
		{Name: "default-hour", Algorithm: tenant.SlidingWindow, Limit: 1000, Window: "1h", Per: "tenant"},
	}
}
