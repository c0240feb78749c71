package request_test

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/meshwarden/meshwarden/extauthz/internal/request"
	"github.com/meshwarden/meshwarden/internal/policy"
)

// sample is a request as Envoy sends it with encode_raw_headers.
func sample() *auth.CheckRequest {
	socket := func(address string) *auth.AttributeContext_Peer {
		return &auth.AttributeContext_Peer{
			Address: &core.Address{Address: &core.Address_SocketAddress{SocketAddress: &core.SocketAddress{
				Address: address, PortSpecifier: &core.SocketAddress_PortValue{PortValue: 4711},
			}}},
			Principal: "spiffe://example/client",
		}
	}
	raw := func(name, value string) *core.HeaderValue {
		return &core.HeaderValue{Key: name, RawValue: []byte(value)}
	}
	return &auth.CheckRequest{Attributes: &auth.AttributeContext{
		Source:      socket("192.0.2.7"),
		Destination: socket("192.0.2.8"),
		Request: &auth.AttributeContext_Request{
			Time: &timestamppb.Timestamp{Seconds: 1764028800, Nanos: 5},
			Http: &auth.AttributeContext_HttpRequest{
				Id: "17", Method: "GET", Path: "/notes/1?x=y", Host: "acme.localhost", Scheme: "https",
				Size: -1, Protocol: "HTTP/1.1", Body: "ignored",
				HeaderMap: &core.HeaderMap{Headers: []*core.HeaderValue{
					raw(":path", "/notes/1?x=y"), raw(":authority", "acme.localhost"),
					raw("authorization", "Bearer t"), raw("x-request-id", "r-1"),
					raw("accept", "a"), raw("accept", "b"), raw("x-forwarded-for", "203.0.113.9"),
				}},
			},
		},
		ContextExtensions: map[string]string{"tenant": "acme", "route": "notes"},
	}}
}

func read(t testing.TB, m *auth.CheckRequest) *request.Request {
	t.Helper()
	wire, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	r := new(request.Request)
	if err := r.Read(string(wire)); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestARequestOfEnvoyIsReadWhole(t *testing.T) {
	t.Parallel()
	r := read(t, sample())
	for name, pair := range map[string][2]string{
		"method": {r.Method, "GET"}, "target": {r.Target, "/notes/1?x=y"}, "host": {r.Host, "acme.localhost"},
		"scheme": {r.Scheme, "https"}, "protocol": {r.Protocol, "HTTP/1.1"}, "stream": {r.StreamID, "17"},
		"id": {r.ID, "r-1"}, "peer": {r.Peer, "192.0.2.7"}, "principal": {r.Principal, "spiffe://example/client"},
		"authorization": {r.Authorization, "Bearer t"}, "forwarded": {r.ForwardedFor, "203.0.113.9"},
		"tenant": {r.Extension("tenant"), "acme"}, "route": {r.Extension("route"), "notes"}, "none": {r.Extension("x"), ""},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", name, pair[0], pair[1])
		}
	}
	if r.Size != -1 || !r.Time.Equal(time.Unix(1764028800, 5)) || r.Malformed {
		t.Errorf("size %d, time %v, malformed %v", r.Size, r.Time, r.Malformed)
	}
	want := []policy.Header{
		{Name: "authorization", Value: "Bearer t"}, {Name: "x-request-id", Value: "r-1"},
		{Name: "accept", Value: "a, b"}, {Name: "x-forwarded-for", Value: "203.0.113.9"},
	}
	if diff := cmp.Diff(want, r.Headers); diff != "" {
		t.Error(diff)
	}
}

func TestHeadersAreReadWithoutRawEncodingToo(t *testing.T) {
	t.Parallel()
	m := sample()
	http := m.Attributes.Request.Http
	http.HeaderMap, http.Headers = nil, map[string]string{":path": "/", "x-api-key": "mw_k", "x-a": "1"}
	r := read(t, m)
	if r.APIKey != "mw_k" || len(r.Headers) != 2 {
		t.Errorf("key %q, headers %v", r.APIKey, r.Headers)
	}
}

func TestWhatMustStandOnceIsMalformedWhenItStandsTwice(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"authorization", "authorization"}, {"authorization", "Authorization"}, {"x-api-key", "x-api-key"},
		{":authority", ":authority"}, {":authority", "host"},
	} {
		m := sample()
		m.Attributes.Request.Http.HeaderMap.Headers = []*core.HeaderValue{{Key: pair[0], Value: "a"}, {Key: pair[1], Value: "a"}}
		if !read(t, m).Malformed {
			t.Errorf("%v was taken", pair)
		}
	}
}

func TestBearerTokensThatEnvoyJoinedAreMalformed(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{"Bearer a,Bearer b": true, "bearer a, Basic b": true, "Bearer a": false, `Digest a="1", b="2"`: false, "": false} {
		m := sample()
		m.Attributes.Request.Http.HeaderMap.Headers = []*core.HeaderValue{{Key: "authorization", Value: value}}
		if got := read(t, m).Malformed; got != want {
			t.Errorf("%q: malformed %v", value, got)
		}
	}
}

func TestTooManyHeadersOrExtensionsAreMalformed(t *testing.T) {
	t.Parallel()
	m := sample()
	for i := range request.MaxHeaders {
		m.Attributes.Request.Http.HeaderMap.Headers = append(m.Attributes.Request.Http.HeaderMap.Headers,
			&core.HeaderValue{Key: "x-" + strconv.Itoa(i), Value: "v"})
	}
	if !read(t, m).Malformed {
		t.Error("too many headers were taken")
	}
	m = sample()
	for i := range request.MaxExtensions {
		m.Attributes.ContextExtensions[strconv.Itoa(i)] = "v"
	}
	if !read(t, m).Malformed {
		t.Error("too many extensions were taken")
	}
}

