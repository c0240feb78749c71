package extauthz_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
	"github.com/meshwarden/meshwarden/internal/admin"
	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// keyTenants is a configuration whose tenants take keys: all but hooli.
func keyTenants() map[string]string {
	files := twoTenants()
	for name, secret := range map[string]string{"acme": acmeSecret, "globex": globexSecret} {
		files["tenants/"+name+".yaml"] = strings.Replace(tenantYAML(name, secret, "  on_store_failure: allow\n"), "  auth:\n", "  auth:\n    api_keys: {enabled: true}\n", 1)
	}
	files["tenants/hooli.yaml"] = tenantYAML("hooli", "hooli-secret-of-thirty-two-bytes-or-more", "")
	return files
}

func startKeys(t *testing.T, options extauthz.Options) *server {
	t.Helper()
	if options.Config == "" {
		options.Config = writeConfig(t, keyTenants())
	}
	options.AdminAPI, options.AdminTokens = "127.0.0.1:0", writeTokens(t)
	return start(t, options).ready()
}

// key asks with an API key.
func (s *server) key(tenant, secret string) int {
	s.t.Helper()
	return s.status(ask{tenant: tenant, headers: map[string]string{"x-api-key": secret}})
}

// call makes a request of the admin API that must be answered with status.
func (s *server) call(status int, method, path, body string, header ...string) (answer admin.NewSecret) {
	s.t.Helper()
	got, raw := s.admin(method, path, body, header...)
	if got != status {
		s.t.Fatalf("%s %s %s: %d %s, want %d", method, path, body, got, raw, status)
	}
	if err := json.Unmarshal([]byte(raw), &answer); err != nil {
		s.t.Fatal(err)
	}
	return answer
}

const acmeKeys = "/v1/tenants/acme/keys"

func TestAKeyLivesThroughTheAdminAPI(t *testing.T) {
	t.Parallel()
	s := startKeys(t, extauthz.Options{StateDir: t.TempDir()})
	made := s.call(201, "POST", acmeKeys, `{"name":"ci","roles":["viewer"],"scopes":["read"],"lifetime":"30d"}`)
	if made.Subject != "ci" || made.State != "active" || made.Expires.Sub(made.Created) != 30*24*time.Hour {
		t.Errorf("%+v", made)
	}
	if status := s.key("acme", made.Key); status != 200 {
		t.Fatalf("the new key: %d", status)
	}
	if status := s.key("globex", made.Key); status != 403 {
		t.Errorf("at another tenant: %d", status)
	}
	path := acmeKeys + "/" + made.ID
	rotated := s.call(200, "POST", path+"/rotate", `{"grace":"1h"}`)
	if rotated.ID != made.ID || rotated.Key == made.Key || rotated.PreviousExpires == nil || rotated.Rotated == nil {
		t.Errorf("%+v", rotated)
	}
	if s.key("acme", made.Key) != 200 || s.key("acme", rotated.Key) != 200 {
		t.Error("not both secrets are good")
	}
	s.call(409, "POST", path+"/rotate", `{}`)
	s.call(200, "POST", path+"/revoke", `{"secret":"previous"}`)
	s.call(409, "POST", path+"/revoke", `{"secret":"previous"}`)
	if s.key("acme", made.Key) != 401 || s.key("acme", rotated.Key) != 200 {
		t.Error("not the previous secret alone was revoked")
	}
	again := s.call(200, "POST", path+"/rotate", `{"grace":"0s","lifetime":"365d"}`)
	if s.key("acme", rotated.Key) != 401 || s.key("acme", again.Key) != 200 {
		t.Error("a rotation without grace")
	}
	for range 2 { // it may be repeated
		if revoked := s.call(200, "POST", path+"/revoke", `{}`); revoked.State != "revoked" || revoked.Revoked == nil {
			t.Errorf("%+v", revoked)
		}
	}
	if s.key("acme", again.Key) != 401 {
		t.Error("the revoked key is taken")
	}
	s.call(409, "POST", path+"/rotate", `{"grace":"0s"}`)
	if shown := s.call(200, "GET", path, ""); shown.Uses == nil || shown.Key != "" || shown.State != "revoked" {
		t.Errorf("%+v", shown)
	}
}

