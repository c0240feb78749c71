package scan_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/model"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
)

// signed is a policy with a file of signatures, as the filter gets it.
func signed(t *testing.T, file string) *scan.Policy {
	t.Helper()
	signatures, err := prompt.ParseSignatures(file)
	if err != nil {
		t.Fatal(err)
	}
	p := everything()
	p.Signatures = signatures
	document := p.Document()
	p, err = scan.ParsePolicy(document)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(p.Document(), document) {
		t.Error("the document reads as another")
	}
	return p
}

// Requirement R-32: signatures are updated without a rebuild.
func TestSignaturesOfAPolicyAreFound(t *testing.T) {
	t.Parallel()
	p := signed(t, "version 7\nphrase 0.95 velvet heron .. protocol\n")
	long := strings.Repeat("It is a quiet day at the harbour. ", 60)
	for _, body := range []string{
		`{"text":"Start the velvet heron override protocol"}`, `{"text":"` + long + `velvet heron protocol ` + long + `"}`,
		`{"text":"velvet\u0020heron protocol"}`, `{"text":"dmVsdmV0IGhlcm9uIG92ZXJyaWRlIHByb3RvY29s"}`,
	} {
		if got := judge(p, "application/json", []byte(body)); len(got.Findings) != 1 || got.Findings[0].Type != "prompt_injection" || got.Findings[0].Rule != "signature" {
			t.Errorf("%.60s: %+v", body, got.Findings)
		}
		if got := judge(everything(), "application/json", []byte(body)); len(got.Findings) != 0 {
			t.Errorf("%.60s without signatures: %+v", body, got.Findings)
		}
	}
}

// A model that is sure of everything finds what the shipped one does not.
func TestTheModelOfAPolicyTakesThePlaceOfTheShippedOne(t *testing.T) {
	t.Parallel()
	doc := make([]int, 100)
	for i := range doc {
		doc[i] = model.MaxWeight
	}
	sure := model.Encode(model.Parameters{Scale: 1, Margins: [model.Knots]float32{1, 2, 3, 4}}, doc)
	p := signed(t, "version 8\nweights "+string(sure)+"\n")
	shipped := everything()
	p.Profile, shipped.Profile = "tool-output", "tool-output" // where the model may speak alone
	body := []byte(`{"text":"Never ignore the instructions of the lifeguard."}`)
	if got := judge(p, "application/json", body); len(got.Findings) != 1 || got.Findings[0].Rule != "style" {
		t.Errorf("%+v, want one of style", got.Findings)
	}
	if got := judge(shipped, "application/json", body); len(got.Findings) != 0 {
		t.Errorf("the shipped model: %+v", got.Findings)
	}
}

func TestADocumentWithBadSignaturesIsRefused(t *testing.T) {
	t.Parallel()
	good := string(signed(t, "version 7\nphrase 0.95 velvet heron\n").Document())
	for name, bad := range map[string]string{
		"a low confidence": strings.Replace(good, "phrase 95", "phrase 9", 1), "no quotes": strings.Replace(good, `"velvet heron"`, "velvet heron", 1),
		"no words": strings.Replace(good, "velvet heron", "", 1), "weights": good + "weights nothing\n",
	} {
		if p, err := scan.ParsePolicy([]byte(bad)); err == nil {
			t.Errorf("%s: %+v", name, p.Signatures)
		}
	}
}
