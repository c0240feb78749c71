package config

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"unicode/utf8"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/declared"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// The words of a validated ScanPolicySpec in the scanner's types.
var (
	scanModes    = map[string]scan.Mode{"enforce": scan.Enforce, "shadow": scan.Shadow, "off": scan.Off}
	scanFormats  = map[string]scan.RedactFormat{"partial": scan.FormatPartial, "tag": scan.FormatTag}
	scanReveals  = map[string]scan.Reveal{"partial": scan.RevealPartial, "none": scan.RevealNone}
	scanOversize = map[string]scan.Oversize{"block": scan.OversizeBlock, "pass": scan.OversizePass}
	scanSanitize = map[string]scan.Sanitize{"none": scan.SanitizeNone, "html": scan.SanitizeHTML, "speech": scan.SanitizeSpeech}
	scanControls = map[string]scan.Controls{"pass": scan.ControlsPass, "block": scan.ControlsBlock}
	scanActions  = map[string]scan.Action{
		"pass": scan.Pass, "log": scan.Log, "tokenize": scan.Tokenize, "mask": scan.Mask, "redact": scan.Redact, "block": scan.Block,
	}
)

// minTokenKey is the least number of bytes of a file that tokens are made with.
const minTokenKey = 32

func parseScanPolicy(name string) func(*tree, []byte) (*ScanPolicy, []*file, []flaw) {
	return func(t *tree, data []byte) (*ScanPolicy, []*file, []flaw) {
		var p tenant.ScanPolicy
		d := read(data, &p, header{&p.Kind, &p.Metadata}, tenant.KindScanPolicy, name)
		b := policyBuilder{tree: t, document: d}
		policy := b.build(name, &p.Spec)
		if len(d.flaws) > 0 {
			return nil, b.needs, d.flaws
		}
		document := policy.Document()
		// What the filter would refuse is refused here, where somebody sees it.
		if _, err := scan.ParsePolicy(document); err != nil {
			d.add(d.at("spec"), "spec: the scanner refuses the policy: %v", err)
			return nil, b.needs, d.flaws
		}
		return &ScanPolicy{Spec: p.Spec, ScanPolicy: contentAddressed(document)}, b.needs, nil
	}
}

// ReadScanPolicy reads the file of one scan policy, with the files that it names: they lie in the directory of the
// configuration, which is the parent of the file's own if that is called scanpolicies, else the file's own.
func ReadScanPolicy(path string) (*scan.Policy, []Problem) {
	dir, name := filepath.Split(filepath.Clean(path))
	dir = filepath.Clean(dir)
	if filepath.Base(dir) == scanPoliciesDir {
		dir, name = filepath.Dir(dir), filepath.Join(scanPoliciesDir, name)
	}
	t, err := openTree(dir)
	if err != nil {
		return nil, []Problem{{File: path, Reason: "the directory " + whyUnreadable(err)}}
	}
	defer t.close()
	e := entry[ScanPolicy]{file: file{path: filepath.ToSlash(name)}}
	e.refresh(t, "", parseScanPolicy(""))
	if e.fresh == nil {
		return nil, e.problems
	}
	policy, err := scan.ParsePolicy(e.fresh.Document)
	if err != nil {
		return nil, []Problem{{File: path, Reason: err.Error()}}
	}
	return policy, nil
}

// policyBuilder makes the scanner's policy of a specification and of the files that it names.
type policyBuilder struct {
	*document
	tree  *tree
	needs []*file
}

func (b *policyBuilder) build(name string, spec *tenant.ScanPolicySpec) *scan.Policy {
	policy := &scan.Policy{
		Name: name, Profile: spec.Profile, Mode: scanModes[spec.Mode],
		Format: scanFormats[spec.RedactFormat], Reveal: scanReveals[spec.Reveal],
		Request: scanDirection(spec.Request), Response: scanDirection(spec.Response),
	}
	if spec.TokenizeKeyFile != "" {
		policy.TokenKey = b.tokenKey(spec.TokenizeKeyFile)
	}
	if spec.SignatureFile != "" {
		policy.Signatures = b.signatures(spec.SignatureFile)
	}
	b.check("spec.prohibited_terms", spec.ProhibitedTerms, declared.CheckTerm)
	b.check("spec.canaries", spec.Canaries, declared.CheckCanary)
	prompts := b.prompts(spec)
	if len(b.flaws) > 0 {
		return nil
	}
	var err error
	if policy.Declared, err = declared.New(spec.ProhibitedTerms, spec.Canaries, prompts); err != nil {
		b.add(b.at("spec"), "spec: %v", err)
	}
	return policy
}

