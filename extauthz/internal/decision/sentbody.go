package decision

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/meshwarden/meshwarden/extauthz/internal/request"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// cutBody notes a body that is longer than what Envoy sends whole. Envoy sends one byte more than that, because it takes a
// body for whole that has exactly as many bytes as it may read, even when there are more to come.
func (a *asked) cutBody() {
	if limit, ok := bodyLimit(a.request); ok && len(a.request.Body) > limit {
		a.request.BodyTruncated = true
	}
}

// bodyLimit is ExtensionBody; ok is false when Envoy was not told to send the request's body.
func bodyLimit(r *request.Request) (limit int, ok bool) {
	limit, err := strconv.Atoi(r.Extension(ExtensionBody))
	return limit, err == nil && limit > 0
}

// wholeBody is the body of a request that cannot be decided without it. A part of one is never taken for a whole one, and
// one that was not read never for an empty one: Envoy reads neither streams (gRPC) nor what comes with an upgrade.
func wholeBody(r *request.Request) (string, reason.Reason) {
	_, sent := bodyLimit(r)
	switch {
	case r.BodyTruncated:
		return "", reason.BodyTruncated
	case !sent || !r.BodyRead && upgrades(r):
		return "", reason.BodyUnavailable
	}
	return r.Body, reason.Allowed
}

func upgrades(r *request.Request) bool {
	return r.Method == http.MethodConnect || slices.ContainsFunc(r.Headers, func(h policy.Header) bool { return h.Name == "upgrade" })
}
