package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// errorBody is the one shape of every error answer.
type errorBody struct {
	Error struct {
		Code      string `json:"code"`
		Message   string `json:"message"`
		RequestID string `json:"request_id"`
	} `json:"error"`
}

// checkError asserts status, code and shape of an error answer.
func checkError(t *testing.T, a answer, status int, code string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, want %d: %s", a.status, status, a.body)
		return
	}
	decoder := json.NewDecoder(strings.NewReader(a.body))
	decoder.DisallowUnknownFields()
	var body errorBody
	if err := decoder.Decode(&body); err != nil {
		t.Errorf("error body %q: %v", a.body, err)
		return
	}
	if body.Error.Code != code || body.Error.Message == "" || body.Error.RequestID == "" {
		t.Errorf("error body %q, want code %s", a.body, code)
	}
	if got := a.header.Get("Content-Type"); got != "application/json" {
		t.Errorf("content type %q", got)
	}
}

// echoed is what the echo upstream saw.
type echoed struct {
	Method, Path, Body string
	Headers            map[string]string
}

func checkEchoed(t *testing.T, a answer) echoed {
	t.Helper()
	var e echoed
	if a.status != 200 {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &e); err != nil {
		t.Fatalf("echo %q: %v", a.body, err)
	}
	return e
}

func TestAccess(t *testing.T) {
	t.Parallel()
	g := up(t, quickstart(t))
	const acme, globex = "acme.localhost", "globex.localhost"
	viewer := g.token(t, "acme", "vera", "viewer")
	editor := g.token(t, "acme", "ed", "editor")
	tampered := viewer[:len(viewer)-6] + map[bool]string{true: "AAAAAA", false: "BBBBBB"}[!strings.HasSuffix(viewer, "AAAAAA")]

	denied := map[string]struct {
		request request
		status  int
		code    string
	}{
		"no credential":                     {request{host: acme}, 401, "UNAUTHORIZED"},
		"a viewer may not write":            {request{method: "POST", host: acme, token: viewer}, 403, "FORBIDDEN"},
		"a token of another tenant":         {request{host: globex, token: viewer}, 403, "FORBIDDEN"},
		"an unknown host":                   {request{host: "nobody.localhost", token: viewer}, 404, "NOT_FOUND"},
		"a changed signature":               {request{host: acme, token: tampered}, 401, "UNAUTHORIZED"},
		"garbage for a token":               {request{host: acme, token: "garbage"}, 401, "UNAUTHORIZED"},
		"an unknown API key":                {request{host: globex, apiKey: "mw_nope"}, 401, "UNAUTHORIZED"},
		"a method that no permission names": {request{method: "PROPFIND", host: acme, token: editor}, 403, "FORBIDDEN"},
	}
	for name, c := range denied {
		t.Run(name, func(t *testing.T) { checkError(t, g.send(t, c.request), c.status, c.code) })
	}

	t.Run("a viewer reads and the upstream sees who", func(t *testing.T) {
		e := checkEchoed(t, g.send(t, request{host: acme, path: "/things?x=1", token: viewer, headers: map[string]string{
			"x-tenant-id": "globex", "x-subject": "root", "x-roles": "admin",
		}}))
		if e.Headers["x-tenant-id"] != "acme" || e.Headers["x-subject"] != "vera" || e.Headers["x-roles"] != "viewer" {
			t.Errorf("the upstream saw %v", e.Headers)
		}
		if e.Path != "/things?x=1" || e.Headers["x-request-id"] == "" {
			t.Errorf("the upstream saw %+v", e)
		}
	})
	t.Run("an editor writes", func(t *testing.T) {
		e := checkEchoed(t, g.send(t, request{method: "POST", host: acme, path: "/things", token: editor, contentType: "application/json", body: `{"name":"lamp"}`}))
		if e.Method != "POST" || e.Body != `{"name":"lamp"}` {
			t.Errorf("the upstream saw %+v", e)
		}
	})
	t.Run("a host in capitals with a port and a dot is the same host", func(t *testing.T) {
		checkEchoed(t, g.send(t, request{host: "ACME.localhost.:8080", token: viewer}))
	})
	t.Run("the WWW-Authenticate challenge is there", func(t *testing.T) {
		if got := g.send(t, request{host: acme}).header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
			t.Errorf("WWW-Authenticate %q", got)
		}
	})
}

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	g := up(t, quickstart(t))
	out, errs, code := meshwarden(t, "keys", "create", "--config", g.dir, "--tenant", "globex", "--name", "ci", "--role", "viewer", "--output", "json")
	if code != 0 {
		t.Fatalf("keys create: %d %s", code, errs)
	}
	var created struct{ ID, Key string }
	if err := json.Unmarshal([]byte(out), &created); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	with := request{host: "globex.localhost", apiKey: created.Key}
	eventually(t, "the new key is accepted", func() bool { return g.send(t, with).status == 200 })
	if a := g.send(t, request{host: "globex.localhost", token: created.Key}); a.status != 200 {
		t.Errorf("as a bearer token: %d %s", a.status, a.body)
	}
	checkError(t, g.send(t, request{method: "POST", host: "globex.localhost", apiKey: created.Key}), 403, "FORBIDDEN")
	checkError(t, g.send(t, request{host: "acme.localhost", apiKey: created.Key}), 403, "FORBIDDEN")
	checkError(t, g.send(t, request{host: "globex.localhost", apiKey: created.Key, token: g.token(t, "globex", "gus", "viewer")}), 401, "UNAUTHORIZED")

	if _, errs, code := meshwarden(t, "keys", "revoke", "--config", g.dir, created.ID); code != 0 {
		t.Fatalf("keys revoke: %d %s", code, errs)
	}
	eventually(t, "the revoked key is refused", func() bool { return g.send(t, with).status == 401 })
}
