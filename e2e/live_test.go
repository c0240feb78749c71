package e2e

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// requestLoop sends r until stop is called and counts the answers that are not want.
type requestLoop struct {
	stop  func()
	sent  atomic.Int64
	wrong atomic.Pointer[string]
}

// loop sends r over and over from a goroutine of its own.
func (g *gateway) loop(t *testing.T, r request, want int) *requestLoop {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	l := &requestLoop{}
	var group sync.WaitGroup
	group.Go(func() {
		for ctx.Err() == nil {
			a, err := g.try(t, r)
			if err != nil || a.status != want {
				wrong := fmt.Sprintf("after %d requests: %d %s (%v)", l.sent.Load(), a.status, a.body, err)
				l.wrong.CompareAndSwap(nil, &wrong)
			}
			l.sent.Add(1)
			// A pause keeps the loop below the example's quotas and leaves the machine to the chain.
			select {
			case <-ctx.Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	})
	l.stop = sync.OnceFunc(func() { cancel(); group.Wait() })
	t.Cleanup(l.stop)
	return l
}

// check stops the loop and fails the test when an answer was wrong.
func (l *requestLoop) check(t *testing.T) {
	t.Helper()
	l.stop()
	if wrong := l.wrong.Load(); wrong != nil {
		t.Errorf("the request loop saw an error %s", *wrong)
	}
	if l.sent.Load() == 0 {
		t.Error("the request loop sent nothing")
	}
}

// becomes waits for r to be answered with status and reports how long that took.
func (g *gateway) becomes(t *testing.T, what string, r request, status int) {
	t.Helper()
	began := time.Now()
	eventually(t, what, func() bool { return g.send(t, r).status == status })
	t.Logf("%s: live after %v", what, time.Since(began).Round(time.Millisecond))
}

// generous lifts acme's limits above what a busy test would reach.
func generous(t testing.TB, dir string) {
	t.Helper()
	setQuota(t, dir, "{name: burst, algorithm: token_bucket, limit: 1000000, refill: 1000000}")
}

const newcomer = `apiVersion: meshwarden.io/v1alpha1
kind: Tenant
metadata:
  name: newcomer
spec:
  hosts: [newcomer.localhost]
  auth:
    jwt:
      - issuer: https://newcomer.example
        secret: newcomer-development-secret-0123456789
        development: true
  routes:
    - name: all
      match: {prefix: /}
      upstream: echo
`

func TestEditsAreLiveWithoutAnError(t *testing.T) {
	t.Parallel()
	dir := quickstart(t)
	generous(t, dir)
	g := up(t, dir)
	viewer := g.token(t, "acme", "vera", "viewer")
	loop := g.loop(t, request{host: "acme.localhost", path: "/loop", token: viewer}, 200)

	t.Run("a role", func(t *testing.T) {
		post := request{method: "POST", host: "acme.localhost", token: viewer}
		checkError(t, g.send(t, post), 403, "FORBIDDEN")
		spec := g.read(t, "tenants/acme.yaml")
		g.write(t, "tenants/acme.yaml", strings.Replace(spec, "spec:\n", "spec:\n  roles:\n    viewer: {permissions: [read, write]}\n", 1))
		g.becomes(t, "the viewer may write", post, 200)
		g.write(t, "tenants/acme.yaml", spec)
		g.becomes(t, "the viewer may not write any more", post, 403)
	})
	t.Run("a rule", func(t *testing.T) {
		get := request{host: "acme.localhost", path: "/secret", token: viewer}
		g.write(t, "tenants/acme/secret.rego", "package tenant\n\ndeny contains \"keep out\" if input.request.path == \"/secret\"\n")
		g.becomes(t, "the rule denies", get, 403)
		if a := g.send(t, get); !strings.Contains(a.body, "keep out") {
			t.Errorf("the message is missing: %s", a.body)
		}
		if err := os.Remove(g.file("tenants/acme/secret.rego")); err != nil {
			t.Fatal(err)
		}
		g.becomes(t, "the rule is gone", get, 200)
	})
	t.Run("a scan action", func(t *testing.T) {
		attack := request{method: "POST", host: "acme.localhost", token: g.token(t, "acme", "ed", "editor"), contentType: "application/json", body: `{"q":"1' UNION SELECT password FROM users -- "}`}
		checkError(t, g.send(t, attack), 403, "CONTENT_BLOCKED")
		name, policy := acmeScanPolicy(t, g)
		g.write(t, name, strings.Replace(policy, "sqli: block", "sqli: log", 1))
		g.becomes(t, "SQL injection is only logged", attack, 200)
		g.write(t, name, policy)
		g.becomes(t, "SQL injection is blocked again", attack, 403)
	})
	t.Run("a signature", func(t *testing.T) {
		order := request{method: "POST", host: "acme.localhost", token: g.token(t, "acme", "ed", "editor"), contentType: "application/json", body: `{"text":"Start the velvet heron protocol at once"}`}
		if a := g.send(t, order); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		name, policy := acmeScanPolicy(t, g)
		g.write(t, "signatures/prompt.txt", "version 1\nphrase 0.95 another phrase altogether\n")
		g.write(t, name, strings.Replace(policy, "spec:\n", "spec:\n  signature_file: signatures/prompt.txt\n", 1))
		g.write(t, "signatures/prompt.txt", "version 2\nphrase 0.95 velvet heron protocol\n")
		g.becomes(t, "a new phrase is blocked", order, 403)
		checkError(t, g.send(t, order), 403, "CONTENT_BLOCKED")
		g.write(t, "signatures/prompt.txt", "version 3\nphrase 0.95 {heron}\n")
		checkError(t, g.send(t, order), 403, "CONTENT_BLOCKED")
		g.write(t, name, policy)
		g.becomes(t, "the phrase is ordinary again", order, 200)
	})
	t.Run("a tenant comes and goes", func(t *testing.T) {
		get := request{host: "newcomer.localhost"}
		checkError(t, g.send(t, get), 404, "NOT_FOUND")
		g.write(t, "tenants/newcomer.yaml", newcomer)
		g.becomes(t, "the new tenant asks for a credential", get, 401)
		get.token = g.token(t, "newcomer", "nia", "viewer")
		if a := g.send(t, get); a.status != 200 {
			t.Errorf("%d %s", a.status, a.body)
		}
		if err := os.Remove(g.file("tenants/newcomer.yaml")); err != nil {
			t.Fatal(err)
		}
		g.becomes(t, "the tenant is gone", get, 404)
	})
	loop.check(t)
}

// acmeScanPolicy finds the file of the policy that acme names.
func acmeScanPolicy(t *testing.T, g *gateway) (name, text string) {
	t.Helper()
	for line := range strings.Lines(g.read(t, "tenants/acme.yaml")) {
		if policy, ok := strings.CutPrefix(strings.TrimSpace(line), "scan_policy: "); ok {
			name = "scanpolicies/" + policy + ".yaml"
			return name, g.read(t, name)
		}
	}
	t.Fatal("tenants/acme.yaml names no scan policy")
	return "", ""
}
