package admin_test

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/admin"
	"github.com/meshwarden/meshwarden/internal/tlstest"
	"github.com/meshwarden/meshwarden/internal/transport"
)

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestATokenAndTheServersAuthorityAreEnough(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer the-token" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = w.Write([]byte(`{"revocations":[{"id":"x"}]}`))
	}))
	t.Cleanup(server.Close)
	ca := file(t, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	token := file(t, "token", "the-token\n")
	client, err := admin.NewClient(admin.Options{Server: server.URL, TokenFile: token, TLS: transport.Options{CAFile: ca}})
	if err != nil {
		t.Fatal(err)
	}
	if list, err := client.Revocations(t.Context(), "acme"); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	// Without the authority the server is nobody, and the token does not leave.
	if client, err = admin.NewClient(admin.Options{Server: server.URL, TokenFile: token}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Revocations(t.Context(), "acme"); err == nil || !strings.Contains(err.Error(), "unknown authority") {
		t.Error(err)
	}
	// Plain HTTP where TLS is spoken.
	if client, err = admin.NewClient(admin.Options{Server: "http" + strings.TrimPrefix(server.URL, "https"), TokenFile: token}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Revocations(t.Context(), "acme"); err == nil || !strings.Contains(err.Error(), "is it http or https?") {
		t.Error(err)
	}
}

func TestClientsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	pair := tlstest.NewAuthority(t).Issue(t, "admin")
	for name, tc := range map[string]struct {
		options admin.Options
		want    string
	}{
		"no server":              {admin.Options{}, "the server is http://"},
		"a path":                 {admin.Options{Server: "http://127.0.0.1:1/v1"}, "the server is http://"},
		"a password":             {admin.Options{Server: "http://a:b@127.0.0.1:1"}, "the server is http://"},
		"another scheme":         {admin.Options{Server: "ftp://127.0.0.1:1"}, "the server is http://"},
		"plaintext to elsewhere": {admin.Options{Server: "http://192.0.2.1:1"}, "is not a loopback address"},
		"no token":               {admin.Options{Server: "http://127.0.0.1:1", TokenFile: file(t, "token", "\n")}, "does not hold one line"},
		"two tokens":             {admin.Options{Server: "http://127.0.0.1:1", TokenFile: file(t, "token", "a\nb")}, "does not hold one line"},
		"no token file":          {admin.Options{Server: "http://127.0.0.1:1", TokenFile: "none"}, "admin token: open none"},
		"half a certificate":     {admin.Options{Server: "https://127.0.0.1:1", TLS: transport.Options{CertFile: pair.CertFile, CAFile: pair.CAFile}}, "--tls-ca go together"},
		"no authority":           {admin.Options{Server: "https://127.0.0.1:1", TLS: transport.Options{CertFile: pair.CertFile, KeyFile: pair.KeyFile}}, "--tls-ca go together"},
		"an empty authority":     {admin.Options{Server: "https://127.0.0.1:1", TLS: transport.Options{CAFile: file(t, "ca", "x")}}, "holds no PEM certificate"},
		"a missing authority":    {admin.Options{Server: "https://127.0.0.1:1", TLS: transport.Options{CAFile: "none"}}, "open none"},
	} {
		if _, err := admin.NewClient(tc.options); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", name, err, tc.want)
		}
	}
}
