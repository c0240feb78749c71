package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

const declaringPolicy = `apiVersion: meshwarden.io/v1alpha1
kind: ScanPolicy
metadata:
  name: standard
spec:
  reveal: none
  tokenize_key_file: keys/tokens.key
  prohibited_terms: [Project Falcon, "falcon*"]
  canaries: [Zebra-7Q41-Lantern]
  system_prompts:
  - You are Aria, the booking assistant of Northwind Railways, and never offer refunds above forty euro.
  system_prompt_files: [prompts/aria.txt]
  request:
    sanitize: html
    actions: {EMAIL: tokenize, CARD: mask, prohibited_term: block}
  response:
    sanitize: speech
    actions: {canary: redact}
`

func TestWhatAPolicyDeclaresReachesItsDocument(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	d.write("keys/tokens.key", strings.Repeat("k", 40)+"\n")
	d.write("prompts/aria.txt", strings.Repeat("one two three four five six seven ", 4))
	d.write("scanpolicies/standard.yaml", declaringPolicy)
	l := d.loader()
	before := load(t, l).ScanPolicies["standard"]
	p, err := scan.ParsePolicy(before.Document)
	if err != nil {
		t.Fatal(err)
	}
	if p.Reveal != scan.RevealNone || p.Request.Sanitize != scan.SanitizeHTML || p.Response.Sanitize != scan.SanitizeSpeech {
		t.Errorf("%+v", p)
	}
	if p.Action(scan.Request, "EMAIL") != scan.Tokenize || p.Action(scan.Request, "CARD") != scan.Mask || p.Action(scan.Response, "canary") != scan.Redact {
		t.Errorf("%v %v", p.Request.Actions, p.Response.Actions)
	}
	if !slices.Equal(p.Declared.Terms(), []string{"falcon*", "project falcon"}) || len(p.Declared.Canaries()) != 1 || len(p.Declared.Prompts()) < 8 {
		t.Errorf("%+v", p.Declared)
	}
	document := string(before.Document)
	if strings.Contains(document, strings.Repeat("k", 40)) || strings.Contains(document, "Northwind") || strings.Contains(document, "seven") {
		t.Error("the document has the key or a prompt in the clear")
	}
	d.write("keys/tokens.key", strings.Repeat("l", 40)+"\n")
	if after := load(t, l).ScanPolicies["standard"]; after.Hash == before.Hash {
		t.Error("a new key is not a new document")
	}
}

func TestWhatCannotBeDeclaredIsAProblemAtItsPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ from, to, want string }{
		"a key that is too short":     {"keys/tokens.key", "keys/short.key", "spec.tokenize_key_file: keys/short.key: has 5 bytes; a key of tokens has 32 at least"},
		"a key outside":               {"keys/tokens.key", "../tokens.key", "spec.tokenize_key_file: ../tokens.key: must be a path inside"},
		"a term without letters":      {`"falcon*"`, `"***"`, "spec.prohibited_terms[1]: has no letter or digit"},
		"a canary that is too short":  {"Zebra-7Q41-Lantern", "Zebra", "spec.canaries[0]: has fewer than 8 letters and digits"},
		"a prompt of few words":       {"You are Aria, the booking assistant of Northwind Railways, and never offer refunds above forty euro.", "Be nice.", "spec.system_prompts[0]: has fewer than 12 words"},
		"a prompt that is not there":  {"prompts/aria.txt", "prompts/none.txt", "spec.system_prompt_files[0]: prompts/none.txt: "},
		"an action without its key":   {"  tokenize_key_file: keys/tokens.key\n", "", "spec.request.actions.EMAIL: tokenize needs spec.tokenize_key_file"},
		"an unknown kind of cleaning": {"sanitize: html", "sanitize: all", `spec.request.sanitize: "all" is not known: must be none, html or speech`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDirectory(t)
			d.write("keys/tokens.key", strings.Repeat("k", 40))
			d.write("keys/short.key", "short\n")
			d.write("prompts/aria.txt", strings.Repeat("one two three four five six seven ", 4))
			d.write("scanpolicies/standard.yaml", strings.Replace(declaringPolicy, c.from, c.to, 1))
			_, problems := config.NewLoader(d.dir).Load()
			found := slices.ContainsFunc(problems, func(p config.Problem) bool {
				return p.File == "scanpolicies/standard.yaml" && p.Line > 1 && strings.HasPrefix(p.Reason, c.want)
			})
			if !found {
				t.Errorf("problems %q", problems)
			}
		})
	}
}

