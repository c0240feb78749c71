package handoff_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/handoff"
)

func TestHandoffSurvivesItsEncoding(t *testing.T) {
	t.Parallel()
	for _, want := range []handoff.Handoff{
		{},
		{Tenant: "acme", ScanPolicy: "ab12", RequestID: "r-1", Mode: "shadow"},
		{Tenant: "acme", RequestID: "r-1"},
	} {
		got, ok := handoff.Parse(want.String())
		if !ok || got != want {
			t.Errorf("%q gave %+v, %v", want.String(), got, ok)
		}
	}
}

func TestForeignStringsAreNotAHandoff(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "1", "2 acme - - -", "1 acme - -", "1  - - -", "1 a b c d e"} {
		if got, ok := handoff.Parse(s); ok {
			t.Errorf("%q was read as %+v", s, got)
		}
	}
}

func TestPluginSurvivesItsEncodingAndUnknownLines(t *testing.T) {
	t.Parallel()
	for _, want := range []handoff.Plugin{{}, {Cluster: "meshwarden_scan_policies", Nonce: 7}} {
		if got := handoff.ParsePlugin("later thing\n" + want.String()); got != want {
			t.Errorf("%q gave %+v", want.String(), got)
		}
	}
}