func TestKeysAreListedInParts(t *testing.T) {
	t.Parallel()
	s := startKeys(t, extauthz.Options{StateDir: t.TempDir()})
	want := map[string]bool{}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		want[s.call(201, "POST", acmeKeys, `{"name":"`+name+`","lifetime":"1d"}`).ID] = true
	}
	s.call(201, "POST", "/v1/tenants/globex/keys", `{"name":"a"}`)
	page := func(query string) (p admin.KeyPage) {
		t.Helper()
		status, raw := s.admin("GET", acmeKeys+query, "")
		if err := json.Unmarshal([]byte(raw), &p); err != nil || status != 200 {
			t.Fatalf("%s: %d %s", query, status, raw)
		}
		return p
	}
	cursor, parts := "", 0
	for {
		p := page("?limit=2&cursor=" + cursor)
		for _, key := range p.Keys {
			if !want[key.ID] {
				t.Errorf("%s stands twice or is of another tenant", key.ID)
			}
			delete(want, key.ID)
		}
		parts++
		if cursor = p.Next; cursor == "" {
			break
		}
	}
	if len(want) > 0 || parts != 3 {
		t.Errorf("%d keys are missing after %d parts", len(want), parts)
	}
	tomorrow := time.Now().Add(25 * time.Hour).UTC().Format(time.RFC3339)
	for query, n := range map[string]int{
		"?name=a": 1, "?subject=b": 1, "?state=active": 5, "?state=revoked": 0, "?expires_before=" + tomorrow: 5, "?expires_before=2020-01-01T00:00:00Z": 0,
		"?name=a&state=expired": 0,
	} {
		if got := page(query); len(got.Keys) != n {
			t.Errorf("%s: %d keys", query, len(got.Keys))
		}
	}
	for _, query := range []string{"?limit=0", "?limit=1001", "?limit=x", "?state=gone", "?expires_before=soon", "?tenant=globex", "?name=a&name=b"} {
		s.call(422, "GET", acmeKeys+query, "")
	}
}

func TestCreationIsMadeOnceAnIdempotencyKey(t *testing.T) {
	t.Parallel()
	s := startKeys(t, extauthz.Options{StateDir: t.TempDir()})
	const body = `{"name":"ci","roles":["viewer"]}`
	made := s.call(201, "POST", acmeKeys, body, "Idempotency-Key", "k-1")
	replayed := s.call(200, "POST", acmeKeys, body, "Idempotency-Key", "k-1")
	if replayed.ID != made.ID || replayed.Key != "" || !replayed.Expires.Equal(made.Expires) {
		t.Errorf("%+v", replayed)
	}
	for name, other := range map[string]string{
		"more roles":   `{"name":"ci","roles":["viewer","admin"]}`,
		"another name": `{"name":"ci2","roles":["viewer"]}`,
		"longer":       `{"name":"ci","roles":["viewer"],"lifetime":"365d"}`,
	} {
		t.Log(name)
		s.call(422, "POST", acmeKeys, other, "Idempotency-Key", "k-1")
	}
	if other := s.call(201, "POST", "/v1/tenants/globex/keys", body, "Idempotency-Key", "k-1"); other.ID == made.ID {
		t.Error("two tenants share an Idempotency-Key")
	}
	if other := s.call(201, "POST", acmeKeys, body, "Idempotency-Key", "k-2"); other.ID == made.ID {
		t.Error("two Idempotency-Keys are one")
	}
	for _, bad := range []string{"", " ", "a b", strings.Repeat("x", 256), "é"} {
		s.call(422, "POST", acmeKeys, body, "Idempotency-Key", bad)
	}
	if s.key("acme", made.Key) != 200 {
		t.Error("the key does not work")
	}
}

