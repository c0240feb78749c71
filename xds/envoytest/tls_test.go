package envoytest_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"

	"github.com/meshwarden/meshwarden/internal/tenant"
	"github.com/meshwarden/meshwarden/xds/internal/adstest"
)

// pki issues certificates by URI; it is made for one test.
type pki struct {
	t    *testing.T
	dir  string
	key  *ecdsa.PrivateKey
	root *x509.Certificate
}

func newPKI(t *testing.T) *pki {
	t.Helper()
	p := &pki{t: t, dir: t.TempDir()}
	p.key, p.root = p.issue(&x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, nil)
	p.write("ca.pem", "CERTIFICATE", p.root.Raw)
	return p
}

func (p *pki) issue(c *x509.Certificate, parent *x509.Certificate) (*ecdsa.PrivateKey, *x509.Certificate) {
	p.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		p.t.Fatal(err)
	}
	// Names of their own: a certificate that is named as its issuer counts as self-signed.
	serial := big.NewInt(time.Now().UnixNano())
	c.SerialNumber, c.Subject = serial, pkix.Name{CommonName: serial.String()}
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	signer := p.key
	if parent == nil {
		parent, signer = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		p.t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		p.t.Fatal(err)
	}
	return key, made
}

func (p *pki) write(name, kind string, der []byte) string {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// server makes the files of a listener.
func (p *pki) server(host string) *tenant.ListenerTLS {
	p.t.Helper()
	key, certificate := p.issue(&x509.Certificate{DNSNames: []string{host}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, p.root)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		p.t.Fatal(err)
	}
	return &tenant.ListenerTLS{
		CertFile: p.write("server.pem", "CERTIFICATE", certificate.Raw), KeyFile: p.write("server.key", "PRIVATE KEY", der),
		ClientCAFile: filepath.Join(p.dir, "ca.pem"),
	}
}

// client speaks to the gateway with a certificate of the name, or without one.
func (p *pki) client(name string) *http.Client {
	p.t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(p.root)
	config := &tls.Config{RootCAs: roots, ServerName: "acme.example.com", MinVersion: tls.VersionTLS12}
	if name != "" {
		uri, err := url.Parse(name)
		if err != nil {
			p.t.Fatal(err)
		}
		key, certificate := p.issue(&x509.Certificate{URIs: []*url.URL{uri}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}, p.root)
		// Shown whatever authorities the server asks for.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &tls.Certificate{Certificate: [][]byte{certificate.Raw}, PrivateKey: key}, nil
		}
	}
	transport := &http.Transport{TLSClientConfig: config}
	p.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// call sends one request and returns what authorization was asked; nil when the request did not come so far.
func (m *mesh) call(client *http.Client, forwarded ...string) *auth.CheckRequest {
	m.t.Helper()
	request, err := http.NewRequestWithContext(m.t.Context(), http.MethodGet, "https://"+m.gateway+"/api", nil)
	if err != nil {
		m.t.Fatal(err)
	}
	request.Host = "acme.example.com"
	for _, value := range forwarded {
		request.Header.Add("x-forwarded-client-cert", value)
	}
	before, _ := m.authz.asked()
	response, err := client.Do(request)
	if err != nil {
		return nil
	}
	_ = response.Body.Close()
	n, check := m.authz.asked()
	if n == before {
		return nil
	}
	return check
}

func forwardedCertificates(check *auth.CheckRequest) (values []string) {
	for _, h := range check.GetAttributes().GetRequest().GetHttp().GetHeaderMap().GetHeaders() {
		if h.GetKey() == "x-forwarded-client-cert" {
			values = append(values, string(h.GetRawValue()))
		}
	}
	return values
}

func secured(t *testing.T, change func(*tenant.GatewaySpec)) (*mesh, *pki) {
	t.Helper()
	m, p := newMesh(t), newPKI(t)
	snapshot := m.snapshot(tenantOf("acme", "acme.example.com"))
	snapshot.Gateway.Listeners[0].TLS = p.server("acme.example.com")
	change(&snapshot.Gateway)
	m.apply(snapshot)
	m.startEnvoy()
	return m, p
}

func TestAListenerTellsAuthorizationWhoseCertificateItVerified(t *testing.T) {
	t.Parallel()
	m, p := secured(t, func(*tenant.GatewaySpec) {})
	web := p.client("spiffe://corp/web")
	adstest.Eventually(t, "TLS is served", func() bool { return m.call(web) != nil })

	check := m.call(web, "URI=spiffe://corp/root")
	if got := check.GetAttributes().GetSource().GetPrincipal(); got != "spiffe://corp/web" {
		t.Errorf("principal %q", got)
	}
	if got := forwardedCertificates(check); len(got) != 1 || got[0] == "" || containsRoot(got[0]) {
		t.Errorf("forwarded %q", got)
	}
	check = m.call(p.client(""), "URI=spiffe://corp/root")
	if check.GetAttributes().GetSource().GetPrincipal() != "" || len(forwardedCertificates(check)) != 0 {
		t.Errorf("without a certificate: %v", check.GetAttributes().GetSource())
	}
	stranger := newPKI(t).client("spiffe://corp/web")
	stranger.Transport.(*http.Transport).TLSClientConfig.RootCAs = web.Transport.(*http.Transport).TLSClientConfig.RootCAs
	if check := m.call(stranger); check != nil {
		t.Errorf("a certificate of another authority came through as %q", check.GetAttributes().GetSource().GetPrincipal())
	}
	m.awaitAcked("sds", 2)
}

func containsRoot(s string) bool { return len(s) >= 4 && filepath.Base(s) == "root" }

func TestAListenerCanDemandCertificates(t *testing.T) {
	t.Parallel()
	m, p := secured(t, func(g *tenant.GatewaySpec) { g.Listeners[0].TLS.RequireClientCertificate = true })
	web := p.client("spiffe://corp/web")
	adstest.Eventually(t, "TLS is served", func() bool { return m.call(web) != nil })
	if m.call(p.client("")) != nil {
		t.Error("a client without a certificate came through")
	}
}

func TestWhatProxiesSayOfTheirClientsIsKeptWhereSomeAreTrusted(t *testing.T) {
	t.Parallel()
	m, p := secured(t, func(g *tenant.GatewaySpec) { g.TrustedProxies = []string{"spiffe://corp/edge", "spiffe://corp/inner"} })
	edge := p.client("spiffe://corp/edge")
	adstest.Eventually(t, "TLS is served", func() bool { return m.call(edge) != nil })
	check := m.call(edge, "URI=spiffe://corp/web")
	got := forwardedCertificates(check)
	if len(got) != 1 || check.GetAttributes().GetContextExtensions()["trusted_proxies"] != "spiffe://corp/edge,spiffe://corp/inner" {
		t.Fatalf("%q %v", got, check.GetAttributes().GetContextExtensions())
	}
	// The form that extauthz reads: Envoy's own element stands last.
	const prefix = "URI=spiffe://corp/web,"
	if len(got[0]) < len(prefix) || got[0][:len(prefix)] != prefix || filepath.Base(got[0]) != "edge" {
		t.Errorf("%q", got[0])
	}
	if got := forwardedCertificates(m.call(p.client(""), "URI=spiffe://corp/web")); len(got) != 0 {
		t.Errorf("without a certificate: %q", got)
	}
}
