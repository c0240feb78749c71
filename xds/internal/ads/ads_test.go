package ads_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/meshwarden/meshwarden/xds/internal/ads"
)

func TestSingleTypesTravelOneResourceAResponseAndOthersTogether(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(single, "a", "1"), resource(single, "b", "1"), resource(batched, "c", "1"), resource(batched, "d", "1"))
	c := connect(t, address, "envoy-1", "gateway")
	c.subscribe(single, nil)
	c.expect([]string{"a:1"}, nil)
	c.expect([]string{"b:1"}, nil)
	c.subscribe(batched, nil, "*")
	c.expect([]string{"c:1", "d:1"}, nil)
}

func TestRemovalsHaveResponsesOfTheirOwn(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(batched, "a", "1"), resource(batched, "b", "1"))
	c := connect(t, address, "envoy-1", "gateway")
	c.subscribe(batched, nil)
	c.ack(c.expect([]string{"a:1", "b:1"}, nil))
	server.Set(resource(batched, "a", "2"))
	c.ack(c.expect([]string{"a:2"}, nil))
	server.Remove(ads.Key{Type: batched, Name: "b"}, ads.Key{Type: batched, Name: "never there"})
	c.expect(nil, []string{"b"})
}

func TestAClientThatHoldsTheSameVersionsGetsNothing(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(single, "a", "1"), resource(single, "b", "1"))
	c := connect(t, address, "envoy-1", "gateway")
	c.subscribe(single, map[string]string{"a": "1", "b": "1"})
	c.expectNothing()
}

func TestAClientThatHoldsOtherVersionsGetsTheDifference(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(batched, "a", "1"), resource(batched, "b", "2"))
	c := connect(t, address, "envoy-1", "gateway")
	c.subscribe(batched, map[string]string{"a": "1", "b": "1", "gone": "1"})
	c.expect(nil, []string{"gone"})
	c.expect([]string{"b:2"}, nil)
}

func TestWhatIsHeldIsNotTakenFromAReconnectingClient(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Hold(func(key ads.Key) bool { return strings.HasPrefix(key.Name, "broken/") })
	c := connect(t, address, "envoy-1", "gateway")
	c.subscribe(batched, map[string]string{"broken/a": "1", "gone": "1"})
	c.expect(nil, []string{"gone"})
	c.expectNothing()
}

func TestAnEmptyTypeIsAnsweredBecauseEnvoyWaitsForIt(t *testing.T) {
	t.Parallel()
	_, address := startServer(t, ads.Options{})
	c := connect(t, address, "envoy-1", "gateway")
	c.subscribe(batched, nil)
	c.expect(nil, nil)
}

func TestUnknownNamesAreAnsweredAsRemoved(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(batched, "a", "1"), resource(batched, "b", "1"))
	c := connect(t, address, "envoy-1", "gateway")
	c.subscribe(batched, nil, "a", "ghost")
	c.expect(nil, []string{"ghost"})
	c.ack(c.expect([]string{"a:1"}, nil))
	server.Set(resource(batched, "b", "2"), resource(batched, "ghost", "1"))
	c.expect([]string{"ghost:1"}, nil)
}

func TestARefusedVersionIsParkedAndAttributedUntilTheResourceChanges(t *testing.T) {
	t.Parallel()
	refused := make(chan ads.Nack, 8)
	server, address := startServer(t, ads.Options{Refused: func(_ string, nack ads.Nack) { refused <- nack }})
	server.Set(resource(single, "a", "1"), resource(single, "b", "1"))
	c := connect(t, address, "envoy-1", "gateway")
	c.subscribe(single, nil)
	first, second := c.receive(), c.receive()
	c.nack(first, "bad")
	c.ack(second)
	if got := <-refused; got != (ads.Nack{Key: ads.Key{Type: single, Name: "a"}, Version: "1", Message: "bad"}) {
		t.Errorf("refused %+v", got)
	}
	eventually(t, "one acked and one nacked", func() bool { return counts(server, "single") == ads.Counts{Acked: 1, Nacked: 1} })
	if refused := server.Refused(single); len(refused) != 1 || !contains(refused, "a") {
		t.Errorf("refused %v", refused)
	}
	server.Set(resource(single, "b", "2"))
	c.ack(c.expect([]string{"b:2"}, nil))
	server.Set(resource(single, "a", "2"))
	c.ack(c.expect([]string{"a:2"}, nil))
	eventually(t, "all acked", func() bool { return counts(server, "single") == ads.Counts{Acked: 2} })
}

func contains(set map[string]struct{}, name string) bool {
	_, ok := set[name]
	return ok
}

func TestARefusalThatNamesAResourceIsNotHeldAgainstTheOthers(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(batched, "upstream/a", "1"), resource(batched, "upstream/ab", "1"))
	c := connect(t, address, "envoy-1", "gateway")
	c.subscribe(batched, nil)
	c.nack(c.receive(), "Error adding/updating cluster(s) upstream/ab: no such thing")
	eventually(t, "the nack", func() bool { return counts(server, "batched") == ads.Counts{Acked: 1, Nacked: 1} })
	if got := server.Clients()[0].Refusals; len(got) != 1 || got[0].Name != "upstream/ab" || got[0].Since.IsZero() {
		t.Errorf("refusals %+v", got)
	}
}

