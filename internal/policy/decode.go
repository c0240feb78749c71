package policy

import (
	"errors"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/internal/reason"
)

// decodeDecision reads the platform's decision strictly: what it does not understand is an error, so that
// a policy that says more than the server can do never admits.
func decodeDecision(v ast.Value) (Decision, error) {
	var d Decision
	if err := d.take(v); err != nil {
		return Decision{}, err
	}
	return d, nil
}

// take sets what v says of a decision.
func (d *Decision) take(v ast.Value) error {
	err := fieldsOf(v, d.set)
	if err == nil {
		err = d.check()
	}
	if err != nil {
		return fmt.Errorf("rule %q: decision: %w", ruleOf(v), err)
	}
	return nil
}

var ruleKey = ast.StringTerm("rule")

// ruleOf names who made the decision v, as far as v tells.
func ruleOf(v ast.Value) string {
	object, ok := v.(ast.Object)
	if !ok {
		return ""
	}
	term := object.Get(ruleKey)
	if term == nil {
		return ""
	}
	rule, _ := term.Value.(ast.String)
	return string(rule)
}

func (d *Decision) set(name string, v ast.Value) (err error) {
	var s string
	switch name {
	case "allow":
		d.Allow, err = boolOf(v)
	case "reason":
		s, err = stringOf(v)
		d.Reason = reason.Reason(s)
	case "rule":
		d.Rule, err = stringOf(v)
	case "message":
		s, err = stringOf(v)
		d.Message = clip(s)
	case "status":
		d.Status, err = statusOf(v)
	case "headers":
		d.Headers, err = requestHeadersOf(v)
	case "response_headers":
		d.ResponseHeaders, err = headersOf(v)
	case "remove_headers":
		d.RemoveHeaders, err = removedOf(v)
	case "quotas":
		d.Quotas, err = stringsOf(v)
	case "scan":
		d.Scan, err = scansOf(v)
	case "step_up":
		d.StepUp, err = stepUpOf(v)
	case "audit":
		s, err = stringOf(v)
		d.Audit, err = auditOf(s, err)
	default:
		return errUnknownField
	}
	return err
}

// check holds what no single field shows.
func (d *Decision) check() error {
	switch {
	case !d.Reason.Known():
		return fmt.Errorf("reason: %q is not in the vocabulary", d.Reason)
	case d.Allow != (d.Reason == reason.Allowed):
		return fmt.Errorf("allow is %t with reason %s", d.Allow, d.Reason)
	case d.Rule == "":
		return errors.New("rule is missing")
	case d.Status != 0 && d.Reason != reason.PolicyDenied:
		return fmt.Errorf("status is for reason %s", reason.PolicyDenied)
	case d.Message != "" && d.Reason != reason.PolicyDenied:
		return fmt.Errorf("message is for reason %s", reason.PolicyDenied)
	}
	for _, name := range d.RemoveHeaders {
		// Envoy removes after it has set.
		if _, ok := d.Headers[name]; ok {
			return fmt.Errorf("remove_headers: a module sets %s and one takes it away", name)
		}
	}
	return nil
}

// statusOf reads the status of a denial: 0 is the reason's own, and others are those that a policy may choose.
func statusOf(v ast.Value) (int, error) {
	status, err := intOf(v, 0, 599)
	if err == nil && status != 0 && !reason.IsDenialStatus(status) {
		err = fmt.Errorf("%d is not one of %v", status, reason.DenialStatuses())
	}
	return status, err
}

func auditOf(s string, err error) (Audit, error) {
	switch s {
	case "standard":
		return AuditStandard, err
	case "full":
		return AuditFull, err
	}
	if err == nil {
		err = fmt.Errorf("%q is not standard or full", s)
	}
	return AuditFull, err
}

// Bounds of a step-up challenge, which becomes one response header.
const (
	maxACRValues = 8
	maxStepUpAge = 366 * 24 * 3600
)

func stepUpOf(v ast.Value) (s StepUp, err error) {
	err = fieldsOf(v, func(name string, value ast.Value) (err error) {
		switch name {
		case "acr_values":
			s.ACRValues, err = stringsOf(value)
			if err == nil && len(s.ACRValues) > maxACRValues {
				err = fmt.Errorf("more than %d values", maxACRValues)
			}
			for _, acr := range s.ACRValues {
				if err == nil && !isACR(acr) {
					err = fmt.Errorf("%q is not printable ASCII without spaces, quotes and backslashes", acr)
				}
			}
		case "max_age":
			var seconds int
			seconds, err = intOf(value, 0, maxStepUpAge)
			s.MaxAge = time.Duration(seconds) * time.Second
		default:
			return errUnknownField
		}
		return err
	})
	return s, err
}

// isACR reports whether s may stand in the quoted, space-separated acr_values of a challenge (RFC 9470).
func isACR(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return s != "" && len(s) <= 128
}

// scansOf brings together what each of the platform's packages says: they agree on the policy, and the strictest mode holds.
func scansOf(v ast.Value) (s Scan, err error) {
	err = eachSet(v, func(_ string, set ast.Value) error {
		one, err := scanOf(set)
		switch {
		case err != nil:
			return err
		case s.Policy != "" && one.Policy != "" && s.Policy != one.Policy:
			return errors.New("policy: another module chooses another one")
		case one.Policy != "":
			s.Policy = one.Policy
		}
		if strictness(one.Mode) > strictness(s.Mode) {
			s.Mode = one.Mode
		}
		return nil
	})
	return s, err
}

func scanOf(v ast.Value) (s Scan, err error) {
	err = fieldsOf(v, func(name string, value ast.Value) (err error) {
		switch name {
		case "policy":
			s.Policy, err = stringOf(value)
		case "mode":
			if s.Mode, err = stringOf(value); err == nil && strictness(s.Mode) == 0 {
				err = fmt.Errorf("%q is not off, shadow or enforce", s.Mode)
			}
		default:
			return errUnknownField
		}
		return err
	})
	return s, err
}

// strictness orders the scan modes; 0 is none of them.
func strictness(mode string) int {
	switch mode {
	case "off":
		return 1
	case "shadow":
		return 2
	case "enforce":
		return 3
	}
	return 0
}
