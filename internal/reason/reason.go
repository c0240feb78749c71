// Package reason is the closed vocabulary of why a request was allowed or denied. It stands in
// logs, metrics, dynamic metadata and explanations, so a value is never renamed.
package reason

import (
	"maps"
	"slices"
)

// Reason is one word of the vocabulary. The zero value denies.
type Reason string

// Reasons. Allowed is the only one that admits a request.
const (
	Allowed Reason = "allowed"

	// Who: 401.
	CredentialMissing  Reason = "credential_missing"
	CredentialInvalid  Reason = "credential_invalid"
	CredentialExpired  Reason = "credential_expired"
	CredentialRevoked  Reason = "credential_revoked"
	CredentialConflict Reason = "credential_conflict"
	// A good credential of a kind that the route does not take, and a signed message that was admitted before.
	CredentialNotAccepted Reason = "credential_not_accepted"
	CredentialRepeated    Reason = "credential_repeated"

	// May they: 403.
	TenantMismatch   Reason = "tenant_mismatch"
	PermissionDenied Reason = "permission_denied"
	ClearanceTooLow  Reason = "clearance_too_low"
	PolicyDenied     Reason = "policy_denied"
	ContentBlocked   Reason = "content_blocked"
	StepUpRequired   Reason = "step_up_required"
	OriginNotAllowed Reason = "origin_not_allowed"
	// Scopes of the credential, calls of tools and models, and conditions of tenant and route.
	ScopeInsufficient Reason = "scope_insufficient"
	ToolNotAllowed    Reason = "tool_not_allowed"
	ModelNotAllowed   Reason = "model_not_allowed"
	ThreatListed      Reason = "threat_listed"
	AddressNotAllowed Reason = "address_not_allowed"
	TimeNotAllowed    Reason = "time_not_allowed"
	DeviceNotTrusted  Reason = "device_not_trusted"
	RiskTooHigh       Reason = "risk_too_high"

	// What they sent: 400, 404, 413, 415.
	PathAmbiguous        Reason = "path_ambiguous"
	RequestMalformed     Reason = "request_malformed"
	InputInvalid         Reason = "input_invalid"
	TenantUnknown        Reason = "tenant_unknown"
	RouteUnknown         Reason = "route_unknown"
	PayloadTooLarge      Reason = "payload_too_large"
	UnsupportedMediaType Reason = "unsupported_media_type"
	// The body is needed whole, and was too long to be sent or not sent at all.
	BodyTruncated   Reason = "body_truncated"
	BodyUnavailable Reason = "body_unavailable"

	// How much: 429.
	QuotaExceeded Reason = "quota_exceeded"
	LockedOut     Reason = "locked_out"

	// We could not decide: 500, 503.
	PolicyError      Reason = "policy_error"
	PolicyTimeout    Reason = "policy_timeout"
	StoreUnavailable Reason = "store_unavailable"
	KeysUnavailable  Reason = "keys_unavailable"
	NotReady         Reason = "not_ready"
	InternalError    Reason = "internal_error"
)

// Code is the machine-readable code of an error answer.
type Code string

// Codes that clients see.
const (
	CodeValidation   Code = "VALIDATION_ERROR"
	CodeUnauthorized Code = "UNAUTHORIZED"
	CodeForbidden    Code = "FORBIDDEN"
	CodeRateLimited  Code = "RATE_LIMITED"
	CodeBlocked      Code = "CONTENT_BLOCKED"
	CodeInternal     Code = "INTERNAL_ERROR"
	CodeNotFound     Code = "NOT_FOUND"
	CodeTooLarge     Code = "PAYLOAD_TOO_LARGE"
	CodeMediaType    Code = "UNSUPPORTED_MEDIA_TYPE"
	CodeUnavailable  Code = "UNAVAILABLE"
	// CodeConflict is the admin API's alone.
	CodeConflict Code = "CONFLICT"
)

// Answer is what a client is told for a reason: HTTP status, code and a text that leaks nothing.
type Answer struct {
	Status  int
	Code    Code
	Message string
}