func TestInvalidUTF8IsAnsweredAndNoOutage(t *testing.T) {
	t.Parallel()
	// A client chooses the path. A protocol error would look like an outage, which a tenant may let pass.
	wire, err := proto.Marshal(sample())
	if err != nil {
		t.Fatal(err)
	}
	broken := strings.ReplaceAll(string(wire), "/notes/1?x=y", "/notes/\xff?x=y")
	if err := proto.Unmarshal([]byte(broken), new(auth.CheckRequest)); err == nil {
		t.Fatal("the generated message takes it: this test shows nothing")
	}
	r := new(request.Request)
	if err := r.Read(broken); err != nil || r.Target != "/notes/\xff?x=y" {
		t.Errorf("target %q, error %v", r.Target, err)
	}
}

func TestAReadForgetsTheOneBefore(t *testing.T) {
	t.Parallel()
	r := read(t, sample())
	if err := r.Read(""); err != nil {
		t.Fatal(err)
	}
	if r.Method != "" || r.Authorization != "" || r.Extension("tenant") != "" || len(r.Headers) != 0 || !r.Time.IsZero() {
		t.Errorf("%+v still holds something", r)
	}
}

func TestReadingAllocatesNothing(t *testing.T) {
	m := sample()
	m.Attributes.Request.Http.HeaderMap.Headers = m.Attributes.Request.Http.HeaderMap.Headers[:5] // none to join
	wire, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	message, r := string(wire), new(request.Request)
	if n := testing.AllocsPerRun(100, func() { _ = r.Read(message) }); n != 0 {
		t.Errorf("%v allocations a read", n)
	}
}

func BenchmarkRead(b *testing.B) {
	wire, err := proto.Marshal(sample())
	if err != nil {
		b.Fatal(err)
	}
	message, r := string(wire), new(request.Request)
	b.ReportAllocs()
	for b.Loop() {
		if r.Read(message) != nil || r.Method != "GET" {
			b.Fatal("not read")
		}
	}
}

func TestABodyIsReadAsBytesAndItsEndIsKnown(t *testing.T) {
	t.Parallel()
	const body = "{\"a\":\"\xff\x00\"}"
	for name, c := range map[string]struct {
		text, raw       string
		partial         []string
		body            string
		read, truncated bool
	}{
		"whole":                       {raw: body, partial: []string{"false"}, body: body, read: true},
		"a part":                      {raw: body, partial: []string{"true"}, body: body, read: true, truncated: true},
		"a header nobody knows":       {raw: body, partial: []string{"perhaps"}, body: body, read: true, truncated: true},
		"none":                        {},
		"empty, but read":             {partial: []string{"false"}, read: true},
		"text, whose bytes are lost":  {text: "abc", partial: []string{"false"}},
		"text and bytes, so not ours": {text: "abc", raw: "abc", partial: []string{"false"}},
	} {
		m := sample()
		http := m.Attributes.Request.Http
		http.Body, http.RawBody = c.text, []byte(c.raw)
		for _, value := range c.partial {
			http.HeaderMap.Headers = append(http.HeaderMap.Headers, &core.HeaderValue{Key: "x-envoy-auth-partial-body", Value: value})
		}
		r := read(t, m)
		if r.Body != c.body || r.BodyRead != c.read || r.BodyTruncated != c.truncated || r.Malformed {
			t.Errorf("%s: %q, read %v, truncated %v, malformed %v", name, r.Body, r.BodyRead, r.BodyTruncated, r.Malformed)
		}
		for _, h := range r.Headers {
			if h.Name == "x-envoy-auth-partial-body" {
				t.Errorf("%s: policies see Envoy's header", name)
			}
		}
	}
	m := sample()
	for range 2 {
		m.Attributes.Request.Http.HeaderMap.Headers = append(m.Attributes.Request.Http.HeaderMap.Headers, &core.HeaderValue{Key: "x-envoy-auth-partial-body", Value: "false"})
	}
	if !read(t, m).Malformed {
		t.Error("two headers of Envoy's were taken")
	}
}

func TestWhatIsKeptOfARequestDoesNotKeepItsBody(t *testing.T) {
	t.Parallel()
	m := sample()
	m.Attributes.Request.Http.Body, m.Attributes.Request.Http.RawBody = "", []byte(strings.Repeat("b", 1<<20))
	wire, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	message, r := string(wire), new(request.Request)
	if err := r.Read(message); err != nil {
		t.Fatal(err)
	}
	within := func(s string) bool {
		at, from := uintptr(unsafe.Pointer(unsafe.StringData(s))), uintptr(unsafe.Pointer(unsafe.StringData(message)))
		return s != "" && at >= from && at < from+uintptr(len(message))
	}
	kept := []string{r.Method, r.Target, r.Host, r.Scheme, r.Protocol, r.StreamID, r.ID, r.Peer, r.Principal, r.Authorization, r.APIKey, r.ForwardedFor}
	for _, h := range r.Headers {
		kept = append(kept, h.Name, h.Value)
	}
	for _, e := range r.Extensions {
		kept = append(kept, e.Name, e.Value)
	}
	for _, s := range kept {
		if within(s) {
			t.Errorf("%q is a part of the message", s)
		}
	}
	if !within(r.Body) {
		t.Error("the body was copied")
	}
}
