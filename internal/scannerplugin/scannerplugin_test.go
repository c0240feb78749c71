package scannerplugin_test

import (
	"regexp"
	"testing"

	httpwasm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	wasm "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/scannerplugin"
)

func TestFilterFailsClosedAndHoldsHeaders(t *testing.T) {
	t.Parallel()
	plugin := handoff.Plugin{Cluster: "policies", Nonce: 3}
	configuration, err := scannerplugin.HTTPFilter(scannerplugin.Source{Inline: []byte("\x00asm")}, plugin)
	if err != nil {
		t.Fatal(err)
	}
	var filter httpwasm.Wasm
	if err := configuration.UnmarshalTo(&filter); err != nil {
		t.Fatal(err)
	}
	config := filter.GetConfig()
	if err := config.ValidateAll(); err != nil {
		t.Error(err)
	}
	if config.GetFailurePolicy() != wasm.FailurePolicy_FAIL_RELOAD {
		t.Errorf("failure policy is %v", config.GetFailurePolicy())
	}
	if !config.GetAllowOnHeadersStopIteration().GetValue() {
		t.Error("headers cannot be held while the body is looked at")
	}
	var left wrapperspb.StringValue
	if err := config.GetConfiguration().UnmarshalTo(&left); err != nil {
		t.Fatal(err)
	}
	if got := handoff.ParsePlugin(left.GetValue()); got != plugin {
		t.Errorf("the plugin reads %+v", got)
	}
}

func TestExactlyOneSourceIsNeeded(t *testing.T) {
	t.Parallel()
	for _, source := range []scannerplugin.Source{{}, {File: "a", Inline: []byte("b")}} {
		if _, err := scannerplugin.HTTPFilter(source, handoff.Plugin{}); err == nil {
			t.Errorf("%+v was accepted", source)
		}
	}
}

func TestTagsCutTheLabelsOutOfCounterNames(t *testing.T) {
	t.Parallel()
	const name = "wasmcustom.meshwarden_scan_findings.direction.request.action.block.type.path_traversal"
	want := map[string]string{"direction": "request", "action": "block", "type": "path_traversal"}
	for _, tag := range scannerplugin.StatsTags() {
		match := regexp.MustCompile(tag.GetRegex()).FindStringSubmatch(name)
		switch value, labelled := want[tag.GetTagName()]; {
		case !labelled && match != nil:
			t.Errorf("%s matched %q", tag.GetTagName(), match)
		case labelled && (match == nil || match[2] != value || match[1] != "."+tag.GetTagName()+"."+value):
			t.Errorf("%s gave %q", tag.GetTagName(), match)
		}
		for _, foreign := range []string{"cluster.type.direction.request", "http.main.direction.request.action.block"} {
			if regexp.MustCompile(tag.GetRegex()).MatchString(foreign) {
				t.Errorf("%s takes %s", tag.GetTagName(), foreign)
			}
		}
	}
}
