// Package threats holds lists of addresses, hosts and principals that others found to be hostile, and reads them again
// from files and URIs. It knows nothing of what a match means.
package threats

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"github.com/meshwarden/meshwarden/extauthz/internal/networks"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Bounds of one list.
const (
	maxBytes   = 16 << 20
	maxEntries = 250_000
	maxLine    = 1024
)

// list is one compiled list, immutable.
type list struct {
	networks   networks.Set
	hosts      map[string]bool
	principals map[string]bool
	entries    int
}

// parse reads a list: an entry a line, of which the first word counts, up to white space, a comma or a semicolon. An entry is
// an address, a network, a host name (whose subdomains are meant too), or principal:TENANT/SUBJECT, behind which a comment begins
// with # or ; after white space, since subjects may hold spaces and commas. Lines that begin with # or ; are comments. Any line that is none of it refuses the list: half a list would look like a whole one.
func parse(r io.Reader) (*list, error) {
	l := &list{hosts: map[string]bool{}, principals: map[string]bool{}}
	var prefixes []netip.Prefix
	scanner := bufio.NewScanner(io.LimitReader(r, maxBytes+1))
	scanner.Buffer(nil, maxLine)
	size := 0
	for n := 1; scanner.Scan(); n++ {
		text := strings.TrimSpace(scanner.Text())
		if size += len(scanner.Bytes()) + 1; size > maxBytes {
			return nil, fmt.Errorf("more than %d bytes", maxBytes)
		}
		if text == "" || text[0] == '#' || text[0] == ';' {
			continue
		}
		if l.entries++; l.entries > maxEntries {
			return nil, fmt.Errorf("more than %d entries", maxEntries)
		}
		if principal, ok := strings.CutPrefix(text, "principal:"); ok {
			principal = uncommented(principal)
			if tenantName, subject, _ := strings.Cut(principal, "/"); tenantName == "" || subject == "" {
				return nil, fmt.Errorf("line %d: a principal is TENANT/SUBJECT", n)
			}
			l.principals[principal] = true
			continue
		}
		if end := strings.IndexAny(text, " \t,;"); end >= 0 {
			text = text[:end]
		}
		if prefix, ok := network(text); ok {
			prefixes = append(prefixes, prefix)
		} else if host := strings.ToLower(strings.TrimSuffix(text, ".")); strings.Contains(host, ".") && tenant.IsHostName(host) {
			l.hosts[host] = true
		} else {
			return nil, fmt.Errorf("line %d is not an address, a network, a host name or a principal", n)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, err
	}
	l.networks = networks.New(prefixes)
	return l, nil
}

// uncommented cuts off what follows white space and # or ;.
func uncommented(text string) string {
	for i := 1; i < len(text); i++ {
		if (text[i] == '#' || text[i] == ';') && (text[i-1] == ' ' || text[i-1] == '\t') {
			return strings.TrimRight(text[:i], " \t")
		}
	}
	return text
}

// network is looser than what tenants write: feeds have host bits.
func network(text string) (netip.Prefix, bool) {
	if address, err := netip.ParseAddr(text); err == nil && address.Zone() == "" {
		address = address.Unmap()
		return netip.PrefixFrom(address, address.BitLen()), true
	}
	prefix, err := netip.ParsePrefix(text)
	return prefix.Masked(), err == nil && !prefix.Addr().Is4In6()
}

func (l *list) holds(address netip.Addr, host, principal string) bool {
	if l.networks.Contains(address) || principal != "" && l.principals[principal] {
		return true
	}
	for host != "" && len(l.hosts) > 0 {
		if l.hosts[host] {
			return true
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return false
}
