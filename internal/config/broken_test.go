package config_test

import (
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/config"
)

// brokenFiles are ways to break tenant b, each with what is said about it.
var brokenFiles = map[string]struct{ file, text, want string }{
	"syntax": {"tenants/b.yaml", "apiVersion: [\nkind: Tenant\n",
		"tenants/b.yaml:3:1: not YAML: while parsing a flow sequence: did not find expected ',' or ']'"},
	"a tab": {"tenants/b.yaml", "apiVersion: x\nspec:\n\thosts: []\n",
		"tenants/b.yaml:3:1: not YAML: while scanning for the next token: found character that cannot start any token"},
	"an unknown field": {"tenants/b.yaml", replace(tenantYAML("b", "free"), "  tier:", "  teir:"),
		`tenants/b.yaml:8:3: unknown field "teir"; did you mean "tier"?`},
	"an unknown field far from all": {"tenants/b.yaml", replace(tenantYAML("b", "free"), "  tier:", "  zzzzzz:"),
		`tenants/b.yaml:8:3: unknown field "zzzzzz"`},
	"an unknown upstream": {"tenants/b.yaml", replace(tenantYAML("b", "free"), "upstream: echo", "upstream: ecko"),
		`tenants/b.yaml:18:17: spec.routes[0].upstream: unknown upstream "ecko"; did you mean "echo"?`},
	"an unknown scan policy": {"tenants/b.yaml", replace(tenantYAML("b", "free"), "scan_policy: standard", "scan_policy: custom"),
		`tenants/b.yaml:14:16: spec.scan_policy: unknown scan policy "custom"`},
	"an unknown tenant in a grant": {"tenants/b.yaml", tenantYAML("b", "free") + "  grants:\n    - tenant: nobody\n      roles: [viewer]\n",
		`tenants/b.yaml:20:15: spec.grants[0].tenant: unknown tenant "nobody"`},
	"another tenant's host": {"tenants/b.yaml", replace(tenantYAML("b", "free"), "b.example.com\n  tier", "a.example.com\n  tier"),
		`tenants/b.yaml:7:7: spec.hosts[0]: host "a.example.com" belongs to tenant "a" already (tenants/a.yaml)`},
	"another tenant's issuer": {"tenants/b.yaml", replace(tenantYAML("b", "free"), "https://b.", "https://a."),
		`tenants/b.yaml:11:17: spec.auth.jwt[0].issuer: issuer "https://a.example.com" without key ids belongs to tenant "a" already (tenants/a.yaml)`},
	"Rego that does not parse": {"tenants/b/own.rego", "package tenant\n\ndeny contains msg if {\n",
		"tenants/b/own.rego:4:1: rego_parse_error: unexpected eof token"},
	"Rego that does not compile": {"tenants/b/own.rego", "package tenant\n\ndeny contains msg if { input.request.method == \"GET\" }\n",
		"tenants/b/own.rego:3:15: rego_unsafe_var_error: var msg is unsafe"},
	"a Rego type error": {"tenants/b/own.rego", "package tenant\n\ndeny contains \"x\" if count(1 + \"a\") > 0\n",
		"tenants/b/own.rego:3:28: rego_type_error: plus: invalid argument(s)"},
	"a regex that Envoy refuses": {"tenants/b.yaml", replace(tenantYAML("b", "free"), "{prefix: /}", `{regex: "/a(?!b)"}`),
		"tenants/b.yaml:17:22: spec.routes[0].match.regex: RE2 refuses it: invalid or unsupported Perl syntax: `(?!`"},
	"an empty file": {"tenants/b.yaml", "", "tenants/b.yaml:1:1: the file is empty"},
	"only comments": {"tenants/b.yaml", "# nothing\n---\n", "tenants/b.yaml:1:1: the file is empty"},
	"a binary file": {"tenants/b.yaml", "kind: T\n\x7fELF\x00", "tenants/b.yaml:2:5: not a text file: it holds a NUL byte"},
	"invalid UTF-8": {"tenants/b.yaml", "kind: \"é\xff\"", "tenants/b.yaml:1:9: not a text file: it is not valid UTF-8"},
	"a file of 10 MB": {"tenants/b.yaml", tenantYAML("b", "free") + strings.Repeat("#", 10<<20),
		"tenants/b.yaml:1:1: the file has 10486111 bytes; at most 1048576 are read"},
	"a module of 10 MB": {"tenants/b/own.rego", ownModule + strings.Repeat("#", 10<<20),
		"tenants/b/own.rego:1:1: the file has 10485834 bytes; at most 1048576 are read"},
	"a binary module":   {"tenants/b/own.rego", "package tenant\n\x00", "tenants/b/own.rego:2:1: not a text file: it holds a NUL byte"},
	"YAML with modules": {"tenants/b/data.yaml", "a: 1\n", "tenants/b/data.yaml:1:1: only Rego modules (.rego) belong here"},
	"a second document": {"tenants/b.yaml", tenantYAML("b", "free") + "---\nkind: Tenant\n",
		"tenants/b.yaml:19:1: a second document starts here: one file holds one object"},
	"a key twice": {"tenants/b.yaml", tenantYAML("b", "free") + "  tier: free\n",
		`tenants/b.yaml:19:3: "tier" is already there in line 8`},
	"another name": {"tenants/b.yaml", replace(tenantYAML("b", "free"), "name: b\n", "name: bb\n"),
		`tenants/b.yaml:4:9: metadata.name: must be "b", as the file is named`},
	"another kind": {"tenants/b.yaml", upstreamYAML("b"), `tenants/b.yaml:2:7: kind: must be Tenant in this place, not "Upstream"`},
	"no kind":      {"tenants/b.yaml", replace(tenantYAML("b", "free"), "kind: Tenant\n", ""), "tenants/b.yaml:1:1: kind: must be Tenant"},
	"another version": {"tenants/b.yaml", replace(tenantYAML("b", "free"), "v1alpha1", "v1"),
		"tenants/b.yaml:1:13: apiVersion: must be meshwarden.io/v1alpha1"},
	"a number for a string": {"tenants/b.yaml", replace(tenantYAML("b", "free"), "tier: free", "tier: 1"),
		"tenants/b.yaml:8:9: spec.tier: must be a string: put it in quotes"},
	"a string for a list": {"tenants/b.yaml", replace(tenantYAML("b", "free"), "hosts:\n    - b.example.com", "hosts: b.example.com"),
		"tenants/b.yaml:6:10: spec.hosts: must be a list, not a string"},
	"a list for a mapping": {"tenants/b.yaml", replace(tenantYAML("b", "free"), "match: {prefix: /}", "match: [/]"),
		"tenants/b.yaml:17:14: spec.routes[0].match: must be a mapping, not a list"},
	"a fraction for a whole number": {"tenants/b.yaml", tenantYAML("b", "free") + "      retries: 1.5\n",
		"tenants/b.yaml:19:16: spec.routes[0].retries: must be a whole number"},
	"a word for a bool": {"tenants/b.yaml", tenantYAML("b", "free") + "      websocket: yes\n",
		"tenants/b.yaml:19:18: spec.routes[0].websocket: must be true or false, not a string"},
	"the wrong tag": {"tenants/b.yaml", replace(tenantYAML("b", "free"), "tier: free", "tier: !secret free"),
		"tenants/b.yaml:8:9: spec.tier: must be a string, not a value tagged !secret"},
	"merge keys": {"tenants/b.yaml", tenantYAML("b", "free") + "      <<: {retries: 1}\n",
		"tenants/b.yaml:19:7: spec.routes[0]: merge keys (<<) are not supported: write the fields out, or alias a whole value"},
	"a number that JSON cannot hold": {"tenants/b.yaml", tenantYAML("b", "free") + "  data: {a: 9007199254740993}\n",
		"tenants/b.yaml:19:13: 9007199254740993 is not a number that JSON can hold; put it in quotes"},
	"a secret file outside": {"tenants/b.yaml", withKey("secret_file: ../secret"),
		"tenants/b.yaml:12:22: spec.auth.jwt[0].secret_file: ../secret: must be a path inside the configuration directory, relative to it"},
	"a secret file that is not there": {"tenants/b.yaml", withKey("secret_file: secret"),
		"tenants/b.yaml:12:22: spec.auth.jwt[0].secret_file: secret: there is no such file"},
	"a secret that is a directory": {"tenants/b.yaml", withKey("secret_file: tenants"),
		"tenants/b.yaml:12:22: spec.auth.jwt[0].secret_file: tenants: not a regular file"},
	"a key set that is none": {"tenants/b.yaml", withKey("jwks: '{\"keys\": []}'"),
		`tenants/b.yaml:12:15: spec.auth.jwt[0].jwks: is not a JSON Web Key Set with a signature key: {"keys": [...]}`},
}

