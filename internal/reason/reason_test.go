package reason_test

import (
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/meshwarden/meshwarden/internal/reason"
)

// declared are the constants of the package, which the language cannot list.
var declared = []reason.Reason{
	reason.Allowed,
	reason.CredentialMissing, reason.CredentialInvalid, reason.CredentialExpired, reason.CredentialRevoked, reason.CredentialConflict,
	reason.CredentialNotAccepted, reason.CredentialRepeated, reason.BodyTruncated, reason.BodyUnavailable,
	reason.TenantMismatch, reason.PermissionDenied, reason.ClearanceTooLow, reason.PolicyDenied, reason.ContentBlocked,
	reason.StepUpRequired, reason.OriginNotAllowed,
	reason.PathAmbiguous, reason.RequestMalformed, reason.TenantUnknown, reason.RouteUnknown, reason.PayloadTooLarge, reason.UnsupportedMediaType,
	reason.ScopeInsufficient, reason.ToolNotAllowed, reason.ModelNotAllowed, reason.InputInvalid,
	reason.ThreatListed, reason.AddressNotAllowed, reason.TimeNotAllowed, reason.DeviceNotTrusted, reason.RiskTooHigh,
	reason.QuotaExceeded, reason.LockedOut,
	reason.PolicyError, reason.PolicyTimeout, reason.StoreUnavailable, reason.KeysUnavailable, reason.NotReady, reason.InternalError,
}

func TestTheVocabularyIsClosed(t *testing.T) {
	t.Parallel()
	all := reason.All()
	if all[0] != reason.Allowed || !slices.IsSorted(all[1:]) || len(all) != len(declared) {
		t.Errorf("%d reasons, want %d: %v", len(all), len(declared), all)
	}
	for _, r := range declared {
		if !slices.Contains(all, r) || !r.Known() {
			t.Errorf("%s is not in the vocabulary", r)
		}
		if !regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`).MatchString(string(r)) {
			t.Errorf("%q cannot be a metric's label", r)
		}
	}
	for _, r := range []reason.Reason{"", "nonsense"} {
		if r.Known() {
			t.Errorf("%q is known", r)
		}
	}
}

func TestEveryReasonDeniesWithTheStatusOfItsCode(t *testing.T) {
	t.Parallel()
	statuses := map[reason.Code][]int{
		reason.CodeValidation:   {http.StatusBadRequest},
		reason.CodeUnauthorized: {http.StatusUnauthorized},
		reason.CodeForbidden:    {http.StatusForbidden},
		reason.CodeBlocked:      {http.StatusForbidden},
		reason.CodeNotFound:     {http.StatusNotFound},
		reason.CodeTooLarge:     {http.StatusRequestEntityTooLarge},
		reason.CodeMediaType:    {http.StatusUnsupportedMediaType},
		reason.CodeRateLimited:  {http.StatusTooManyRequests},
		reason.CodeInternal:     {http.StatusInternalServerError},
		reason.CodeUnavailable:  {http.StatusServiceUnavailable},
	}
	// What a client is told names no part of the system, no tenant and no rule, and breaks no JSON.
	plain := regexp.MustCompile(`^[a-z ]{5,60}$`)
	internals := regexp.MustCompile(`tenant |rego|redis|envoy|extauthz|jwt|key id|issuer|upstream|quota|opa|panic`)
	for _, r := range append(reason.All()[1:], "", "nonsense") {
		a := r.Answer()
		if !slices.Contains(statuses[a.Code], a.Status) {
			t.Errorf("%q is answered with %d %s", r, a.Status, a.Code)
		}
		if !plain.MatchString(a.Message) || internals.MatchString(a.Message) {
			t.Errorf("%q is answered with %q", r, a.Message)
		}
	}
}

func TestWhatIsNotKnownIsAnInternalError(t *testing.T) {
	t.Parallel()
	for _, r := range []reason.Reason{"", "nonsense", reason.Allowed} {
		if r.Answer() != reason.InternalError.Answer() {
			t.Errorf("%q: %+v", r, r.Answer())
		}
	}
}
