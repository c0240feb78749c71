// Package fetch gets small documents from URLs that a tenant has chosen. It reaches public addresses only, and
// others that the platform allows; it knows nothing of what the documents mean.
package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Bounds of one fetch.
const (
	// Timeout is for all of it: name, connection, TLS, header and body.
	Timeout   = 5 * time.Second
	maxHeader = 64 << 10
)

// Client fetches. It is safe for concurrent use; no connection outlives a fetch.
type Client struct {
	allow []netip.Prefix
}

// NewClient returns a Client that reaches public addresses and those in allow. IPv4 prefixes hold for the
// IPv4-mapped addresses too.
func NewClient(allow []netip.Prefix) *Client {
	c := &Client{allow: make([]netip.Prefix, len(allow))}
	for i, p := range allow {
		c.allow[i] = p.Masked()
	}
	return c
}

// Request says what to fetch.
type Request struct {
	// URL is https, or http with a loopback host.
	URL string
	// CA holds the PEM certificates that the server's must be signed by; empty for the system's.
	CA string
	// MaxBytes bounds the document; a longer one is an error.
	MaxBytes int
}

// Response is a document.
type Response struct {
	Body []byte
	// MaxAge is how long it is fresh by its Cache-Control (RFC 9111), zero for one that must be asked for again,
	// and negative when it does not say.
	MaxAge time.Duration
}

// Get fetches a document, whose status must be 200. Redirects are refused: the URL that was checked is the one
// that is read. Errors hold neither the query of the URL nor anything of the document.
func (c *Client) Get(ctx context.Context, r Request) (Response, error) {
	target, err := parse(r.URL)
	if err != nil {
		return Response{}, err
	}
	transport, err := c.transport(r.CA, target.Scheme == "http")
	if err != nil {
		return Response{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return Response{}, errors.New("not a URL")
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "meshwarden")
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return Response{}, fmt.Errorf("%s: %w", target.Host, err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return Response{}, refusedStatus(target, answer)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, int64(r.MaxBytes)+1))
	if err != nil {
		return Response{}, fmt.Errorf("%s: read the answer: %w", target.Host, err)
	}
	if len(body) > r.MaxBytes {
		return Response{}, fmt.Errorf("%s: the answer is longer than %d bytes", target.Host, r.MaxBytes)
	}
	return Response{Body: body, MaxAge: maxAge(answer.Header)}, nil
}

func refusedStatus(target *url.URL, answer *http.Response) error {
	if location, err := answer.Location(); err == nil {
		return fmt.Errorf("%s: answered %d, a redirect to %s; redirects are not followed, so name the final URL", target.Host, answer.StatusCode, location.Host)
	}
	return fmt.Errorf("%s: answered %d", target.Host, answer.StatusCode)
}

// parse refuses what may not be fetched whatever its address is.
func parse(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Opaque != "", u.Hostname() == "":
		return nil, errors.New("not a URL")
	case u.User != nil:
		return nil, errors.New("a URL with a user name or password is not fetched")
	case u.Scheme == "https", u.Scheme == "http" && loopbackHost(u.Hostname()):
		u.Fragment, u.RawFragment = "", ""
		return u, nil
	}
	return nil, errors.New("only https is fetched, and http from a loopback host")
}

func loopbackHost(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.Unmap().IsLoopback()
}

// transport is for one fetch: documents are fetched minutes apart, and an idle connection would be a server's
// hold on us.
func (c *Client) transport(ca string, plain bool) (*http.Transport, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if ca != "" {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM([]byte(ca)) {
			return nil, errors.New("the CA holds no certificate")
		}
	}
	// The address is checked when it is known, after the name was resolved: a name that leads elsewhere the
	// second time gains nothing.
	dialer := &net.Dialer{ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		return c.check(address, plain)
	}}
	return &http.Transport{
		DialContext: dialer.DialContext, TLSClientConfig: config, DisableKeepAlives: true, DisableCompression: true,
		MaxResponseHeaderBytes: maxHeader,
	}, nil
}

func (c *Client) check(address string, plain bool) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("address %q is not checked", address)
	}
	ip := target.Addr().Unmap()
	if plain && !ip.IsLoopback() {
		return fmt.Errorf("%s is not loopback, where alone http is allowed", ip)
	}
	if c.allowed(ip) || public(ip) {
		return nil
	}
	return fmt.Errorf("%s is not a public address, and the platform does not allow it (--fetch-allow)", ip)
}

func (c *Client) allowed(ip netip.Addr) bool {
	for _, p := range c.allow {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// maxAge reads Cache-Control and Age. Of contradicting directives the strictest counts.
func maxAge(header http.Header) time.Duration {
	age := time.Duration(-1)
	for _, line := range header.Values("Cache-Control") {
		for directive := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
			switch strings.ToLower(name) {
			case "no-store", "no-cache":
				return 0
			case "max-age":
				if d, ok := seconds(value); ok && (age < 0 || d < age) {
					age = d
				}
			}
		}
	}
	if held, ok := seconds(header.Get("Age")); ok && age > 0 {
		age = max(0, age-held)
	}
	return age
}

// seconds reads delta-seconds of RFC 9111 section 1.2.2; more than a year counts as a year.
func seconds(text string) (time.Duration, bool) {
	const year = 365 * 24 * 3600
	n, err := strconv.ParseUint(strings.Trim(text, `"`), 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	return time.Duration(min(n, year)) * time.Second, true
}