// tokenKey derives the key of the document from the file, so that what Envoy holds says nothing of the file.
func (b *policyBuilder) tokenKey(path string) scan.TokenKey {
	const field = "spec.tokenize_key_file"
	f := b.content(field, path)
	if f == nil {
		return nil
	}
	secret := bytes.TrimRight(f.data, "\r\n")
	if len(secret) < minTokenKey {
		b.add(b.at(field), "%s: %s: has %d bytes; a key of tokens has %d at least", field, f.path, len(secret), minTokenKey)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("meshwarden tokens 1"))
	return mac.Sum(nil)
}

// signatures are those of a file; a line that is none is a problem of the file.
func (b *policyBuilder) signatures(path string) *prompt.Signatures {
	const field = "spec.signature_file"
	f := b.content(field, path)
	if f == nil {
		return nil
	}
	s, err := prompt.ParseSignatures(string(f.data))
	if err != nil {
		b.add(b.at(field), "%s: %s:%v", field, f.path, err)
	}
	return s
}

// content reads a file that a field names; it is nil when that is a problem, which is reported.
func (b *policyBuilder) content(field, path string) *file {
	f := inline(b.tree, b.document, field, path)
	if f == nil {
		return nil
	}
	b.needs = append(b.needs, f)
	if f.reason != "" {
		return nil
	}
	return f
}

func (b *policyBuilder) check(path string, texts []string, check func(string) error) {
	for i, text := range texts {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch err := check(text); {
		case !utf8.ValidString(text):
			b.add(b.at(at), "%s: is not UTF-8", at)
		case err != nil:
			// The text is not repeated: a canary is a secret.
			b.add(b.at(at), "%s: %v", at, err)
		}
	}
}

// prompts are the fingerprints of all system prompts.
func (b *policyBuilder) prompts(spec *tenant.ScanPolicySpec) (sums []uint64) {
	words := 0
	add := func(field, prompt string) {
		more, n, err := declared.Fingerprints(prompt)
		if words += n; err == nil && words > declared.MaxPromptWords {
			err = declared.ErrPromptTooLong
		}
		if err != nil {
			b.add(b.at(field), "%s: %v", field, err)
		}
		sums = append(sums, more...)
	}
	for i, prompt := range spec.SystemPrompts {
		add(fmt.Sprintf("spec.system_prompts[%d]", i), prompt)
	}
	for i, path := range spec.SystemPromptFiles {
		field := fmt.Sprintf("spec.system_prompt_files[%d]", i)
		if f := b.content(field, path); f != nil {
			add(field, string(f.data))
		}
	}
	return sums
}

func scanDirection(d tenant.ScanDirection) scan.DirectionPolicy {
	p := scan.DirectionPolicy{
		MaxBytes: d.MaxBytes, Oversize: scanOversize[d.Oversize], Sanitize: scanSanitize[d.Sanitize],
		Controls: scanControls[d.ControlCharacters],
		Default:  scanActions[d.Actions["default"]], Actions: map[string]scan.Action{},
	}
	for _, entry := range d.Allow {
		p.Allow = append(p.Allow, scan.Allow(entry))
	}
	for finding, action := range d.Actions {
		if finding != "default" {
			p.Actions[finding] = scanActions[action]
		}
	}
	return p
}

func contentAddressed(document []byte) plane.ScanPolicy {
	sum := sha256.Sum256(document)
	return plane.ScanPolicy{Hash: hex.EncodeToString(sum[:]), Document: document}
}
