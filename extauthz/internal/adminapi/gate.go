package adminapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/extauthz/internal/networks"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/transport"
)

// Caller is who was authenticated.
type Caller struct {
	// Name of the token, or "certificate:" and the common name of the client's certificate.
	Name string
	// tenants are those that the caller is of, unless everywhere is set.
	tenants    []string
	everywhere bool
}

// Reaches reports whether the caller may see and change what is of tenant.
func (c Caller) Reaches(tenant string) bool {
	return c.everywhere || slices.Contains(c.tenants, tenant)
}

type callerKey struct{}

// CallerOf returns who makes the request; without authentication it reaches nothing.
func CallerOf(ctx context.Context) Caller {
	caller, _ := ctx.Value(callerKey{}).(Caller)
	return caller
}

// adminRole is what a client certificate must be for.
const adminRole = "admin"

// refusal is why a request was not let in. why is for the log, message for the client.
type refusal struct {
	result  string
	status  int
	code    reason.Code
	message string
	why     string
}

func unauthenticated(why string) *refusal {
	return &refusal{resultUnauthenticated, http.StatusUnauthorized, reason.CodeUnauthorized, "an admin token or certificate is required", why}
}

// gate authenticates. A certificate was verified by the handshake and is never throttled; whoever has failed too
// often with tokens is not listened to for a while, even with a good one.
type gate struct {
	tokens   *tokenFile
	throttle *throttle
}

func newGate(options Options) (*gate, error) {
	if options.TokenFile == "" && !options.TLS.Enabled() {
		return nil, errors.New("--admin-tokens or the TLS files are required: somebody must be able to authenticate")
	}
	g := &gate{throttle: newThrottle(options.Now)}
	if options.TokenFile != "" {
		var err error
		if g.tokens, err = openTokenFile(options.TokenFile, options.Logger); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (g *gate) admit(r *http.Request) (Caller, *refusal) {
	if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 && r.Header.Get("Authorization") == "" {
		certificate := r.TLS.VerifiedChains[0][0]
		if transport.Certifies(certificate, adminRole) {
			return Caller{Name: "certificate:" + certificate.Subject.CommonName, everywhere: true}, nil
		}
		return Caller{}, unauthenticated("the client certificate is not for " + adminRole)
	}
	client := addressOf(r.RemoteAddr)
	if !g.throttle.open(client) {
		return Caller{}, &refusal{resultThrottled, http.StatusTooManyRequests, reason.CodeRateLimited, "too many failed authentications", "throttled"}
	}
	caller, refused := g.byToken(r)
	if refused != nil && refused.status == http.StatusUnauthorized {
		g.throttle.failed(client)
	}
	return caller, refused
}

func (g *gate) byToken(r *http.Request) (Caller, *refusal) {
	headers := r.Header.Values("Authorization")
	switch {
	case len(headers) == 0:
		return Caller{}, unauthenticated("no credential")
	case len(headers) > 1:
		return Caller{}, unauthenticated("several Authorization headers")
	case g.tokens == nil:
		return Caller{}, unauthenticated("no token file is configured")
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, "bearer") {
		return Caller{}, unauthenticated("the scheme is not Bearer")
	}
	caller, found, err := g.tokens.find(strings.TrimSpace(token))
	switch {
	case err != nil:
		return Caller{}, &refusal{resultFailed, http.StatusServiceUnavailable, reason.CodeUnavailable, "the admin tokens cannot be read", err.Error()}
	case !found:
		return Caller{}, unauthenticated("unknown token")
	}
	return caller, nil
}

// addressOf is what failures are counted by: an IPv4 address or an IPv6 /64, which is what one client has.
func addressOf(remote string) netip.Prefix {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}
	}
	return networks.OfClient(ip)
}
