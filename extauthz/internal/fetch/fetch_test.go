package fetch_test

import (
	"context"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/fetch"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

func answer(body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Add(header[i], header[i+1])
		}
		_, _ = w.Write([]byte(body))
	}
}

func caOf(server *httptest.Server) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

func TestDocumentsAreFetchedOverTLSAndOverLoopback(t *testing.T) {
	t.Parallel()
	secure, plain := httptest.NewTLSServer(answer("secure")), httptest.NewServer(answer("plain"))
	defer secure.Close()
	defer plain.Close()
	client := fetch.NewClient(loopback)
	for _, tc := range []struct{ url, ca, want string }{{secure.URL, caOf(secure), "secure"}, {plain.URL + "#x", "", "plain"}} {
		got, err := client.Get(t.Context(), fetch.Request{URL: tc.url, CA: tc.ca, MaxBytes: 6})
		if err != nil || string(got.Body) != tc.want {
			t.Errorf("%s: %q, %v", tc.url, got.Body, err)
		}
	}
}

func TestWhatMayNotBeFetchedIsAnError(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(answer("seven b"))
	secure := httptest.NewTLSServer(answer("x"))
	failing := httptest.NewServer(http.NotFoundHandler())
	redirecting := httptest.NewServer(http.RedirectHandler(plain.URL, http.StatusFound))
	for _, s := range []*httptest.Server{plain, secure, failing, redirecting} {
		t.Cleanup(s.Close)
	}
	for name, tc := range map[string]struct {
		allow        []netip.Prefix
		url, ca, why string
	}{
		"an address that is not allowed":  {nil, plain.URL, "", "127.0.0.1 is not a public address"},
		"a name that leads to loopback":   {nil, strings.Replace(secure.URL, "127.0.0.1", "localhost", 1), "", "is not a public address"},
		"a mapped loopback address":       {nil, strings.Replace(secure.URL, "127.0.0.1", "[::ffff:127.0.0.1]", 1), "", "127.0.0.1 is not a public address"},
		"the metadata address of a cloud": {loopback, "https://169.254.169.254/latest", "", "169.254.169.254 is not a public address"},
		"a private address":               {loopback, "https://10.0.0.1/", "", "10.0.0.1 is not a public address"},
		"http elsewhere":                  {nil, "http://idp.example/", "", "only https"},
		"a name that looks like loopback": {loopback, "http://127.0.0.1.example/", "", "only https"},
		"another scheme":                  {loopback, "file:///etc/passwd", "", "not a URL"},
		"another scheme with a host":      {loopback, "gopher://127.0.0.1/", "", "only https"},
		"a password":                      {loopback, "https://user:secret@127.0.0.1/", "", "a URL with a user name"},
		"no host":                         {loopback, "https:///x", "", "not a URL"},
		"a redirect":                      {loopback, redirecting.URL, "", "redirects are not followed"},
		"not found":                       {loopback, failing.URL, "", "answered 404"},
		"too long":                        {loopback, plain.URL, "", "longer than 6 bytes"},
		"an unknown authority":            {loopback, secure.URL, "", "certificate signed by unknown authority"},
		"a CA without certificates":       {loopback, secure.URL, "nothing", "the CA holds no certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := fetch.NewClient(tc.allow).Get(t.Context(), fetch.Request{URL: tc.url, CA: tc.ca, MaxBytes: 6})
			if err == nil || !strings.Contains(err.Error(), tc.why) {
				t.Errorf("%q, %v, want %q", got.Body, err, tc.why)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Error("the error holds the password")
			}
		})
	}
}

func TestAnotherServersCertificateIsRefused(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(answer("x"))
	defer server.Close()
	elsewhere := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	_, err := fetch.NewClient(loopback).Get(t.Context(), fetch.Request{URL: elsewhere, CA: caOf(server), MaxBytes: 10})
	if err == nil || !strings.Contains(err.Error(), "certificate is valid for") {
		t.Error(err)
	}
}

func TestAServerThatNeverAnswersEndsWithTheContext(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := fetch.NewClient(loopback).Get(ctx, fetch.Request{URL: server.URL, MaxBytes: 10}); err == nil {
		t.Error("no error")
	}
}

func TestCacheControlSaysHowLongADocumentIsFresh(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{
		"":                                  -1,
		"public":                            -1,
		"max-age=60":                        time.Minute,
		"public, Max-Age=\"60\", immutable": time.Minute,
		"max-age=60, max-age=30":            30 * time.Second,
		"max-age=60, no-cache":              0,
		"no-store":                          0,
		"max-age=-1":                        -1,
		"max-age=99999999999999999999":      365 * 24 * time.Hour,
		"s-maxage=10":                       -1,
	} {
		server := httptest.NewServer(answer("", "Cache-Control", header))
		got, err := fetch.NewClient(loopback).Get(t.Context(), fetch.Request{URL: server.URL, MaxBytes: 10})
		if err != nil || got.MaxAge != want {
			t.Errorf("%q: %v, %v, want %v", header, got.MaxAge, err, want)
		}
		server.Close()
	}
	server := httptest.NewServer(answer("", "Cache-Control", "max-age=60", "Age", "45"))
	defer server.Close()
	if got, err := fetch.NewClient(loopback).Get(t.Context(), fetch.Request{URL: server.URL, MaxBytes: 10}); err != nil || got.MaxAge != 15*time.Second {
		t.Errorf("with an age: %v, %v", got.MaxAge, err)
	}
}

func TestOnlyPublicAddressesArePublic(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"8.8.8.8": true, "172.15.0.1": true, "172.32.0.1": true, "2606:4700::1111": true, "64:ff9b::808:808": true,
		"0.0.0.0": false, "10.1.2.3": false, "100.64.0.1": false, "127.0.0.1": false, "169.254.169.254": false, "172.16.0.1": false,
		"192.168.1.1": false, "198.18.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false,
		"::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false, "ff02::1": false,
		"64:ff9b::a9fe:a9fe": false, "64:ff9b:1::1": false, "2002:a00:1::": false, "2001::1": false, "2001:db8::1": false, "3fff::1": false,
		"::7f00:1": false, "100::1": false,
	} {
		if got := fetch.Public(netip.MustParseAddr(address).Unmap()); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}