func TestBadKeyRequestsAreRefused(t *testing.T) {
	t.Parallel()
	s := startKeys(t, extauthz.Options{StateDir: t.TempDir()})
	made := s.call(201, "POST", acmeKeys, `{"name":"ci","roles":["viewer"]}`)
	path := acmeKeys + "/" + made.ID
	for name, c := range map[string]struct {
		status             int
		method, path, body string
		header             []string
	}{
		"an unknown tenant":             {404, "POST", "/v1/tenants/initech/keys", `{"name":"ci"}`, nil},
		"a tenant without keys":         {409, "POST", "/v1/tenants/hooli/keys", `{"name":"ci"}`, nil},
		"its list":                      {200, "GET", "/v1/tenants/hooli/keys", "", nil},
		"a list of nobody":              {404, "GET", "/v1/tenants/initech/keys", "", nil},
		"another tenant's key":          {404, "GET", "/v1/tenants/globex/keys/" + made.ID, "", nil},
		"another tenant's to rotate":    {404, "POST", "/v1/tenants/globex/keys/" + made.ID + "/rotate", `{}`, nil},
		"another tenant's to revoke":    {404, "POST", "/v1/tenants/globex/keys/" + made.ID + "/revoke", `{}`, nil},
		"an unknown key":                {404, "GET", acmeKeys + "/nosuchkey000", "", nil},
		"a role of nobody":              {422, "POST", acmeKeys, `{"name":"ci","roles":["owner"]}`, nil},
		"a role with a comma":           {422, "POST", acmeKeys, `{"name":"ci","roles":["viewer,admin"]}`, nil},
		"a scope with a space":          {422, "POST", acmeKeys, `{"name":"ci","scopes":["a b"]}`, nil},
		"no name":                       {422, "POST", acmeKeys, `{}`, nil},
		"a long name":                   {422, "POST", acmeKeys, `{"name":"` + strings.Repeat("x", 256) + `"}`, nil},
		"a control character":           {422, "POST", acmeKeys, `{"name":"a\u0000b"}`, nil},
		"too long a life":               {422, "POST", acmeKeys, `{"name":"ci","lifetime":"366d"}`, nil},
		"no life":                       {422, "POST", acmeKeys, `{"name":"ci","lifetime":"0s"}`, nil},
		"a life before":                 {422, "POST", acmeKeys, `{"name":"ci","lifetime":"-1d"}`, nil},
		"a life beyond numbers":         {422, "POST", acmeKeys, `{"name":"ci","lifetime":"999999999d"}`, nil},
		"a hash of one's own":           {400, "POST", acmeKeys, `{"name":"ci","hash":"00"}`, nil},
		"a tenant in the body":          {400, "POST", acmeKeys, `{"name":"ci","tenant":"globex"}`, nil},
		"no JSON":                       {400, "POST", acmeKeys, `{"name":`, nil},
		"a list":                        {400, "POST", acmeKeys, `[]`, nil},
		"a number for a name":           {400, "POST", acmeKeys, `{"name":1}`, nil},
		"a text for roles":              {400, "POST", acmeKeys, `{"name":"ci","roles":"viewer"}`, nil},
		"a form":                        {415, "POST", acmeKeys, `name=ci`, []string{"Content-Type", "application/x-www-form-urlencoded"}},
		"a body of 2 MiB":               {413, "POST", acmeKeys, `{"name":"` + strings.Repeat("x", 2<<20) + `"}`, nil},
		"too long a grace":              {422, "POST", path + "/rotate", `{"grace":"31d"}`, nil},
		"no duration":                   {422, "POST", path + "/rotate", `{"grace":"soon"}`, nil},
		"no secret":                     {422, "POST", path + "/revoke", `{"secret":"next"}`, nil},
		"no previous secret":            {409, "POST", path + "/revoke", `{"secret":"previous"}`, nil},
		"an import of nothing":          {422, "POST", "/v1/keys/import", `{"keys":[]}`, nil},
		"an import of what is no key":   {400, "POST", "/v1/keys/import", `{"keys":[{"hash":"x"}]}`, nil},
		"a rotation that is not JSON":   {415, "POST", path + "/rotate", `{}`, []string{"Content-Type", "text/plain"}},
		"a revocation that is not JSON": {415, "POST", path + "/revoke", `{}`, []string{"Content-Type", "text/plain"}},
	} {
		if status, body := s.admin(c.method, c.path, c.body, c.header...); status != c.status {
			t.Errorf("%s: %d %s, want %d", name, status, body, c.status)
		} else if strings.Contains(body, "json:") || strings.Contains(body, "Go ") || strings.Contains(body, "admin.") {
			t.Errorf("%s: the answer shows the inside: %s", name, body)
		}
	}
	if s.key("acme", made.Key) != 200 {
		t.Error("the key was changed by others' requests")
	}
}

