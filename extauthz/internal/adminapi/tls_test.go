package adminapi_test

import (
	"context"
	"crypto/tls"
	"net/http"
	"testing"

	"github.com/meshwarden/meshwarden/extauthz/internal/adminapi"
	"github.com/meshwarden/meshwarden/internal/tlstest"
	"github.com/meshwarden/meshwarden/internal/transport"
)

func TestClientCertificates(t *testing.T) {
	t.Parallel()
	ca := tlstest.NewAuthority(t)
	server, nobody := ca.Issue(t, "extauthz"), ca.Issue(t, "nobody")
	names := map[string]transport.Options{}
	for _, name := range []string{"admin", "admin-anna", "administrator", "envoy", "extauthz-2"} {
		names[name] = ca.Issue(t, name)
	}
	names["admin of another authority"] = tlstest.NewAuthority(t).Issue(t, "admin")
	for name, c := range map[string]struct {
		tokens string
		cert   string
		token  string
		status int // 0 when there is no connection
	}{
		"an admin's certificate":               {"", "admin", "", 200},
		"another admin's":                      {"", "admin-anna", "", 200},
		"a name that only begins so":           {"", "administrator", "", 401},
		"Envoy's":                              {"", "envoy", "", 401},
		"a replica's":                          {"", "extauthz-2", "", 401},
		"one of another authority":             {"", "admin of another authority", "", 0},
		"none":                                 {"", "", "", 0},
		"a token where there is no file":       {"", "envoy", opsToken, 401},
		"Envoy's with a token":                 {tokens(), "envoy", opsToken, 200},
		"none with a token":                    {tokens(), "", opsToken, 200},
		"none and no token":                    {tokens(), "", "", 401},
		"an admin's with a bad token":          {tokens(), "admin", "guess", 401},
		"another authority's, with a token":    {tokens(), "admin of another authority", opsToken, 0},
		"an admin's certificate beside a file": {tokens(), "admin", "", 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := adminapi.Options{Address: "127.0.0.1:0", TLS: server}
			if c.tokens != "" {
				options.TokenFile = writeTokens(t, c.tokens)
			}
			s, err := adminapi.New(options)
			if err != nil {
				t.Fatal(err)
			}
			s.Handle("GET /v1/things", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { adminapi.WriteJSON(w, 200, "ok") }))
			ctx, stop := context.WithCancel(context.Background())
			ended := make(chan error, 1)
			go func() { ended <- s.Run(ctx) }()
			t.Cleanup(func() { stop(); <-ended })

			config, err := nobody.Client(s.Address())
			if err != nil {
				t.Fatal(err)
			}
			config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				if c.cert == "" {
					return &tls.Certificate{}, nil
				}
				pair, err := tls.LoadX509KeyPair(names[c.cert].CertFile, names[c.cert].KeyFile)
				return &pair, err
			}
			client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}}
			defer client.CloseIdleConnections()
			r, err := http.NewRequestWithContext(t.Context(), "GET", "https://"+s.Address()+"/v1/things", nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.token != "" {
				r.Header.Set("Authorization", "Bearer "+c.token)
			}
			response, err := client.Do(r)
			if err != nil {
				if c.status != 0 {
					t.Error(err)
				}
				return
			}
			defer response.Body.Close()
			if response.StatusCode != c.status || response.ProtoMajor != 2 {
				t.Errorf("%d by %s, want %d", response.StatusCode, response.Proto, c.status)
			}
		})
	}
}
