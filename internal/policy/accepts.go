package policy

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// The packs look each permission of route.accepts up in what roles hold and take away and in the credential's scopes, and do nothing
// else with it. One that is in none of them makes no difference, so the packs neither get it nor have it in their key: /orders/7 and
// /orders/8, which accept orders/7:read and orders/8:read beside orders:read, are one question until a role or a scope names one of
// them. That both stages come to the same is TestPermissionsThatNobodyHasMakeNoDifferenceToThePacks.

// counts reports whether a permission can make a difference to the packs.
func (in *Input) counts(permission string) bool {
	if in.Tenant != nil {
		if _, held := in.Tenant.permissions[permission]; held {
			return true
		}
	}
	return slices.Contains(in.Identity.Scopes, permission)
}

func acceptsTerm(in *Input, s *shape) *ast.Term {
	if !s.named {
		return listTerm(in.Route.Accepts)
	}
	terms := make([]*ast.Term, 0, len(in.Route.Accepts))
	for _, permission := range in.Route.Accepts {
		if in.counts(permission) {
			terms = append(terms, stringTerm(permission))
		}
	}
	return ast.ArrayTerm(terms...)
}

func acceptsKey(b []byte, in *Input, s *shape) []byte {
	if !s.named {
		return appendList(b, in.Route.Accepts)
	}
	for _, permission := range in.Route.Accepts {
		if in.counts(permission) {
			b = appendString(appendBool(b, true), permission)
		}
	}
	return appendBool(b, false)
}
