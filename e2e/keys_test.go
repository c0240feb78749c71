package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestKeysOfTheAdminAPI makes, rotates and revokes an API key as an operator does, and calls through Envoy with it.
func TestKeysOfTheAdminAPI(t *testing.T) {
	t.Parallel()
	const token = "an-admin-token-of-thirty-two-bytes-or-more"
	state := t.TempDir()
	tokens, tokenFile := filepath.Join(state, "tokens.yaml"), filepath.Join(state, "ops.token")
	for path, text := range map[string]string{tokens: "tokens: [{name: ops, token: " + token + "}]\n", tokenFile: token + "\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"--state-dir", state, "--admin-api", "127.0.0.1:0", "--admin-tokens", tokens}
	dir := quickstart(t)
	g := up(t, dir, args...)

	type secret struct{ ID, Key, State string }
	keys := func(command string, more ...string) (made secret) {
		t.Helper()
		arguments := append([]string{"keys", command, "--server", g.AdminAPI, "--token-file", tokenFile, "--tenant", "globex", "--output", "json"}, more...)
		out, errs, code := meshwarden(t, arguments...)
		if code != 0 {
			t.Fatalf("keys %s: %d %s", command, code, errs)
		}
		if err := json.Unmarshal([]byte(out), &made); err != nil {
			t.Fatalf("%q: %v", out, err)
		}
		return made
	}
	status := func(key string) int {
		t.Helper()
		return g.send(t, request{host: "globex.localhost", apiKey: key}).status
	}
	// What the API has answered is in effect: nothing is awaited.
	made := keys("create", "--name", "ci", "--role", "viewer")
	if got := status(made.Key); got != 200 {
		t.Fatalf("the new key: %d", got)
	}
	checkError(t, g.send(t, request{method: "POST", host: "globex.localhost", apiKey: made.Key}), 403, "FORBIDDEN")
	checkError(t, g.send(t, request{host: "acme.localhost", apiKey: made.Key}), 403, "FORBIDDEN")

	rotated := keys("rotate", "--grace", "1h", made.ID)
	if old, present := status(made.Key), status(rotated.Key); old != 200 || present != 200 {
		t.Errorf("in the grace of a rotation: %d and %d", old, present)
	}
	keys("revoke", "--previous", made.ID)
	if old, present := status(made.Key), status(rotated.Key); old != 401 || present != 200 {
		t.Errorf("after the previous secret was revoked: %d and %d", old, present)
	}

	g.process.stop()
	g = up(t, dir, args...)
	if old, present := status(made.Key), status(rotated.Key); old != 401 || present != 200 {
		t.Errorf("after a restart: %d and %d", old, present)
	}
	if revoked := keys("revoke", made.ID); revoked.State != "revoked" {
		t.Errorf("%+v", revoked)
	}
	checkError(t, g.send(t, request{host: "globex.localhost", apiKey: rotated.Key}), 401, "UNAUTHORIZED")
}
