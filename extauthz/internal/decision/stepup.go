package decision

import (
	"fmt"
	"slices"
	"time"

	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// ruleStepUp names this file's part in decisions.
const ruleStepUp = "step_up"

// stepUp is a demand of a route or a role, compiled.
type stepUp struct {
	*tenant.StepUp
	maxAge time.Duration
}

func newStepUp(s *tenant.StepUp) (*stepUp, error) {
	if s == nil {
		return nil, nil
	}
	compiled := &stepUp{StepUp: s}
	if s.MaxAge != "" {
		var err error
		if compiled.maxAge, err = time.ParseDuration(s.MaxAge); err != nil {
			return nil, fmt.Errorf("step_up: max_age: %w", err)
		}
	}
	return compiled, nil
}

func roleStepUps(roles map[string]tenant.Role) (map[string]*stepUp, error) {
	var demands map[string]*stepUp
	for name, role := range roles {
		s, err := newStepUp(role.StepUp)
		if err != nil {
			return nil, fmt.Errorf("role %s: %w", name, err)
		}
		if s == nil {
			continue
		}
		if demands == nil {
			demands = map[string]*stepUp{}
		}
		demands[name] = s
	}
	return demands, nil
}

// met reports whether the principal authenticated well enough. What the credential does not say does not hold.
func (s *stepUp) met(who *policy.IdentityInput, now time.Time) bool {
	if s == nil || len(s.Credentials) > 0 && !slices.Contains(s.Credentials, who.Kind) {
		return true
	}
	if len(s.ACRValues) > 0 && !slices.Contains(s.ACRValues, who.ACR) {
		return false
	}
	if len(s.AMR) > 0 && !slices.ContainsFunc(who.AMR, func(m string) bool { return slices.Contains(s.AMR, m) }) {
		return false
	}
	return s.maxAge == 0 || !who.AuthTime.IsZero() && now.Sub(who.AuthTime) <= s.maxAge
}

// step refuses an admitted request whose principal must authenticate better, and says how (RFC 9470). It comes after the
// policies: whom they deny is not sent to authenticate for nothing.
func (a *asked) step(out *Outcome) {
	if wanted, unmet := a.tenant.unmet(a.route, out.Roles, &out.Identity.IdentityInput, a.now); unmet {
		out.Decision = challenged(wanted, out.Decision.Audit)
		out.Reason = out.Decision.Reason
	}
}

// challenged is the decision that a principal must authenticate better.
func challenged(wanted policy.StepUp, audit policy.Audit) policy.Decision {
	return policy.Decision{Reason: reason.StepUpRequired, StepUp: wanted, Rule: ruleStepUp, Audit: audit}
}

// unmet is what demands of the route and of roles want of a principal that does not meet them.
func (t *tenantState) unmet(route *routeState, roles []string, who *policy.IdentityInput, now time.Time) (wanted policy.StepUp, unmet bool) {
	for _, s := range t.demands(route, roles) {
		if s.met(who, now) {
			continue
		}
		unmet = true
		for _, value := range s.ACRValues {
			if !slices.Contains(wanted.ACRValues, value) {
				wanted.ACRValues = append(wanted.ACRValues, value)
			}
		}
		if s.maxAge > 0 && (wanted.MaxAge == 0 || s.maxAge < wanted.MaxAge) {
			wanted.MaxAge = s.maxAge
		}
	}
	return wanted, unmet
}

// demands are those of the route and of the roles that count here.
func (t *tenantState) demands(route *routeState, roles []string) []*stepUp {
	if route.stepUp == nil && t.stepUps == nil {
		return nil
	}
	demands := []*stepUp{route.stepUp}
	for _, role := range roles {
		demands = append(demands, t.stepUps[role])
	}
	return demands
}