func TestATenantsTokenReachesItsOwnKeysOnly(t *testing.T) {
	t.Parallel()
	s := startKeys(t, extauthz.Options{StateDir: t.TempDir()})
	other := s.call(201, "POST", "/v1/tenants/globex/keys", `{"name":"ci","roles":["viewer"]}`)
	if status, body := s.adminAs(acmeAdminToken, "POST", acmeKeys, `{"name":"ci"}`); status != 201 {
		t.Errorf("its own: %d %s", status, body)
	}
	for _, c := range []struct{ method, path, body string }{
		{"POST", "/v1/tenants/globex/keys", `{"name":"ci"}`},
		{"GET", "/v1/tenants/globex/keys", ""},
		{"GET", "/v1/tenants/globex/keys/" + other.ID, ""},
		{"POST", "/v1/tenants/globex/keys/" + other.ID + "/rotate", `{}`},
		{"POST", "/v1/tenants/globex/keys/" + other.ID + "/revoke", `{}`},
		{"POST", "/v1/keys/import", `{"keys":[]}`},
	} {
		if status, body := s.adminAs(acmeAdminToken, c.method, c.path, c.body); status != 403 {
			t.Errorf("%s %s: %d %s", c.method, c.path, status, body)
		}
	}
	if status, _ := s.adminAs(acmeAdminToken, "POST", acmeKeys+"/"+other.ID+"/revoke", `{}`); status != 404 {
		t.Errorf("another tenant's key by its own path: %d", status)
	}
	if s.key("globex", other.Key) != 200 {
		t.Error("the other tenant's key is gone")
	}
}

