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
)

// Options are the flags --tls-cert, --tls-key, --tls-client-ca and --insecure.
type Options struct {
	// CertFile and KeyFile are PEM files, read again at each handshake so that rotation needs no restart.
	CertFile, KeyFile string
	// CAFile verifies the other side: client certificates on a server, the server's on a client.
	CAFile string
	// Insecure permits plaintext on addresses other than loopback.
	Insecure bool
}

// Enabled reports whether any TLS file is set.
func (o Options) Enabled() bool { return o.CertFile != "" || o.KeyFile != "" || o.CAFile != "" }

// Server returns the TLS configuration for a listener on address, or nil for plaintext, which is
// only allowed on loopback or with Insecure. With TLS, client certificates are always required.
func (o Options) Server(address string) (*tls.Config, error) {
	if !o.Enabled() {
		if o.Insecure || loopback(address) {
			return nil, nil
		}
		return nil, fmt.Errorf("%s is not a loopback address: set --tls-cert, --tls-key and --tls-client-ca, or --insecure", address)
	}
	pool, err := o.complete()
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		ClientAuth: tls.RequireAndVerifyClientCert,
		ClientCAs:  pool,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return o.pair()
		},
	}, nil
}

// Client returns the TLS configuration to dial with, or nil for plaintext, under the same rule.
func (o Options) Client(address string) (*tls.Config, error) {
	if !o.Enabled() {
		if o.Insecure || loopback(address) {
			return nil, nil
		}
		return nil, fmt.Errorf("%s is not a loopback address: set the TLS files, or --insecure", address)
	}
	pool, err := o.complete()
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		RootCAs:    pool,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return o.pair()
		},
	}, nil
}

func (o Options) complete() (*x509.CertPool, error) {
	if o.CertFile == "" || o.KeyFile == "" || o.CAFile == "" {
		return nil, errors.New("--tls-cert, --tls-key and --tls-client-ca go together")
	}
	if _, err := o.pair(); err != nil {
		return nil, err
	}
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
