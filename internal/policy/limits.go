package policy

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// maxLimits bounds the limits of a decision that modules lowered or added.
const maxLimits = 16

// addQuota takes one entry of a module's quotas: under a declared name a lower limit, under another one a
// limit of the module's own.
func (n *narrowing) addQuota(name string, v ast.Value) error {
	asked, err := quotaOf(v)
	if err == nil {
		if declared := fieldOf(fieldOf(n.tenant, "quotas"), name); declared != nil {
			err = n.lower(name, declared, asked)
		} else {
			err = n.addLimit(name, asked)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// lower replaces a declared limit that is charged for this request by a lower one. What would be higher
// than declared changes nothing, and so does a limit that is not charged here.
func (n *narrowing) lower(name string, declared ast.Value, asked tenant.Quota) error {
	if asked.Algorithm != "" || asked.Window != "" || asked.Per != "" {
		return errors.New("a declared limit can only be given a lower limit and refill")
	}
	at := slices.IndexFunc(n.decision.Limits, func(q tenant.Quota) bool { return q.Name == name })
	var current tenant.Quota
	switch {
	case at >= 0:
		current = n.decision.Limits[at]
	case slices.Contains(n.decision.Quotas, name):
		var err error
		if current, err = quotaOf(declared); err != nil {
			return err
		}
		current.Name = name
	default:
		return nil
	}
	lowered := current
	if asked.Limit > 0 {
		lowered.Limit = min(current.Limit, asked.Limit)
	}
	if asked.Refill > 0 && current.Refill > 0 {
		lowered.Refill = min(current.Refill, asked.Refill)
	}
	if lowered.Limit == current.Limit && lowered.Refill == current.Refill {
		return nil
	}
	n.decision.Quotas = without(n.decision.Quotas, name)
	limits := slices.Clone(n.decision.Limits)
	if at >= 0 {
		limits[at] = lowered
	} else {
		limits = append(limits, lowered)
	}
	n.decision.Limits = limits
	return nil
}

// addLimit adds a limit of the module's own. Its name is prefixed, so that it shares no counter with a
// declared limit. All of it must be said: a misspelt name of a declared limit must not become a limit of its own.
func (n *narrowing) addLimit(name string, asked tenant.Quota) error {
	if asked.Algorithm == "" {
		return errors.New("algorithm is missing, or the name is not that of a declared limit")
	}
	if asked.Name = name; asked.Per == "" {
		asked.Per = "tenant"
	}
	if problems := asked.Validate(); len(problems) > 0 {
		return fmt.Errorf("%s: %s", problems[0].Path, problems[0].Reason)
	}
	asked.Name = ModuleQuotaPrefix + name
	if slices.ContainsFunc(n.decision.Limits, func(q tenant.Quota) bool { return q.Name == asked.Name }) {
		return errors.New("another package adds a limit of this name")
	}
	if len(n.decision.Limits) >= maxLimits {
		return fmt.Errorf("more than %d limits", maxLimits)
	}
	n.decision.Limits = append(slices.Clip(n.decision.Limits), asked)
	return nil
}

// quotaOf reads a limit as input.tenant.quotas holds it and as modules write it. Fields that are not set
// are zero; ranges are tenant.Quota's own, which hold for limits that are added.
func quotaOf(v ast.Value) (q tenant.Quota, err error) {
	err = fieldsOf(v, func(name string, value ast.Value) (err error) {
		switch name {
		case "algorithm":
			q.Algorithm, err = stringOf(value)
		case "limit":
			var n int
			n, err = intOf(value, 1, math.MaxInt)
			q.Limit = int64(n)
		case "refill":
			q.Refill, err = refillOf(value)
		case "window":
			q.Window, err = stringOf(value)
		case "per":
			q.Per, err = stringOf(value)
		case "routes":
			q.Routes, err = stringsOf(value)
		default:
			return errUnknownField
		}
		return err
	})
	return q, err
}

func refillOf(v ast.Value) (float64, error) {
	number, ok := v.(ast.Number)
	if !ok {
		return 0, wrongType(v, "a number")
	}
	f, ok := number.Float64()
	if !ok || f < 0 {
		return 0, fmt.Errorf("%v is not 0 or more", v)
	}
	return f, nil
}