func TestStaleAnswersAreIgnored(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(single, "a", "1"))
	c := connect(t, address, "envoy-1", "gateway")
	c.subscribe(single, nil)
	response := c.receive()
	response.Nonce = "1000"
	c.nack(response, "bad")
	c.expectNothing()
	if got := counts(server, "single"); got != (ads.Counts{Pending: 1}) {
		t.Errorf("got %+v", got)
	}
}

func TestAnUnseenNonceIsUsedWheneverTheClientMayHaveSeenTheBytes(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	renewable := func(version string) *ads.Resource {
		r := resource(batched, "filter", version)
		r.Renew = func(nonce uint64) *anypb.Any { return &anypb.Any{TypeUrl: batched, Value: fmt.Append(nil, nonce)} }
		return r
	}
	server.Set(renewable("1"))
	fresh := connect(t, address, "fresh", "gateway")
	fresh.subscribe(batched, nil, "filter")
	first := fresh.expect([]string{"filter:1"}, nil)
	if got := string(first.Resources[0].Resource.Value); got != "1" {
		t.Errorf("an Envoy that just started got %q", got)
	}
	fresh.nack(first, "bad")
	server.Set(renewable("2"))
	if got := string(fresh.expect([]string{"filter:2"}, nil).Resources[0].Resource.Value); got == "2" {
		t.Error("the second push has no nonce")
	}
	// It refused the filter, so it does not report it, but it reports other types.
	back := connect(t, address, "back", "gateway")
	back.subscribe(single, map[string]string{"a": "1"})
	back.expect(nil, []string{"a"})
	back.subscribe(batched, nil, "filter")
	if got := string(back.expect([]string{"filter:2"}, nil).Resources[0].Resource.Value); got == "2" {
		t.Error("a reconnecting client got bytes without a nonce")
	}
}

func TestEachRoleSeesOnlyItsOwnTypes(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(secret, "s", "1"), resource(batched, "a", "1"))
	envoy := connect(t, address, "envoy-1", "gateway")
	envoy.subscribe(secret, nil)
	envoy.expect(nil, nil)
	envoy.subscribe(secret, nil, "s")
	envoy.expect(nil, []string{"s"})
	replica := connect(t, address, "extauthz-1", "extauthz")
	replica.subscribe(batched, nil)
	replica.expect(nil, nil)
	replica.subscribe(secret, nil)
	replica.expect([]string{"s:1"}, nil)
	server.Set(resource(secret, "s", "2"))
	replica.expect([]string{"s:2"}, nil)
	envoy.expectNothing()
	stranger := connect(t, address, "x", "nobody")
	stranger.subscribe(batched, nil)
	if _, err := stranger.stream.Recv(); status.Code(err) != codes.PermissionDenied {
		t.Errorf("a stranger got %v", err)
	}
}

func TestAwaitReturnsWithTheAnswersOrNamesWhoIsLateOnce(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	if late := server.Await(t.Context(), ads.Envoy, server.Set(resource(single, "a", "0"))); late != nil {
		t.Fatalf("with no client connected: late %v", late)
	}
	c := connect(t, address, "envoy-1", "gateway")
	c.subscribe(single, nil)
	c.ack(c.receive())
	eventually(t, "the first ack", func() bool { return counts(server, "single") == ads.Counts{Acked: 1} })

	changed := server.Set(resource(single, "a", "1"))
	done := make(chan []string)
	go func() { done <- server.Await(t.Context(), ads.Envoy, changed) }()
	response := c.receive()
	select {
	case late := <-done:
		t.Fatalf("returned %v before the answer", late)
	default:
	}
	c.nack(response, "a refusal is an answer")
	if late := <-done; late != nil {
		t.Fatalf("late %v", late)
	}

	changed = server.Set(resource(single, "a", "2"))
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if late := server.Await(short, ads.Envoy, changed); !slices.Equal(late, []string{"envoy-1"}) {
		t.Fatalf("late %v", late)
	}
	if late := server.Await(t.Context(), ads.Envoy, changed); late != nil {
		t.Fatalf("waited again for a client that is late")
	}
}

func TestASlowClientHoldsABoundedNumberOfResponsesAndGetsTheNewestVersion(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	var many []*ads.Resource
	for i := range 100 {
		many = append(many, resource(single, fmt.Sprintf("r%03d", i), "1"))
	}
	server.Set(many...)
	c := connect(t, address, "envoy-1", "gateway")
	c.subscribe(single, nil)
	var got []string
	for range 64 {
		r := c.receive()
		got = append(got, r.Nonce)
	}
	server.Set(resource(single, "r099", "2"))
	for _, nonce := range got {
		c.send(ackOf(single, nonce))
	}
	versions := map[string]string{}
	for len(versions) < 36 {
		r := c.receive()
		versions[r.Resources[0].Name] = r.Resources[0].Version
	}
	if versions["r099"] != "2" {
		t.Errorf("got version %q of the resource that changed while it waited", versions["r099"])
	}
}
