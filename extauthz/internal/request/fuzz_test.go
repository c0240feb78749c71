package request_test

import (
	"strings"
	"testing"
	"time"

	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/proto"

	"github.com/meshwarden/meshwarden/extauthz/internal/request"
	"github.com/meshwarden/meshwarden/internal/policy"
)

// FuzzReadRequest compares with the generated message: what that accepts, Read accepts with the same
// meaning. The other way round Read is more lenient, because it looks neither into fields that it does not
// use nor at UTF-8.
func FuzzReadRequest(f *testing.F) {
	wire, err := proto.Marshal(sample())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wire)
	f.Add(wire[:len(wire)-3])
	f.Add([]byte("\x0a\x02\x22\x00"))
	f.Add([]byte("\x13\x14"))
	f.Add([]byte("\x0a\x0a\x22\x08\x0a\x06\x08\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, wire []byte) {
		r := new(request.Request)
		readErr := r.Read(string(wire))
		var m auth.CheckRequest
		if proto.Unmarshal(wire, &m) != nil {
			return
		}
		if readErr != nil {
			t.Fatalf("%x is a CheckRequest, but: %v", wire, readErr)
		}
		compare(t, r, &m)
	})
}

func compare(t *testing.T, r *request.Request, m *auth.CheckRequest) {
	t.Helper()
	a := m.GetAttributes()
	http := a.GetRequest().GetHttp()
	want := map[string]string{
		"method": http.GetMethod(), "target": http.GetPath(), "host": http.GetHost(), "scheme": http.GetScheme(),
		"protocol": http.GetProtocol(), "stream": http.GetId(),
		"peer": a.GetSource().GetAddress().GetSocketAddress().GetAddress(), "principal": a.GetSource().GetPrincipal(),
	}
	got := map[string]string{
		"method": r.Method, "target": r.Target, "host": r.Host, "scheme": r.Scheme,
		"protocol": r.Protocol, "stream": r.StreamID, "peer": r.Peer, "principal": r.Principal,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	if r.Size != http.GetSize() {
		t.Fatalf("size %d, want %d", r.Size, http.GetSize())
	}
	if stamp := a.GetRequest().GetTime(); stamp.GetSeconds() != 0 || stamp.GetNanos() != 0 {
		if want := time.Unix(stamp.GetSeconds(), int64(stamp.GetNanos())); !r.Time.Equal(want) {
			t.Fatalf("time %v, want %v", r.Time, want)
		}
	}
	if r.Malformed {
		return
	}
	extensions := map[string]string{}
	for _, e := range r.Extensions {
		extensions[e.Name] = e.Value
	}
	if diff := cmp.Diff(a.GetContextExtensions(), extensions, cmpopts.EquateEmpty()); diff != "" {
		t.Fatal(diff)
	}
	compareHeaders(t, r.Headers, http)
}

func compareHeaders(t *testing.T, got []policy.Header, http *auth.AttributeContext_HttpRequest) {
	t.Helper()
	want := map[string]string{}
	add := func(name, value string) {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, ":") {
			return
		}
		if before, ok := want[name]; ok {
			value = before + ", " + value
		}
		want[name] = value
	}
	list := http.GetHeaderMap().GetHeaders()
	for _, h := range list {
		value := h.GetValue()
		if len(h.GetRawValue()) > 0 {
			value = string(h.GetRawValue())
		}
		add(h.GetKey(), value)
	}
	if len(list) == 0 {
		for name, value := range http.GetHeaders() {
			if name != strings.ToLower(name) {
				return // a map has no order, so names that differ in case only are joined either way round
			}
			add(name, value)
		}
	}
	have := map[string]string{}
	for _, h := range got {
		if _, twice := have[h.Name]; twice {
			t.Fatalf("%s stands twice", h.Name)
		}
		have[h.Name] = h.Value
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Fatal(diff)
	}
}