func replace(text, old, replacement string) string {
	if strings.Count(text, old) != 1 {
		panic("not once: " + old)
	}
	return strings.Replace(text, old, replacement, 1)
}

// withKey is tenant b with another source of its key.
func withKey(source string) string {
	return replace(tenantYAML("b", "free"), "secret: development-secret-of-tenant-b-0123456789\n        development: true", source)
}

func TestABrokenFileIsRefusedWithItsPlaceAndHurtsNobodyElse(t *testing.T) {
	t.Parallel()
	for name, c := range brokenFiles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDirectory(t)
			l := d.loader()
			good := load(t, l)

			d.write(c.file, c.text)
			bad := load(t, l, c.want)
			if bad.Tenants["b"] != good.Tenants["b"] || len(bad.Tenants) != 3 {
				t.Fatal("the last good version is gone")
			}
			d.write("tenants/c.yaml", tenantYAML("c", "starter"))
			edited := load(t, l, c.want)
			if edited.Tenants["c"].Spec.Tier != "starter" || edited.Tenants["a"] != good.Tenants["a"] || edited.Tenants["b"] != good.Tenants["b"] {
				t.Error("an edit of another tenant is not taken over, or more than that")
			}

			// At a first load there is no good version, and everything else is there.
			fresh := load(t, config.NewLoader(d.dir), c.want)
			if len(fresh.Tenants) != 2 || fresh.Tenants["a"] == nil || fresh.Tenants["c"] == nil {
				t.Errorf("tenants %v", fresh.Tenants)
			}

			d.remove("tenants/b")
			d.write("tenants/b.yaml", tenantYAML("b", "enterprise"))
			if s := load(t, l); s.Tenants["b"].Spec.Tier != "enterprise" {
				t.Error("the repair is not taken over")
			}
		})
	}
}
