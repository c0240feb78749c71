package decision

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/extauthz/internal/conditions"
	"github.com/meshwarden/meshwarden/extauthz/internal/networks"
	"github.com/meshwarden/meshwarden/extauthz/internal/request"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Threats names the threat lists that hold an address, a host or a principal (TENANT/SUBJECT); what is not known is
// zero. It must not block.
type Threats interface {
	Lists(address netip.Addr, host, principal string) []string
}

// signals are a tenant's, compiled.
type signals struct {
	tenant.Signals
	peers networks.Set
	used  bool
}

func newSignals(s tenant.Signals) (signals, error) {
	peers, err := conditions.Networks(s.TrustedPeers)
	if err != nil {
		return signals{}, fmt.Errorf("signals: trusted_peers: %w", err)
	}
	return signals{s, peers, s.Device.Claim+s.Device.Header+s.Risk.Claim+s.Risk.Header != ""}, nil
}

// source fills in what is known of where the request comes from, beside its address.
func (a *asked) source(in *policy.SourceInput, who *policy.IdentityInput) {
	in.DeviceTrusted, in.Risk = a.tenant.signals.read(a.request, who)
	if a.threats == nil {
		return
	}
	address, _ := netip.ParseAddr(a.ip)
	principal := ""
	if who.Kind != policy.KindAnonymous {
		principal = who.Tenant + "/" + who.Subject
	}
	in.Threats = a.threats.Lists(address, originHost(a.request), principal)
}

// read takes what claims and, from trusted peers, headers say. Where both could say something, both must say that the
// device is trusted, and the higher risk counts.
func (s *signals) read(r *request.Request, who *policy.IdentityInput) (trusted bool, risk int64) {
	if !s.used {
		return false, policy.RiskUnknown
	}
	peer, err := netip.ParseAddr(r.Peer)
	believed := err == nil && s.peers.Contains(peer)
	return s.device(r, who, believed), s.risk(r, who, believed)
}

func (s *signals) device(r *request.Request, who *policy.IdentityInput, believed bool) bool {
	if d := &s.Device; d.Claim == "" && d.Header == "" {
		return false
	}
	if s.Device.Claim != "" {
		switch v := claimAt(who.Claims, s.Device.Claim).(type) {
		case ast.Boolean:
			if !bool(v) {
				return false
			}
		case ast.String:
			if !slices.Contains(s.Device.Values, string(v)) {
				return false
			}
		default:
			return false
		}
	}
	return s.Device.Header == "" || believed && slices.Contains(s.Device.Values, header(r, s.Device.Header))
}

// risk is the score, unknown when one of the places that should say it does not, or says no number from 0 to 100.
func (s *signals) risk(r *request.Request, who *policy.IdentityInput, believed bool) int64 {
	score := int64(policy.RiskUnknown)
	if s.Risk.Claim != "" {
		text := ""
		switch v := claimAt(who.Claims, s.Risk.Claim).(type) {
		case ast.Number:
			text = string(v)
		case ast.String:
			text = string(v)
		}
		if score = parseRisk(text); score == policy.RiskUnknown {
			return score
		}
	}
	if s.Risk.Header != "" {
		if !believed {
			return policy.RiskUnknown
		}
		said := parseRisk(header(r, s.Risk.Header))
		if said == policy.RiskUnknown {
			return said
		}
		score = max(score, said)
	}
	return score
}

// parseRisk rounds up: 50.2 is above 50.
func parseRisk(text string) int64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !(f >= 0 && f <= 100) {
		return policy.RiskUnknown
	}
	n := int64(f)
	if float64(n) < f {
		n++
	}
	return n
}

// header is the value of a header, empty when there is none.
func header(r *request.Request, name string) string {
	for i := range r.Headers {
		if r.Headers[i].Name == name {
			return r.Headers[i].Value
		}
	}
	return ""
}

// originHost is the host of the page that made the request, as far as a browser says.
func originHost(r *request.Request) string {
	origin := header(r, "origin")
	if origin == "" {
		origin = header(r, "referer")
	}
	_, rest, ok := strings.Cut(origin, "://")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return host(rest[strings.LastIndexByte(rest, '@')+1:])
}
