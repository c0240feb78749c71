// Package transport turns the TLS flags shared by all servers and clients into TLS configurations,
// and refuses plaintext off loopback unless it was asked for.
package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
)

// Options are the flags --tls-cert, --tls-key, --tls-client-ca and --insecure.
type Options struct {
	// CertFile and KeyFile are PEM files of this side's certificate.
	CertFile, KeyFile string
	// CAFile verifies the other side: client certificates on a server, the server's on a client. All three are
	// read again at each handshake, so that rotation needs no restart; a handshake fails while they are unusable.
	CAFile string
	// Insecure permits plaintext on addresses other than loopback.
	Insecure bool
}

// Enabled reports whether any TLS file is set.
func (o Options) Enabled() bool { return o.CertFile != "" || o.KeyFile != "" || o.CAFile != "" }

// Server returns the TLS configuration for a listener on address, or nil for plaintext, which is
// only allowed on loopback or with Insecure. With TLS, client certificates are always required. What the
// caller sets in it before the first connection (NextProtos) holds for all.
func (o Options) Server(address string) (*tls.Config, error) {
	if !o.Enabled() {
		if o.Insecure || loopback(address) {
			return nil, nil
		}
		return nil, fmt.Errorf("%s is not a loopback address: set --tls-cert, --tls-key and --tls-client-ca, or --insecure", address)
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	config := &tls.Config{
		MinVersion: tls.VersionTLS12,
		ClientAuth: tls.RequireAndVerifyClientCert,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return o.pair()
		},
	}
	config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		pool, err := o.Authorities()
		if err != nil {
			return nil, err
		}
		current := config.Clone()
		current.ClientCAs = pool
		return current, nil
	}
	return config, nil
}

// Client returns the TLS configuration to dial address with, or nil for plaintext, under the same rule. It is
// for that address alone: the server's certificate must name its host.
func (o Options) Client(address string) (*tls.Config, error) {
	if !o.Enabled() {
		if o.Insecure || loopback(address) {
			return nil, nil
		}
		return nil, fmt.Errorf("%s is not a loopback address: set the TLS files, or --insecure", address)
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("address of the other side: %w", err)
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return o.pair()
		},
		// The library's own verification would use one pool of authorities for ever; verify does all that it does
		// (RATIONALE.md).
		InsecureSkipVerify: true,
		VerifyConnection:   func(state tls.ConnectionState) error { return o.verify(host, state) },
	}, nil
}

// verify checks the server's chain against the CA file as it is now, and that its certificate names host.
func (o Options) verify(host string, state tls.ConnectionState) error {
	pool, err := o.Authorities()
	if err != nil {
		return err
	}
	intermediates := x509.NewCertPool()
	for _, certificate := range state.PeerCertificates[1:] {
		intermediates.AddCert(certificate)
	}
	// Without KeyUsages it must be a server's.
	_, err = state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: pool, Intermediates: intermediates, DNSName: host})
	return err
}

// Certifies reports whether a certificate is for a role: its common name, a DNS name or a segment of a URI's path is
// the role, alone or followed by "-" or ".".
func Certifies(certificate *x509.Certificate, role string) bool {
	names := append([]string{certificate.Subject.CommonName}, certificate.DNSNames...)
	for _, uri := range certificate.URIs {
		names = append(names, strings.Split(uri.Path, "/")...)
	}
	for _, name := range names {
		if rest, ok := strings.CutPrefix(name, role); ok && (rest == "" || rest[0] == '-' || rest[0] == '.') {
			return true
		}
	}
	return false
}

// check refuses at the start what no handshake could use.
func (o Options) check() error {
	if o.CertFile == "" || o.KeyFile == "" || o.CAFile == "" {
		return errors.New("--tls-cert, --tls-key and --tls-client-ca go together")
	}
	if _, err := o.pair(); err != nil {
		return err
	}
	_, err := o.Authorities()
	return err
}

// Authorities reads the CA file as it is now.
func (o Options) Authorities() (*x509.CertPool, error) {
	pem, err := os.ReadFile(o.CAFile)
	if err != nil {
		return nil, fmt.Errorf("read CA file: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no PEM certificate", o.CAFile)
	}
	return pool, nil
}

func (o Options) pair() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(o.CertFile, o.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("load TLS certificate: %w", err)
	}
	return &pair, nil
}

func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
