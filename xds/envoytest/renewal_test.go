package envoytest_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/meshwarden/meshwarden/internal/tenant"
	"github.com/meshwarden/meshwarden/internal/tlstest"
	"github.com/meshwarden/meshwarden/xds/internal/adstest"
)

// put replaces a file as certbot and Kubernetes do: by moving another to its place.
func (p *pki) put(name, kind string, ders ...[]byte) {
	p.t.Helper()
	var b bytes.Buffer
	for _, der := range ders {
		_ = pem.Encode(&b, &pem.Block{Type: kind, Bytes: der}) // bytes.Buffer: never an error
	}
	path := filepath.Join(p.dir, name)
	if err := os.WriteFile(path+".new", b.Bytes(), 0o600); err != nil {
		p.t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		p.t.Fatal(err)
	}
}

// renew gives the listener another certificate, and returns its serial number.
func (p *pki) renew(host string) string {
	p.t.Helper()
	key, certificate := p.issue(&x509.Certificate{DNSNames: []string{host}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, p.root)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		p.t.Fatal(err)
	}
	p.put("server.key", "PRIVATE KEY", der)
	p.put("server.pem", "CERTIFICATE", certificate.Raw)
	return certificate.SerialNumber.String()
}

// served is the serial number of the certificate that a new connection is shown.
func served(t *testing.T, address string, config *tls.Config) string {
	t.Helper()
	connection, err := tls.Dial("tcp", address, config)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = connection.Close() }()
	return connection.ConnectionState().PeerCertificates[0].SerialNumber.String()
}

// anew calls on a new connection.
func (m *mesh) anew(client *http.Client) bool {
	client.CloseIdleConnections()
	return m.call(client) != nil
}

func TestAListenerServesRenewedCertificatesWithoutARestart(t *testing.T) {
	t.Parallel()
	m, p := secured(t, func(*tenant.GatewaySpec) {})
	web := p.client("spiffe://corp/web")
	adstest.Eventually(t, "TLS is served", func() bool { return m.call(web) != nil })
	config := web.Transport.(*http.Transport).TLSClientConfig

	second := p.renew("acme.example.com")
	adstest.Eventually(t, "the renewed certificate is served", func() bool { return served(t, m.gateway, config) == second })
	// Half a renewal, and one that is none: what was good stays.
	p.put("server.pem", "CERTIFICATE", []byte("nothing"))
	for range 20 {
		if got := served(t, m.gateway, config); got != second || !m.anew(web) {
			t.Fatalf("%s is served after a broken renewal, want %s", got, second)
		}
	}
	third := p.renew("acme.example.com")
	adstest.Eventually(t, "the certificate after a broken one is served", func() bool { return served(t, m.gateway, config) == third })
}

// Kubernetes mounts a secret as links through one link to a directory, and renews it by replacing that link.
func TestAListenerServesASecretThatKubernetesRenewed(t *testing.T) {
	t.Parallel()
	m, p := newMesh(t), newPKI(t)
	mount := t.TempDir()
	swap := func(version string) string {
		if err := os.Mkdir(filepath.Join(mount, version), 0o700); err != nil {
			t.Fatal(err)
		}
		own := *p
		own.dir = filepath.Join(mount, version)
		serial := own.renew("acme.example.com")
		if err := os.Symlink(version, filepath.Join(mount, "..data_tmp")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(mount, "..data_tmp"), filepath.Join(mount, "..data")); err != nil {
			t.Fatal(err)
		}
		return serial
	}
	first := swap("..1")
	for _, name := range []string{"server.pem", "server.key"} {
		if err := os.Symlink(filepath.Join("..data", name), filepath.Join(mount, name)); err != nil {
			t.Fatal(err)
		}
	}
	snapshot := m.snapshot(tenantOf("acme", "acme.example.com"))
	snapshot.Gateway.Listeners[0].TLS = &tenant.ListenerTLS{CertFile: filepath.Join(mount, "server.pem"), KeyFile: filepath.Join(mount, "server.key")}
	m.apply(snapshot)
	m.startEnvoy()
	config := p.client("").Transport.(*http.Transport).TLSClientConfig
	adstest.Eventually(t, "the certificate is served", func() bool { return served(t, m.gateway, config) == first })
	second := swap("..2")
	adstest.Eventually(t, "the renewed one is served", func() bool { return served(t, m.gateway, config) == second })
}

func TestAListenersClientsMayComeFromANewAuthorityWithoutARestart(t *testing.T) {
	t.Parallel()
	m, p := secured(t, func(g *tenant.GatewaySpec) { g.Listeners[0].TLS.RequireClientCertificate = true })
	web, next := p.client("spiffe://corp/web"), newPKI(t)
	late := next.client("spiffe://corp/late")
	late.Transport.(*http.Transport).TLSClientConfig.RootCAs = web.Transport.(*http.Transport).TLSClientConfig.RootCAs
	adstest.Eventually(t, "TLS is served", func() bool { return m.call(web) != nil })
	if m.anew(late) {
		t.Fatal("a client of an unknown authority came through")
	}
	p.put("ca.pem", "CERTIFICATE", p.root.Raw, next.root.Raw)
	adstest.Eventually(t, "the new authority's client comes through", func() bool { return m.anew(late) })
	if !m.anew(web) {
		t.Error("the old authority's client does not, while both are in the file")
	}
	p.put("ca.pem", "CERTIFICATE", next.root.Raw)
	adstest.Eventually(t, "the old authority's client is refused", func() bool { return !m.anew(web) })
	if !m.anew(late) {
		t.Error("so is the new one's")
	}
}

// hanging is a listener whose connections can be closed under their owners.
type hanging struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
}

func (h *hanging) Accept() (net.Conn, error) {
	connection, err := h.Listener.Accept()
	if err == nil {
		h.mu.Lock()
		h.conns = append(h.conns, connection)
		h.mu.Unlock()
	}
	return connection, err
}

func (h *hanging) hangUp() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, connection := range h.conns {
		_ = connection.Close()
	}
	h.conns = nil
}

func TestAServerOfOursRenewsItsCertificateUnderARunningEnvoy(t *testing.T) {
	t.Parallel()
	authority := tlstest.NewAuthority(t)
	m := meshWith(t, authority)
	m.apply(m.snapshot(tenantOf("acme", "acme.example.com")))
	m.startEnvoy()
	m.await("acme.example.com", "/api", http.StatusOK)
	config, err := authority.Issue(t, "envoy-2").Client(m.authz.address)
	if err != nil {
		t.Fatal(err)
	}
	first := served(t, m.authz.address, config)
	authority.Issue(t, "extauthz-1") // in the files that the server reads
	second := served(t, m.authz.address, config)
	if first == second || len(second) < 10 {
		t.Fatalf("%s is served, then %s", first, second)
	}
	before, _ := m.authz.asked()
	m.authz.listener.hangUp()
	m.await("acme.example.com", "/api", http.StatusOK)
	if after, _ := m.authz.asked(); after == before {
		t.Error("Envoy did not come back")
	}
}