func TestWhatAPolicyAllowsReachesItsDocument(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	d.write("scanpolicies/standard.yaml", `apiVersion: meshwarden.io/v1alpha1
kind: ScanPolicy
metadata:
  name: standard
spec:
  response:
    allow:
    - path: $.support.phone
      types: [PHONE]
    - path: $.items[*].contact
`)
	p, err := scan.ParsePolicy(load(t, d.loader()).ScanPolicies["standard"].Document)
	if err != nil {
		t.Fatal(err)
	}
	want := []scan.Allow{{Path: "$.items[*].contact"}, {Path: "$.support.phone", Types: []string{"PHONE"}}}
	if diff := cmp.Diff(want, p.Response.Allow); diff != "" || p.Request.Allow != nil {
		t.Errorf("%s, requests %v", diff, p.Request.Allow)
	}
}

func TestKeyPathsAreThoseOfTheScanner(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"", "$", "a", ".a", "$a", "$.", "$..a", "$.a.", "$.a[0]", "$.a[*", "$.a[*]b", "$.a b", "$.a\"b", `$.a\b`, "$.a'b", "$.*", "$[*].", "$.a\n", "$.\xff",
		"$.a", "$.a[*]", "$[*][*].b", "$.r\u00e9ponse.\u96fb\u8a71", "$.$ref.@id", "$.a-b_c:d/e",
		"$." + strings.Repeat("k", 63), "$." + strings.Repeat("k", 64), "$" + strings.Repeat(".a", 32), "$" + strings.Repeat(".a", 33),
		"$" + strings.Repeat("[*]", 32), "$" + strings.Repeat("[*]", 33), "$" + strings.Repeat(".abcdefg", 31) + ".abcdef", "$" + strings.Repeat(".abcdefg", 32),
	} {
		if tenant.IsKeyPath(path) != scan.ValidPath(path) {
			t.Errorf("%q: the policy's check says %v, the scanner %v", path, tenant.IsKeyPath(path), scan.ValidPath(path))
		}
	}
}

func TestAFileOfSignaturesReachesTheDocumentAndItsLinesAreChecked(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	d.write("signatures/prompt.txt", "version 1\nphrase 0.9 velvet heron protocol\n")
	d.write("scanpolicies/standard.yaml", "apiVersion: meshwarden.io/v1alpha1\nkind: ScanPolicy\nmetadata:\n  name: standard\nspec:\n  signature_file: signatures/prompt.txt\n")
	l := d.loader()
	before := load(t, l).ScanPolicies["standard"]
	p, err := scan.ParsePolicy(before.Document)
	if err != nil {
		t.Fatal(err)
	}
	if p.Signatures.Version() != "1" || len(p.Signatures.Phrases()) != 1 {
		t.Errorf("version %q, %v", p.Signatures.Version(), p.Signatures.Phrases())
	}
	d.write("signatures/prompt.txt", "version 2\nphrase 0.9 velvet heron protocol\nphrase 0.9 {orders} first\n")
	snapshot, problems := l.Load()
	if !slices.ContainsFunc(problems, func(p config.Problem) bool {
		return strings.HasPrefix(p.Reason, "spec.signature_file: signatures/prompt.txt:3: begins with something else")
	}) {
		t.Errorf("problems %q", problems)
	}
	if after := snapshot.ScanPolicies["standard"]; after.Hash != before.Hash {
		t.Error("the last good policy does not stay")
	}
}
