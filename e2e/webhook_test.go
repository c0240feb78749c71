package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestWebhooks signs what a real Envoy takes and passes on as bytes.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	const host, secret = "acme.localhost", "a-secret-of-a-webhook-with-thirty-two-bytes"
	g := &gateway{dir: quickstart(t)}
	g.write(t, "keys/billing", secret)
	g.edit(t, "tenants/acme.yaml", "  auth:\n", `  auth:
    webhooks:
      - name: billing
        secret_files: [keys/billing]
        header: x-signature
        prefix: "sha256="
        timestamp_header: x-timestamp
        payload: "{timestamp}.{body}"
        roles: [editor]
`)
	g.edit(t, "tenants/acme.yaml", "    - name: api\n", `    - name: billing
      match: {path: /billing}
      upstream: echo
      webhook: billing
    - name: api
`)
	g = up(t, g.dir)
	signed := func(at time.Time, signedBody, body string) request {
		moment := strconv.FormatInt(at.Unix(), 10)
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(moment + "." + signedBody))
		return request{
			method: "POST", host: host, path: "/billing", contentType: "application/octet-stream", body: body,
			headers: map[string]string{"x-timestamp": moment, "x-signature": "sha256=" + hex.EncodeToString(mac.Sum(nil))},
		}
	}
	now := time.Now()
	// Bytes that are no UTF-8 must arrive as they are signed.
	bytes := "event \xff\xfe\x00 " + strings.Repeat("x", 3000)
	for _, test := range []struct {
		name    string
		request request
		want    int
	}{
		{"what is signed", signed(now, bytes, bytes), 200},
		{"the same again", signed(now, bytes, bytes), 401},
		{"another body", signed(now, "a", "b"), 401},
		{"a signature of long ago", signed(now.Add(-time.Hour), "c", "c"), 401},
		{"no signature", request{method: "POST", host: host, path: "/billing", body: "d"}, 401},
		{"a token instead", request{method: "POST", host: host, path: "/billing", body: "e", token: g.token(t, "acme", "ed", "editor")}, 401},
		{"the next one", signed(now, "f", "f"), 200},
	} {
		if a := g.send(t, test.request); a.status != test.want {
			t.Errorf("%s: %d %s, want %d", test.name, a.status, a.body, test.want)
		}
	}
}
