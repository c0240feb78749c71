package main

import (
	"fmt"
	"strings"

	"github.com/meshwarden/meshwarden/standalone"
)

// upGreeting tells a new user where everything is and what to try.
func upGreeting(a standalone.Addresses, dir string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nMeshwarden is up.\n\n  gateway      %s\n  Envoy admin  %s\n  admin        %s  (/status /metrics /readyz)\n  control      xds %s, extauthz %s\n", a.Gateway, a.EnvoyAdmin, a.Admin, a.XDS, a.Extauthz)
	fmt.Fprintf(&b, "\nEdit the files below %s: changes are live at once. Interrupt to stop.\n", dir)
	return b.String()
}
