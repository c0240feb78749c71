package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/devtoken"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/standalone"
)

// upGreeting tells a new user where everything is and what to try.
func upGreeting(a standalone.Addresses, dir string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `
Meshwarden is up.

  gateway      %s
  Envoy admin  %s
  admin        %s  (/status /metrics /readyz /shadow)
  control      xds %s, extauthz %s
`, a.Gateway, a.EnvoyAdmin, a.Admin, a.XDS, a.Extauthz)
	if a.AdminAPI != "" {
		fmt.Fprintf(&b, "  admin API    %s\n", a.AdminAPI)
	}
	snapshot, _ := config.NewLoader(dir).Load()
	b.WriteString(upExamples(a.Gateway, snapshot, time.Now()))
	fmt.Fprintf(&b, "\nEdit the files below %s: changes are live at once. Interrupt to stop.\n", dir)
	return b.String()
}

// upExamples are curl lines for the first tenant with a development key; empty when there is none.
func upExamples(gateway string, snapshot *config.Snapshot, now time.Time) string {
	names := slices.Sorted(maps.Keys(snapshot.Tenants))
	for i, name := range names {
		t := snapshot.Tenants[name]
		viewer, err := devtoken.Sign(t, devtoken.Request{Subject: "vera", Roles: []string{"viewer"}, Lifetime: time.Hour}, now)
		if err != nil {
			continue
		}
		editor, err := devtoken.Sign(t, devtoken.Request{Subject: "ed", Roles: []string{"editor"}, Lifetime: time.Hour}, now)
		if err != nil {
			continue
		}
		var b strings.Builder
		fmt.Fprintf(&b, "\nTry, with tokens that live for an hour:\n\n  GATEWAY=%s\n  VIEWER=%s\n  EDITOR=%s\n\n", gateway, viewer, editor)
		line := func(host, role, rest, what string) {
			fmt.Fprintf(&b, "  curl -i -H 'Host: %s'%s $GATEWAY%s   # %s\n", host, role, rest, what)
		}
		const asViewer, asEditor = ` -H "Authorization: Bearer $VIEWER"`, ` -H "Authorization: Bearer $EDITOR"`
		host := t.Spec.Hosts[0]
		line(host, "", "/", "401: no credential")
		line(host, asViewer, "/things", "200: and what the upstream saw")
		line(host, asViewer+" -X POST", "/things", "403: a viewer may not write")
		line(host, asEditor+` --json '{"card":"4111 1111 1111 1111"}'`, "/echo", "200: redacted in the answer")
		line(host, asEditor+` --json '{"q":"1\u0027 UNION SELECT password FROM users -- "}'`, "/things", "403: blocked before the upstream")
		if other := otherTenant(snapshot, names, i); other != nil {
			line(other.Spec.Hosts[0], asViewer, "/", "403: a token of another tenant")
		}
		return b.String()
	}
	return ""
}

func otherTenant(snapshot *config.Snapshot, names []string, not int) *plane.Tenant {
	for i, name := range names {
		if i != not {
			return snapshot.Tenants[name]
		}
	}
	return nil
}
