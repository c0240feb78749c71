package extauthz_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
	"github.com/meshwarden/meshwarden/internal/admin"
)

var soakFor = flag.Duration("soak", 5*time.Second, "how long TestSoak runs")

// Sizes of the soak.
const (
	soakTenants  = 12
	soakSubjects = 4
	soakCallers  = 6
	// soakWrong answers end it.
	soakWrong = 20
)

// soak is the model and what it is compared with.
type soak struct {
	t        *testing.T
	dir      string
	replicas [2]*server
	tenants  [soakTenants]*soakTenant
	store    fact // Redis answers
	asked    [3]int64
	wrong    int
	stop     context.CancelFunc
	mu       sync.Mutex
}

// TestSoak puts requests to two replicas while tokens and keys are revoked, keys rotated, tenants edited and the store kept from answering, and
// compares every answer with a model. Run it for longer with `make soak SOAK=1h`.
func TestSoak(t *testing.T) {
	if testing.Short() {
		*soakFor = time.Second
	}
	redis := redistest.Start(t)
	s := &soak{t: t, dir: writeConfig(t, map[string]string{"gateway.yaml": gatewayYAML, "upstreams/echo.yaml": upstreamYAML})}
	s.store.value = true
	for i := range s.tenants {
		s.tenants[i] = &soakTenant{name: fmt.Sprintf("t%d", i), secret: fmt.Sprintf("secret-of-tenant-%d-with-thirty-two-bytes", i)}
		s.tenants[i].open.value = true
		s.write(s.tenants[i], false, true)
	}
	for i := range s.replicas {
		s.replicas[i] = start(t, extauthz.Options{
			Config: s.dir, Redis: redis.URL, AdminAPI: "127.0.0.1:0", AdminTokens: writeTokens(t), Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		}).ready()
	}
	for _, tenant := range s.tenants {
		for i := range soakSubjects {
			s.newToken(tenant, i, 0)
			tenant.subjects[i].good.value = true
			s.newKey(tenant, i)
			tenant.keys[i].good.value = true
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), *soakFor)
	defer cancel()
	s.stop = cancel
	var wait sync.WaitGroup
	for range soakCallers {
		wait.Go(func() { s.call(ctx) })
	}
	wait.Go(func() { s.edit(ctx) })
	wait.Go(func() { s.revoke(ctx) })
	wait.Go(func() { s.fault(ctx, redis) })
	wait.Go(func() { s.renew(ctx) })
	settled := time.After(*soakFor / 4)
	<-settled
	goroutines, heap := runtime.NumGoroutine(), liveHeap()
	wait.Wait()
	t.Logf("%d requests admitted, %d denied, %d while the store was away", s.asked[0], s.asked[1], s.asked[2])
	if s.asked[0] == 0 || s.asked[1] == 0 {
		t.Error("nothing was admitted, or nothing denied")
	}
	await(t, "as many goroutines as after a quarter of the time", func() bool { return runtime.NumGoroutine() <= goroutines })
	if now := liveHeap(); now > heap*5/4+16<<20 {
		t.Errorf("the heap grew from %d to %d MB", heap>>20, now>>20)
	}
}

func liveHeap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// renew gives the first tenant's subjects new tokens before theirs expire. Those of the others are revoked sooner.
func (s *soak) renew(ctx context.Context) {
	for pause(ctx, time.Minute) {
		for i := range soakSubjects {
			s.newToken(s.tenants[0], i, 0)
		}
	}
}

// newToken gives out a token of a subject whose tokens nobody has revoked.
func (s *soak) newToken(tenant *soakTenant, i, generation int) {
	subject, role := fmt.Sprintf("s%d-%d", i, generation), "viewer"
	if i%2 == 1 {
		role = "editor"
	}
	tenant.subjects[i].set(subject, token(s.t, tenant.name, tenant.secret, subject, role))
}

// write puts a tenant's files in place. Nobody edits the first: it is the one that a store which is away costs its requests.
func (s *soak) write(tenant *soakTenant, writes, open bool) {
	permissions, failure := "[read]", "allow"
	if tenant == s.tenants[0] {
		failure = "deny"
	}
	if writes {
		permissions = "[read, write]"
	}
	write(s.t, s.dir, "tenants/"+tenant.name+"/own.rego", fmt.Sprintf("package tenant\n\ndeny contains \"closed\" if %t\n", !open))
	write(s.t, s.dir, "tenants/"+tenant.name+".yaml", strings.Replace(tenantYAML(tenant.name, tenant.secret, `  roles: {viewer: {permissions: `+permissions+`}}
  on_store_failure: `+failure+`
  quotas: [{name: burst, algorithm: token_bucket, limit: 1000000, refill: 100000}]
`), "  auth:\n", "  auth:\n    lockout: {enabled: false} # all callers have one address\n    api_keys: {enabled: true}\n", 1))
}