var answers = map[Reason]Answer{
	CredentialMissing:    {401, CodeUnauthorized, "authentication is required"},
	CredentialInvalid:    {401, CodeUnauthorized, "the credential could not be verified"},
	CredentialExpired:    {401, CodeUnauthorized, "the credential has expired"},
	CredentialRevoked:    {401, CodeUnauthorized, "the credential was revoked"},
	CredentialConflict:   {401, CodeUnauthorized, "the request carries credentials that disagree"},
	TenantMismatch:       {403, CodeForbidden, "the credential belongs to another tenant"},
	PermissionDenied:     {403, CodeForbidden, "the role does not allow this action"},
	ClearanceTooLow:      {403, CodeForbidden, "the role is not cleared for this resource"},
	PolicyDenied:         {403, CodeForbidden, "denied by policy"},
	ContentBlocked:       {403, CodeBlocked, "the content was blocked"},
	StepUpRequired:       {401, CodeUnauthorized, "stronger authentication is required"},
	OriginNotAllowed:     {403, CodeForbidden, "the origin is not allowed"},
	ScopeInsufficient:    {403, CodeForbidden, "the scope of the credential does not allow this action"},
	ToolNotAllowed:       {403, CodeForbidden, "the role does not allow this tool"},
	ModelNotAllowed:      {403, CodeForbidden, "the role does not allow this model"},
	ThreatListed:         {403, CodeForbidden, "access from here is blocked"},
	AddressNotAllowed:    {403, CodeForbidden, "access from this address is not allowed"},
	TimeNotAllowed:       {403, CodeForbidden, "access at this time is not allowed"},
	DeviceNotTrusted:     {403, CodeForbidden, "the device is not trusted"},
	RiskTooHigh:          {403, CodeForbidden, "the risk of this session is too high"},
	InputInvalid:         {400, CodeValidation, "the input is not valid"},
	PathAmbiguous:        {400, CodeValidation, "the path is ambiguous or badly encoded"},
	RequestMalformed:     {400, CodeValidation, "the request is malformed"},
	TenantUnknown:        {404, CodeNotFound, "no such host"},
	RouteUnknown:         {404, CodeNotFound, "no such route"},
	PayloadTooLarge:      {413, CodeTooLarge, "the body is too large"},
	UnsupportedMediaType: {415, CodeMediaType, "the content encoding is not supported"},
	QuotaExceeded:        {429, CodeRateLimited, "the rate limit is exceeded"},
	LockedOut:            {429, CodeRateLimited, "too many failed authentications"},
	PolicyError:          {500, CodeInternal, "the request could not be decided"},
	PolicyTimeout:        {503, CodeUnavailable, "the request could not be decided in time"},
	StoreUnavailable:     {503, CodeUnavailable, "the service is temporarily unavailable"},
	KeysUnavailable:      {503, CodeUnavailable, "the service is temporarily unavailable"},
	NotReady:             {503, CodeUnavailable, "the service is temporarily unavailable"},
	InternalError:        {500, CodeInternal, "internal error"},

	CredentialNotAccepted: {401, CodeUnauthorized, "this kind of credential is not accepted here"},
	CredentialRepeated:    {401, CodeUnauthorized, "the request was received before"},
	BodyTruncated:         {413, CodeTooLarge, "the body is too large to be verified"},
	BodyUnavailable:       {400, CodeValidation, "the body could not be read"},
}

// Answer returns what clients are told for r; an unknown reason is an internal error.
func (r Reason) Answer() Answer {
	if a, ok := answers[r]; ok {
		return a
	}
	return answers[InternalError]
}

// denials are what clients are told when a policy gives its denial another status. Statuses that demand a header of their own (401,
// 405, 407, 426) are not among them: step-up is how policies ask for authentication.
var denials = map[int]Answer{
	400: {400, CodeValidation, "the request is not acceptable"},
	402: {402, CodeForbidden, "payment is required"},
	403: answers[PolicyDenied],
	404: {404, CodeNotFound, "not found"},
	409: {409, CodeForbidden, "the request conflicts with a policy"},
	410: {410, CodeNotFound, "no longer available"},
	422: {422, CodeValidation, "the request is not acceptable"},
	423: {423, CodeForbidden, "the resource is locked"},
	429: {429, CodeRateLimited, "too many requests"},
	451: {451, CodeForbidden, "not available for legal reasons"},
	503: {503, CodeUnavailable, "the service is temporarily unavailable"},
}

// IsDenialStatus reports whether a policy may give its denials a status.
func IsDenialStatus(status int) bool { _, ok := denials[status]; return ok }

// DenialStatuses lists the statuses that a policy may give its denials, in order.
func DenialStatuses() []int { return slices.Sorted(maps.Keys(denials)) }

// DenialAnswer is what clients are told of a policy's denial with one of DenialStatuses; with another status, 403.
func DenialAnswer(status int) Answer {
	if a, ok := denials[status]; ok {
		return a
	}
	return denials[403]
}

// All lists the vocabulary in order.
func All() []Reason {
	return append([]Reason{Allowed}, slices.Sorted(maps.Keys(answers))...)
}

// Known reports whether r is in the vocabulary.
func (r Reason) Known() bool {
	_, ok := answers[r]
	return ok || r == Allowed
}
