package config

import (
	"slices"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

const bodyAdvice = "such routes need read_body, validate or protocol; a module that asks whether input.request.body is null says that it knows"

// sendsBody are methods whose requests usually have a body.
var sendsBody = []string{"POST", "PUT", "PATCH", "DELETE"}

// unread are the names of those routes that a module's read of the body is for and on which it is null, and how many it is for.
func unread(read policy.BodyRead, routes []tenant.Route) (names []string, of int) {
	for i := range routes {
		r := &routes[i]
		if len(read.Routes) > 0 && !slices.Contains(read.Routes, r.Name) || !slices.ContainsFunc(sendsBody, r.Takes) {
			continue
		}
		of++
		if !r.UnderstandsBody() {
			names = append(names, r.Name)
		}
	}
	return names, of
}

// unreadBodies are the places where a tenant's modules ask for bodies that none of the routes they are for has read: a deny that looks
// at one would never deny.
func unreadBodies(object string, reads []policy.BodyRead, routes []tenant.Route) (problems []Problem) {
	for _, read := range reads {
		if names, of := unread(read, routes); of > 0 && len(names) == of {
			problems = append(problems, atRead(object, read, "input.request.body is null on each of the tenant's routes that this is for: "+bodyAdvice))
		}
	}
	return problems
}

func atRead(object string, read policy.BodyRead, reason string) Problem {
	return Problem{Object: object, File: read.File, Line: read.Line, Column: read.Column, Reason: reason}
}

// warnings are what modules read on some routes only, of all owners.
func (l *Loader) warnings(snapshot *Snapshot) (warnings []Problem) {
	for name, s := range l.tenants.byName {
		if len(s.modules.bodies) > 0 && s.good != nil && s.good.modulesVersion == s.modules.version {
			only := map[string]*plane.Tenant{name: snapshot.Tenants[name]}
			warnings = append(warnings, sometimesUnread("tenant/"+name, s.modules.bodies, only)...)
		}
	}
	if len(l.platform.bodies) > 0 {
		warnings = append(warnings, sometimesUnread("platform", l.platform.bodies, snapshot.Tenants)...)
	}
	sortProblems(warnings)
	return warnings
}

// sometimesUnread warns of reads that are null on some routes, and names the first.
func sometimesUnread(object string, reads []policy.BodyRead, tenants map[string]*plane.Tenant) (warnings []Problem) {
	for _, read := range reads {
		first, count := "", 0
		for _, t := range tenants {
			names, _ := unread(read, t.Spec.Routes)
			if count += len(names); len(names) == 0 {
				continue
			}
			if route := t.Name + "/" + names[0]; first == "" || route < first {
				first = route
			}
		}
		// Not how many: a log says each warning once.
		if count > 1 {
			first += " and others"
		}
		if count > 0 {
			warnings = append(warnings, atRead(object, read, "input.request.body is null on route "+first+": "+bodyAdvice))
		}
	}
	return warnings
}