// request is one that the model knows the answer of.
type soakRequest struct {
	host, owner *soakTenant
	credential  *credential
	key, write  bool
	viewer      bool
}

func (s *soak) random() soakRequest {
	owner := s.tenants[rand.IntN(soakTenants)]
	i := rand.IntN(soakSubjects)
	r := soakRequest{host: owner, owner: owner, credential: &owner.subjects[i], write: rand.IntN(2) == 0, viewer: i%2 == 0}
	if rand.IntN(3) == 0 {
		r.key, r.credential, r.viewer = true, &owner.keys[i], true
	}
	if rand.IntN(8) == 0 {
		r.host = s.tenants[rand.IntN(soakTenants)]
	}
	return r
}

// call asks random questions until ctx ends.
func (s *soak) call(ctx context.Context) {
	for ctx.Err() == nil {
		r := s.random()
		began, secret := time.Now(), r.credential.text()
		status, err := s.ask(s.replicas[rand.IntN(2)], r, secret)
		if err != nil {
			s.t.Errorf("check: %v", err)
			return
		}
		s.judge(r, began, secret, status)
	}
}

func (s *soak) ask(replica *server, r soakRequest, secret string) (int, error) {
	a := ask{tenant: r.host.name, route: "api", path: "/notes", method: "GET"}
	if r.write {
		a.method = "POST"
	}
	if r.key {
		a.headers = map[string]string{"x-api-key": secret}
	} else {
		a.token = secret
	}
	response, err := replica.client.Check(context.Background(), a.message())
	if err != nil {
		return 0, err
	}
	return statusOf(response), nil
}

// judge compares an answer with the model.
func (s *soak) judge(r soakRequest, began time.Time, secret string, status int) {
	mayAdmit, mayDeny := r.host == r.owner, r.host != r.owner
	condition := func(f *fact) {
		yes, no := f.may(began)
		mayAdmit, mayDeny = mayAdmit && yes, mayDeny || no
	}
	condition(&r.credential.good)
	condition(&r.host.open)
	if r.write && r.viewer {
		condition(&r.host.writes)
	}
	if r.credential.text() != secret {
		mayAdmit, mayDeny = true, true // replaced meanwhile
	}
	_, away := s.store.may(began)
	admitted := status == 200
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case away, status == http.StatusServiceUnavailable: // a store that takes longer than its time is away for a request
		s.asked[2]++
		mayDeny = true
	case admitted:
		s.asked[0]++
	default:
		s.asked[1]++
	}
	if admitted && !mayAdmit || !admitted && !mayDeny {
		s.t.Errorf("%s at %s, key %t, write %t, viewer %t: %d", r.owner.name, r.host.name, r.key, r.write, r.viewer, status)
		if s.wrong++; s.wrong == soakWrong {
			s.stop()
		}
	}
}

// seen waits until both replicas answer a request with or without admitting it. While the store is away they cannot show it.
func (s *soak) seen(r soakRequest, secret string, admitted bool) func() {
	return func() {
		for _, replica := range s.replicas {
			await(s.t, "a change's effect", func() bool {
				status, err := s.ask(replica, r, secret)
				return err == nil && status != 503 && (status == 200) == admitted
			})
		}
	}
}

// edit changes what viewers may do, and opens and closes tenants.
func (s *soak) edit(ctx context.Context) {
	for pause(ctx, 50*time.Millisecond) {
		tenant := s.tenants[1+rand.IntN(soakTenants-1)]
		probe := soakRequest{host: tenant, owner: tenant, viewer: true, write: true}
		// A token of its own, which nobody revokes.
		secret := token(s.t, tenant.name, tenant.secret, "probe", "viewer")
		writes, open := tenant.writes.value, tenant.open.value
		if rand.IntN(2) == 0 {
			tenant.writes.become(!writes, func() { s.write(tenant, !writes, open) }, s.seen(probe, secret, !writes && open))
			if !open {
				// The module hides the effect: it shows once the tenant is open.
				tenant.open.become(true, func() { s.write(tenant, !writes, true) }, s.seen(soakRequest{host: tenant, owner: tenant}, secret, true))
			}
			continue
		}
		probe.write = false
		tenant.open.become(!open, func() { s.write(tenant, writes, !open) }, s.seen(probe, secret, !open))
	}
}