func TestImportedKeysAreWhatTheStoreMakesOfThem(t *testing.T) {
	t.Parallel()
	dir := writeConfig(t, keyTenants())
	file := filepath.Join(dir, "keys.json")
	var secret string
	var key apikeys.Key
	if err := apikeys.Update(file, func(f *apikeys.File) (err error) {
		if secret, key, err = f.Create(apikeys.Request{Tenant: "acme", Name: "ci", Roles: []string{"viewer"}}, time.Now()); err != nil {
			return err
		}
		_, _, err = f.Create(apikeys.Request{Tenant: "initech", Name: "ci"}, time.Now())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := startKeys(t, extauthz.Options{Config: dir, StateDir: t.TempDir()})
	if s.key("acme", secret) != 200 {
		t.Fatal("the file's key is not taken")
	}
	var content struct{ Keys json.RawMessage }
	if err := json.Unmarshal(raw, &content); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"imported":1,"unchanged":0`, `"imported":0,"unchanged":1`} {
		status, body := s.admin("POST", "/v1/keys/import", `{"keys":`+string(content.Keys)+`}`)
		if status != 200 || !strings.Contains(body, want) || !strings.Contains(body, `"tenant":"initech","reason":"no such tenant"`) {
			t.Errorf("%d %s", status, body)
		}
	}
	// The file still holds the secret; the store has ended it.
	path := acmeKeys + "/" + key.ID
	rotated := s.call(200, "POST", path+"/rotate", `{"grace":"0s"}`)
	if s.key("acme", secret) != 401 || s.key("acme", rotated.Key) != 200 {
		t.Error("the file's secret outlives its rotation in the store")
	}
	s.call(200, "POST", path+"/revoke", `{}`)
	if s.key("acme", secret) != 401 || s.key("acme", rotated.Key) != 401 {
		t.Error("the file's secret outlives its revocation in the store")
	}
	// Nobody gets a tenant's secret for another, or an id for another secret.
	var keys []apikeys.Key
	if err := json.Unmarshal(content.Keys, &keys); err != nil {
		t.Fatal(err)
	}
	stolen := keys[0]
	stolen.Tenant, stolen.ID = "globex", "stolen000000"
	live := s.call(201, "POST", acmeKeys, `{"name":"live","roles":["viewer"]}`)
	stolen.Hash, _ = apikeys.Parse(live.Key)
	other := keys[0]
	other.ID, other.Hash[0] = live.ID, 0
	forged, err := json.Marshal(admin.ImportKeys{Keys: []apikeys.Key{stolen, other}})
	if err != nil {
		t.Fatal(err)
	}
	if status, body := s.admin("POST", "/v1/keys/import", string(forged)); status != 200 || strings.Count(body, `"reason"`) != 2 {
		t.Errorf("%d %s", status, body)
	}
	if s.key("acme", live.Key) != 200 || s.key("globex", live.Key) == 200 {
		t.Error("a key of another tenant")
	}
}

func TestKeysAreSharedByReplicasAndOutliveThem(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	dir := writeConfig(t, keyTenants())
	first := startKeys(t, extauthz.Options{Config: dir, Redis: redis.URL})
	second := startKeys(t, extauthz.Options{Config: dir, Redis: redis.URL})
	made := first.call(201, "POST", acmeKeys, `{"name":"ci","roles":["viewer"]}`)
	await(t, "the other replica takes the key", func() bool { return second.key("acme", made.Key) == 200 })
	second.call(200, "POST", acmeKeys+"/"+made.ID+"/revoke", `{}`)
	await(t, "the first replica refuses it", func() bool { return first.key("acme", made.Key) == 401 })

	kept := first.call(201, "POST", acmeKeys, `{"name":"kept","roles":["viewer"]}`)
	for range 3 {
		if first.key("acme", kept.Key) != 200 {
			t.Error("the kept key is not taken")
		}
	}
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	third := startKeys(t, extauthz.Options{Config: dir, Redis: redis.URL})
	if third.key("acme", kept.Key) != 200 || third.key("acme", made.Key) != 401 {
		t.Error("a new replica has not what the first left")
	}
	if shown := third.call(200, "GET", acmeKeys+"/"+kept.ID, ""); shown.Uses == nil || *shown.Uses != 3 || shown.LastUsed == nil {
		t.Errorf("uses that a stopped replica left: %+v", shown)
	}

	redis.Kill(t)
	if third.key("acme", kept.Key) != 200 || third.key("acme", made.Key) != 401 {
		t.Error("known keys depend on the store")
	}
	if status, body := third.admin("POST", acmeKeys, `{"name":"later"}`); status != http.StatusServiceUnavailable {
		t.Errorf("a key without a store: %d %s", status, body)
	}
	late := startKeys(t, extauthz.Options{Config: dir, Redis: redis.URL})
	if status := late.key("acme", kept.Key); status != http.StatusServiceUnavailable {
		t.Errorf("a replica that knows nothing: %d", status)
	}
	if status, body := late.admin("GET", acmeKeys, ""); status != http.StatusServiceUnavailable {
		t.Errorf("a list of what was never read: %d %s", status, body)
	}
}
