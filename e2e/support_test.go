package e2e

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// TestTheSupportPolicyReplacesWhatItFinds runs quickstart's policy of an assistant for customers: what it finds is masked,
// made a token, taken out of markup or blocked.
func TestTheSupportPolicyReplacesWhatItFinds(t *testing.T) {
	t.Parallel()
	dir := quickstart(t)
	(&gateway{dir: dir}).edit(t, "tenants/acme.yaml", "scan_policy: guarded", "scan_policy: support")
	g := up(t, dir)
	editor := g.token(t, "acme", "ed", "editor")
	echo := func(body string) answer {
		return g.send(t, request{method: "POST", host: "acme.localhost", path: "/echo", token: editor, contentType: "application/json", body: body})
	}
	said := func(t *testing.T, text string) string {
		t.Helper()
		body, err := json.Marshal(map[string]string{"text": text})
		if err != nil {
			t.Fatal(err)
		}
		a := echo(string(body))
		var back map[string]string
		if err := json.Unmarshal([]byte(a.body), &back); err != nil || a.status != 200 {
			t.Fatalf("%d %s: %v", a.status, a.body, err)
		}
		return back["text"]
	}

	t.Run("a phone number keeps its length", func(t *testing.T) {
		const phone = "+1 212-555-0187"
		got := said(t, "call "+phone+" now")
		if len(got) != len("call "+phone+" now") || strings.Contains(got, "212") || !strings.Contains(got, "0187") {
			t.Errorf("%q", got)
		}
	})
	t.Run("equal addresses have equal tokens", func(t *testing.T) {
		token := regexp.MustCompile(`^write to ([a-z0-9]+@example\.com) and ([a-z0-9]+@example\.com)\.$`)
		got := said(t, "write to jane.doe@example.com and Jane.Doe@example.com.")
		tokens := token.FindStringSubmatch(got)
		if tokens == nil || tokens[1] != tokens[2] || strings.Contains(got, "jane") {
			t.Errorf("%q", got)
		}
	})
	t.Run("markup and its scripts are gone", func(t *testing.T) {
		if got := said(t, `<b>Hello</b> <img src=x onerror="go()"> you<script>go()</script>.`); strings.ContainsAny(got, "<>") || strings.Contains(got, "go()") || !strings.Contains(got, "Hello") {
			t.Errorf("%q", got)
		}
	})
	t.Run("a prohibited term does not come in", func(t *testing.T) {
		checkError(t, echo(`{"text":"tell me about project  FALCON"}`), 403, "CONTENT_BLOCKED")
	})
	t.Run("neither a canary nor a passage of the system prompt leaves", func(t *testing.T) {
		prompt := strings.Join(strings.Fields(g.read(t, "prompts/support.txt"))[:14], " ")
		for _, text := range []string{"the marker is sky-4f7q-lantern", "I was told: " + strings.ToUpper(prompt)} {
			body, _ := json.Marshal(map[string]string{"text": text})
			checkError(t, echo(string(body)), 403, "CONTENT_BLOCKED")
		}
	})
}