// revoke ends tokens and keys and gives out new ones.
func (s *soak) revoke(ctx context.Context) {
	for generation := 1; pause(ctx, 100*time.Millisecond); generation++ {
		tenant, i := s.tenants[1+rand.IntN(soakTenants-1)], rand.IntN(soakSubjects)
		if rand.IntN(2) == 0 {
			c := &tenant.subjects[i]
			old, subject := c.text(), c.id
			c.good.become(false, func() {
				s.admin("POST", "/v1/tenants/"+tenant.name+"/revocations", `{"kind":"subject","value":"`+subject+`"}`)
			},
				s.refused(soakRequest{host: tenant, owner: tenant}, old))
			c.good.become(true, func() { s.newToken(tenant, i, generation) }, func() {})
			continue
		}
		c := &tenant.keys[i]
		old := c.text()
		if rand.IntN(2) == 0 {
			// Rotated with grace: both work, so that nothing changes for those who have the old one yet.
			s.rotate(tenant, c)
			continue
		}
		c.good.become(false, func() { s.admin("POST", "/v1/tenants/"+tenant.name+"/keys/"+c.id+"/revoke", `{}`) },
			s.refused(soakRequest{host: tenant, owner: tenant, key: true}, old))
		c.good.become(true, func() { s.newKey(tenant, i) }, func() {})
	}
}

// refused waits until both replicas refuse a credential, whatever else they would say.
func (s *soak) refused(r soakRequest, secret string) func() {
	return func() {
		for _, replica := range s.replicas {
			await(s.t, "a revocation's effect", func() bool {
				status, err := s.ask(replica, r, secret)
				return err == nil && status == 401
			})
		}
	}
}

func (s *soak) rotate(tenant *soakTenant, c *credential) {
	if answer := s.admin("POST", "/v1/tenants/"+tenant.name+"/keys/"+c.id+"/rotate", `{"grace":"1h"}`); answer != "" {
		var made admin.NewSecret
		if err := json.Unmarshal([]byte(answer), &made); err != nil {
			s.t.Error(err)
			return
		}
		r := soakRequest{host: tenant, owner: tenant, key: true}
		for _, replica := range s.replicas {
			await(s.t, "a new secret", func() bool {
				status, err := s.ask(replica, r, made.Key)
				return err == nil && status != 401
			})
		}
		c.set(c.id, made.Key)
	}
}

// newKey makes an API key with the role viewer and waits until both replicas know it.
func (s *soak) newKey(tenant *soakTenant, i int) {
	answer := s.admin("POST", "/v1/tenants/"+tenant.name+"/keys", fmt.Sprintf(`{"name":"k%d","roles":["viewer"],"lifetime":"30d"}`, i))
	var made admin.NewSecret
	if err := json.Unmarshal([]byte(answer), &made); err != nil {
		s.t.Errorf("%s: %v", answer, err)
		return
	}
	r := soakRequest{host: tenant, owner: tenant, key: true}
	for _, replica := range s.replicas {
		await(s.t, "a new key", func() bool {
			status, err := s.ask(replica, r, made.Key)
			return err == nil && status != 401
		})
	}
	tenant.keys[i].set(made.ID, made.Key)
}

// admin makes a change, again while the store is away; "" when it is refused as a conflict.
func (s *soak) admin(method, path, body string) (answer string) {
	await(s.t, method+" "+path, func() bool {
		var status int
		status, answer = s.replicas[rand.IntN(2)].admin(method, path, body)
		if status == 409 {
			answer = ""
			return true
		}
		return status < 300
	})
	return answer
}

// fault keeps the store from answering now and then. The first tenant, which nobody edits, shows when it is back: when the breaker
// has closed, as some successes in a row tell.
func (s *soak) fault(ctx context.Context, redis *redistest.Server) {
	probe := soakRequest{host: s.tenants[0], owner: s.tenants[0]}
	for pause(ctx, min(*soakFor/4, time.Minute)) {
		secret := token(s.t, "t0", s.tenants[0].secret, "probe", "viewer")
		s.store.become(false, func() { redis.Pause(s.t) }, func() { pause(ctx, 300*time.Millisecond) })
		s.store.become(true, func() { redis.Resume(s.t) }, func() {
			for _, replica := range s.replicas {
				row := 0
				await(s.t, "the store's return", func() bool {
					status, err := s.ask(replica, probe, secret)
					if row++; err != nil || status != 200 {
						row = 0
					}
					return row == 5
				})
			}
		})
	}
}

// pause waits and reports whether ctx goes on.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
