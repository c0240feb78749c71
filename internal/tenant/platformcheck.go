package tenant

import (
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strings"
)

// Finding types that a scan policy may name: those of internal/scan, which this package must not import (a
// test in internal/config compares them). Personal data and secrets can be replaced, and so can what a policy declares, though
// a token would be the term in a small code; attacks can not: a body without its injection would be another request.
var (
	valueTypes = []string{
		"ADDRESS", "BANK_ACCOUNT", "BIC", "BIOMETRIC", "CARD", "CARD_TRACK", "CRYPTO_WALLET", "CVV", "DEA", "DOB",
		"DRIVER_LICENSE", "EMAIL", "HEALTH_PLAN", "IBAN", "ICCID", "IMEI", "IP", "ITIN", "JWT", "LICENSE_PLATE",
		"MAC", "MRN", "NAME", "NATIONAL_ID", "NPI", "PASSPORT", "PHONE", "POSTCODE", "PRIVATE_KEY", "ROUTING",
		"SECRET", "SSN", "URL", "VIN",
	}
	attackTypes = []string{
		"command_injection", "crlf", "deserialization", "ldap_injection", "log4shell", "nosqli", "path_traversal", "prompt_injection",
		"shellshock", "sqli", "ssrf", "ssti", "xpath_injection", "xss", "xxe",
	}
	declaredTypes = []string{"canary", "prohibited_term"}
)

// FindingTypes returns the names that a scan policy may give an action, without "default"; the caller owns
// the slice.
func FindingTypes() []string {
	others := slices.Concat(attackTypes, declaredTypes)
	slices.Sort(others)
	return slices.Concat(valueTypes, others)
}

// actionsOf are what may be done about findings of a type.
func actionsOf(finding string) []string {
	switch {
	case slices.Contains(valueTypes, finding):
		return []string{"block", "redact", "mask", "tokenize", "log", "pass"}
	case slices.Contains(declaredTypes, finding):
		return []string{"block", "redact", "mask", "log", "pass"}
	}
	return []string{"block", "log", "pass"}
}

// otherTypes is the key of the action for types that are not named.
const otherTypes = "default"

// Default fills the fields that are left out. It is idempotent.
func (p *ScanPolicy) Default() {
	setDefaults(reflect.ValueOf(&p.Spec).Elem())
	for _, direction := range []*ScanDirection{&p.Spec.Request, &p.Spec.Response} {
		if _, ok := direction.Actions[otherTypes]; ok {
			continue
		}
		if direction.Actions == nil {
			direction.Actions = map[string]string{}
		}
		direction.Actions[otherTypes] = "log"
	}
}

// Validate returns everything that is wrong with a defaulted scan policy.
func (p *ScanPolicy) Validate() []Problem {
	var c checker
	c.header(KindScanPolicy, p.APIVersion, p.Kind, p.Metadata)
	c.fields("spec", reflect.ValueOf(p.Spec))
	c.actions("spec.request.actions", p.Spec.Request.Actions, p.Spec.TokenizeKeyFile != "")
	c.actions("spec.response.actions", p.Spec.Response.Actions, p.Spec.TokenizeKeyFile != "")
	c.allow("spec.request.allow", p.Spec.Request.Allow)
	c.allow("spec.response.allow", p.Spec.Response.Allow)
	return c.problems
}

func (c *checker) actions(path string, actions map[string]string, keyed bool) {
	for _, finding := range sorted(actions) {
		at, action := path+"."+finding, actions[finding]
		if finding != otherTypes && !slices.Contains(FindingTypes(), finding) {
			c.add(at, "%q is not a finding type: must be %s", finding, alternatives(append(FindingTypes(), otherTypes)))
			continue
		}
		switch allowed := actionsOf(finding); {
		case slices.Contains(allowed, action):
		case slices.Contains(actionsOf(valueTypes[0]), action):
			c.add(at, "%s is not for %s: must be %s", action, finding, alternatives(allowed))
		default:
			c.oneOf(at, action, allowed)
		}
		if action == "tokenize" && !keyed {
			c.add(at, "tokenize needs spec.tokenize_key_file")
		}
	}
}

// Default fills the fields that are left out. It is idempotent.
func (u *Upstream) Default() { setDefaults(reflect.ValueOf(&u.Spec).Elem()) }

// Validate returns everything that is wrong with a defaulted upstream.
func (u *Upstream) Validate() []Problem {
	var c checker
	c.header(KindUpstream, u.APIVersion, u.Kind, u.Metadata)
	c.fields("spec", reflect.ValueOf(u.Spec))
	switch {
	case len(u.Spec.Endpoints) == 0 && u.Spec.Builtin == "":
		c.add("spec", "needs endpoints or builtin")
	case len(u.Spec.Endpoints) > 0 && u.Spec.Builtin != "":
		c.add("spec.builtin", "stands beside endpoints: exactly one of them is allowed")
	}
	c.each("spec.endpoints", u.Spec.Endpoints, isEndpoint, "host:port with a DNS name or IP address (IPv6 in brackets) and a port from 1 to 65535")
	return c.problems
}

func isEndpoint(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil || !isPort(port) || port == "0" {
		return false
	}
	_, err = netip.ParseAddr(host)
	return err == nil || isHost(strings.ToLower(host))
}

// Default fills the fields that are left out. It is idempotent.
func (g *Gateway) Default() { setDefaults(reflect.ValueOf(&g.Spec).Elem()) }

// Validate returns everything that is wrong with a defaulted gateway.
func (g *Gateway) Validate() []Problem {
	var c checker
	c.header(KindGateway, g.APIVersion, g.Kind, g.Metadata)
	c.fields("spec", reflect.ValueOf(g.Spec))
	names, addresses := map[string]bool{}, map[string]bool{}
	for i, l := range g.Spec.Listeners {
		path := fmt.Sprintf("spec.listeners[%d]", i)
		c.name(path+".name", l.Name)
		if names[l.Name] && l.Name != "" {
			c.add(path+".name", "%q names two listeners", l.Name)
		}
		names[l.Name] = true
		c.address(path+".address", l.Address, addresses)
		c.listenerTLS(path+".tls", l.TLS)
	}
	c.each("spec.trusted_proxies", g.Spec.TrustedProxies, func(s string) bool { return isSPIFFE(s) || isHost(s) }, "a SPIFFE id or a DNS name")
	return c.problems
}

func (c *checker) listenerTLS(path string, t *ListenerTLS) {
	if t == nil {
		return
	}
	for field, file := range map[string]string{"cert_file": t.CertFile, "key_file": t.KeyFile, "client_ca_file": t.ClientCAFile} {
		if file != "" && (!strings.HasPrefix(file, "/") || !isText(file)) {
			c.add(path+"."+field, "%q is not an absolute path", file)
		}
	}
	if t.RequireClientCertificate && t.ClientCAFile == "" {
		c.add(path+".require_client_certificate", "needs client_ca_file, which says whose certificates are good")
	}
}

// address checks what Envoy can bind: it resolves no names for listeners.
func (c *checker) address(path, address string, taken map[string]bool) {
	if address == "" {
		return
	}
	host, port, err := net.SplitHostPort(address)
	ip, ipErr := netip.ParseAddr(host)
	if err != nil || ipErr != nil || ip.Zone() != "" || !isPort(port) {
		c.add(path, "%q is not IP:port, such as 0.0.0.0:8080 or [::]:8080", address)
		return
	}
	if taken[address] && port != "0" {
		c.add(path, "%q is another listener's too", address)
	}
	taken[address] = true
}
