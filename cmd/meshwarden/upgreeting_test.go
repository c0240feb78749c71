package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/standalone"
)

const quickstart = "../../examples/quickstart"

func quickstartSnapshot(t *testing.T) *config.Snapshot {
	t.Helper()
	snapshot, problems := config.NewLoader(quickstart).Load()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return snapshot
}

func TestExamplesOfTheQuickstartAreCompleteAndTheirTokensVerify(t *testing.T) {
	t.Parallel()
	snapshot := quickstartSnapshot(t)
	text := upExamples("http://127.0.0.1:8080", snapshot, time.Now())
	for _, line := range []string{
		`  GATEWAY=http://127.0.0.1:8080`,
		`  curl -i -H 'Host: acme.localhost' $GATEWAY/   # 401: no credential`,
		`  curl -i -H 'Host: acme.localhost' -H "Authorization: Bearer $VIEWER" $GATEWAY/things   # 200: and what the upstream saw`,
		`  curl -i -H 'Host: acme.localhost' -H "Authorization: Bearer $VIEWER" -X POST $GATEWAY/things   # 403: a viewer may not write`,
		`  curl -i -H 'Host: acme.localhost' -H "Authorization: Bearer $EDITOR" --json '{"card":"4111 1111 1111 1111"}' $GATEWAY/echo   # 200: redacted in the answer`,
		`  curl -i -H 'Host: acme.localhost' -H "Authorization: Bearer $EDITOR" --json '{"q":"1\u0027 UNION SELECT password FROM users -- "}' $GATEWAY/things   # 403: blocked before the upstream`,
		`  curl -i -H 'Host: globex.localhost' -H "Authorization: Bearer $VIEWER" $GATEWAY/   # 403: a token of another tenant`,
	} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("no line %s in\n%s", line, text)
		}
	}
	secret := []byte(snapshot.Tenants["acme"].Spec.Auth.JWT[0].Secret)
	for variable, role := range map[string]string{"VIEWER": "viewer", "EDITOR": "editor"} {
		found := regexp.MustCompile(`(?m)^  ` + variable + `=(\S+)$`).FindStringSubmatch(text)
		if found == nil {
			t.Errorf("no %s", variable)
			continue
		}
		token, err := jwt.Parse([]byte(found[1]), jwt.WithKey(jwa.HS256(), secret))
		if err != nil {
			t.Errorf("%s: %v", variable, err)
			continue
		}
		var roles []any
		if err := token.Get("roles", &roles); err != nil || len(roles) != 1 || roles[0] != role {
			t.Errorf("%s: roles %v, %v", variable, roles, err)
		}
	}
}

func TestThereAreNoExamplesWithoutADevelopmentKey(t *testing.T) {
	t.Parallel()
	snapshot := quickstartSnapshot(t)
	for _, tenant := range snapshot.Tenants {
		for i := range tenant.Spec.Auth.JWT {
			tenant.Spec.Auth.JWT[i].Development = false
		}
	}
	if text := upExamples("http://127.0.0.1:8080", snapshot, time.Now()); text != "" {
		t.Error(text)
	}
}

func TestTheGreetingNamesEveryAddress(t *testing.T) {
	t.Parallel()
	text := upGreeting(standalone.Addresses{Gateway: "http://g:1", EnvoyAdmin: "http://e:2", XDS: "x:3", Extauthz: "a:4", Admin: "http://m:5"}, quickstart)
	for _, want := range []string{"http://g:1", "http://e:2", "x:3", "a:4", "http://m:5", "  GATEWAY=http://g:1\n", quickstart} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}
