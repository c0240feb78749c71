package transport_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/transport"
)

// authority signs certificates and writes them where the flags point.
type authority struct {
	t           *testing.T
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	file        string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, file: filepath.Join(t.TempDir(), "ca.crt")}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.key = newKey(t)
	a.certificate = a.sign(template, template, a.key, a.key)
	write(t, a.file, "CERTIFICATE", a.certificate.Raw)
	return a
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (a *authority) sign(template, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) *x509.Certificate {
	a.t.Helper()
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		a.t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(raw)
	if err != nil {
		a.t.Fatal(err)
	}
	return certificate
}

func write(t *testing.T, path, kind string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// issue writes a certificate with a serial number to the files of o, and makes them when they are unset.
func (a *authority) issue(o *transport.Options, serial int64) {
	a.t.Helper()
	if o.CertFile == "" {
		dir := a.t.TempDir()
		o.CertFile, o.KeyFile = filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	}
	key := newKey(a.t)
	certificate := a.sign(&x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "part"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, a.certificate, key, a.key)
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	write(a.t, o.CertFile, "CERTIFICATE", certificate.Raw)
	write(a.t, o.KeyFile, "PRIVATE KEY", raw)
}

func (a *authority) options() transport.Options {
	a.t.Helper()
	o := transport.Options{CAFile: a.file}
	a.issue(&o, 2)
	return o
}

// serve answers each connection with the serial number of the client's certificate.
func serve(t *testing.T, o transport.Options) string {
	t.Helper()
	config, err := o.Server("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() { _ = listener.Close(); <-ended })
	go func() {
		defer close(ended)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			c := conn.(*tls.Conn)
			if c.Handshake() == nil {
				_, _ = io.WriteString(c, c.ConnectionState().PeerCertificates[0].SerialNumber.String())
			}
			_ = c.Close()
		}
	}()
	return listener.Addr().String()
}

// ask returns the serial numbers of both sides' certificates as the other side sees them.
func ask(t *testing.T, address string, config *tls.Config) (server, client string, err error) {
	t.Helper()
	dialer := &tls.Dialer{NetDialer: &net.Dialer{Timeout: 10 * time.Second}, Config: config}
	conn, err := dialer.DialContext(t.Context(), "tcp", address)
	if err != nil {
		return "", "", err
	}
	defer func() { _ = conn.Close() }()
	// With TLS 1.3 a refused client certificate shows only here.
	answer, err := io.ReadAll(conn)
	return conn.(*tls.Conn).ConnectionState().PeerCertificates[0].SerialNumber.String(), string(answer), err
}

func client(t *testing.T, o transport.Options) *tls.Config {
	t.Helper()
	config, err := o.Client("127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func TestBothSidesShowCertificatesOfTheAuthority(t *testing.T) {
	t.Parallel()
	ours, theirs := newAuthority(t), newAuthority(t)
	good := ours.options()
	address := serve(t, ours.options())
	if _, _, err := ask(t, address, client(t, good)); err != nil {
		t.Errorf("of the same authority: %v", err)
	}
	foreign := theirs.options()
	wrongServer := good
	wrongServer.CAFile = theirs.file
	wrongClient := foreign
	wrongClient.CAFile = ours.file
	bare := client(t, good)
	bare.GetClientCertificate = nil
	old := client(t, good)
	old.MinVersion, old.MaxVersion = tls.VersionTLS11, tls.VersionTLS11
	for name, config := range map[string]*tls.Config{
		"a server of another authority": client(t, wrongServer),
		"a client of another authority": client(t, wrongClient),
		"a client without certificate":  bare,
		"TLS 1.1":                       old,
	} {
		if _, answer, err := ask(t, address, config); err == nil || answer != "" {
			t.Errorf("%s is accepted: %q", name, answer)
		}
	}
}

func TestRotatedFilesAreUsedWithoutARestart(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	serverSide, clientSide := a.options(), a.options()
	address, config := serve(t, serverSide), client(t, clientSide)
	for serial, want := range map[int64]string{7: "7", 8: "8"} {
		a.issue(&serverSide, serial)
		a.issue(&clientSide, serial+100)
		server, client, err := ask(t, address, config)
		if err != nil || server != want || client != "10"+want {
			t.Errorf("server %s, client %s, %v", server, client, err)
		}
	}
	if err := os.WriteFile(serverSide.CertFile, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ask(t, address, config); err == nil {
		t.Error("a broken certificate is served")
	}
	a.issue(&serverSide, 9)
	if server, _, err := ask(t, address, config); err != nil || server != "9" {
		t.Errorf("the server does not recover: %s, %v", server, err)
	}
}

func TestARotatedAuthorityIsUsedWithoutARestart(t *testing.T) {
	t.Parallel()
	old, next := newAuthority(t), newAuthority(t)
	serverSide, clientSide := old.options(), old.options()
	// Files of their own: each side is rotated at its own time.
	serverSide.CAFile, clientSide.CAFile = filepath.Join(t.TempDir(), "ca.crt"), filepath.Join(t.TempDir(), "ca.crt")
	trust := func(o transport.Options, authorities ...*authority) {
		t.Helper()
		var bundle []byte
		for _, a := range authorities {
			bundle = append(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})...)
		}
		if err := os.WriteFile(o.CAFile, bundle, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	trust(serverSide, old)
	trust(clientSide, old)
	address, config := serve(t, serverSide), client(t, clientSide)
	// A session that is resumed must not outlive the authority that vouched for it.
	config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	for _, step := range []struct {
		name string
		do   func()
		want bool
	}{
		{"the first authority", func() {}, true},
		{"the server trusts the new one only", func() { trust(serverSide, next) }, false},
		{"the client has a certificate of the new one", func() { next.issue(&clientSide, 3) }, true},
		{"the client trusts the new one only", func() { trust(clientSide, next) }, false},
		{"the server has a certificate of the new one", func() { next.issue(&serverSide, 4) }, true},
		{"the client's file is half written", func() { _ = os.WriteFile(clientSide.CAFile, []byte("half"), 0o600) }, false},
		{"and is whole again", func() { trust(clientSide, old, next) }, true},
		{"the server's file is gone", func() { _ = os.Remove(serverSide.CAFile) }, false},
	} {
		step.do()
		if _, answer, err := ask(t, address, config); (err == nil) != step.want || (answer != "") != step.want {
			t.Errorf("%s: %q, %v", step.name, answer, err)
		}
	}
}

func TestTheServerMustBeTheOneThatWasAskedFor(t *testing.T) {
	t.Parallel()
	o := newAuthority(t).options()
	address := serve(t, o)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	// Its certificate names 127.0.0.1.
	for host, want := range map[string]bool{"127.0.0.1": true, "localhost": false, "127.0.0.2": false} {
		config, err := o.Client(net.JoinHostPort(host, port))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := ask(t, address, config); (err == nil) != want {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestPlaintextIsForLoopbackUnlessAskedFor(t *testing.T) {
	t.Parallel()
	for address, allowed := range map[string]bool{
		"127.0.0.1:0": true, "127.8.8.8:1": true, "[::1]:1": true, "localhost:1": true,
		"0.0.0.0:1": false, "[::]:1": false, ":1": false, "10.0.0.1:1": false, "xds.example.com:1": false,
		"127.0.0.1.example.com:1": false, "localhost.example.com:1": false, "127.0.0.1": false, "": false,
	} {
		for side, of := range map[string]func(transport.Options) (*tls.Config, error){
			"server": func(o transport.Options) (*tls.Config, error) { return o.Server(address) },
			"client": func(o transport.Options) (*tls.Config, error) { return o.Client(address) },
		} {
			if config, err := of(transport.Options{}); config != nil || (err == nil) != allowed {
				t.Errorf("%s %q: %v", side, address, err)
			}
			if config, err := of(transport.Options{Insecure: true}); config != nil || err != nil {
				t.Errorf("%s %q, insecure: %v", side, address, err)
			}
		}
	}
}

func TestFilesThatCannotBeUsedAreRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	good := newAuthority(t).options()
	for name, tc := range map[string]struct {
		edit func(*transport.Options)
		want string
	}{
		"no key":           {func(o *transport.Options) { o.KeyFile = "" }, "go together"},
		"only a CA":        {func(o *transport.Options) { o.CertFile, o.KeyFile = "", "" }, "go together"},
		"no CA":            {func(o *transport.Options) { o.CAFile = "" }, "go together"},
		"missing":          {func(o *transport.Options) { o.CertFile = "missing" }, "load TLS certificate"},
		"a key of another": {func(o *transport.Options) { o.KeyFile = newAuthority(t).options().KeyFile }, "load TLS certificate"},
		"a missing CA":     {func(o *transport.Options) { o.CAFile = "missing" }, "read CA file"},
		"a key as CA":      {func(o *transport.Options) { o.CAFile = o.KeyFile }, "holds no PEM certificate"},
	} {
		o := good
		// Asking for plaintext does not weaken flags that are half given.
		o.Insecure = true
		tc.edit(&o)
		for side, of := range map[string]func(string) (*tls.Config, error){"server": o.Server, "client": o.Client} {
			if config, err := of("127.0.0.1:0"); config != nil || err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s, %s: %v", name, side, err)
			}
		}
	}
}
