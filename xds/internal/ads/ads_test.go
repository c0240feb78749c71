package ads_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/meshwarden/meshwarden/xds/internal/ads"
	"github.com/meshwarden/meshwarden/xds/internal/adstest"
)

func TestSingleTypesTravelOneResourceAResponseAndOthersTogether(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(single, "a", "1"), resource(single, "b", "1"), resource(batched, "c", "1"), resource(batched, "d", "1"))
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(single, nil)
	c.Expect([]string{"a:1"}, nil)
	c.Expect([]string{"b:1"}, nil)
	c.Subscribe(batched, nil, "*")
	c.Expect([]string{"c:1", "d:1"}, nil)
}

func TestRemovalsHaveResponsesOfTheirOwn(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(batched, "a", "1"), resource(batched, "b", "1"))
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(batched, nil)
	c.Ack(c.Expect([]string{"a:1", "b:1"}, nil))
	server.Set(resource(batched, "a", "2"))
	c.Ack(c.Expect([]string{"a:2"}, nil))
	server.Remove(ads.Key{Type: batched, Name: "b"}, ads.Key{Type: batched, Name: "never there"})
	c.Expect(nil, []string{"b"})
}

func TestAClientThatHoldsTheSameVersionsGetsNothing(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(single, "a", "1"), resource(single, "b", "1"))
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(single, map[string]string{"a": "1", "b": "1"})
	c.ExpectNothing()
}

func TestAClientThatHoldsOtherVersionsGetsTheDifference(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(batched, "a", "1"), resource(batched, "b", "2"))
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(batched, map[string]string{"a": "1", "b": "1", "gone": "1"})
	c.Expect(nil, []string{"gone"})
	c.Expect([]string{"b:2"}, nil)
}

func TestWhatIsHeldIsNotTakenFromAReconnectingClient(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Hold(func(key ads.Key) bool { return strings.HasPrefix(key.Name, "broken/") })
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(batched, map[string]string{"broken/a": "1", "gone": "1"})
	c.Expect(nil, []string{"gone"})
	c.ExpectNothing()
}

func TestWhatWasHeldIsTakenOnceItIsKnownToBeGone(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Hold(func(ads.Key) bool { return true })
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(batched, map[string]string{"back": "1", "gone": "1", "broken": "1"})
	c.ExpectNothing()
	server.Set(resource(batched, "back", "2"))
	c.Ack(c.Expect([]string{"back:2"}, nil))
	server.Hold(func(key ads.Key) bool { return key.Name == "broken" })
	c.Ack(c.Expect(nil, []string{"gone"}))
	server.Hold(func(ads.Key) bool { return false })
	c.Ack(c.Expect(nil, []string{"broken"}))
}

func TestAnEmptyTypeIsAnsweredBecauseEnvoyWaitsForIt(t *testing.T) {
	t.Parallel()
	_, address := startServer(t, ads.Options{})
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(batched, nil)
	c.Expect(nil, nil)
}

func TestSubscriptionsChangeOnALiveStream(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(batched, "a", "1"), resource(batched, "b", "1"))
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(batched, nil, "a")
	refused := c.Expect([]string{"a:1"}, nil)
	c.Nack(refused, "not yet")
	// A client that asks again waits for an answer, even to what it refused.
	c.Subscribe(batched, nil, "a")
	c.Ack(c.Expect([]string{"a:1"}, nil))
	c.Send(&discovery.DeltaDiscoveryRequest{TypeUrl: batched, ResourceNamesUnsubscribe: []string{"a"}})
	c.ExpectNothing()
	server.Set(resource(batched, "a", "2"))
	c.Subscribe(batched, nil, "*")
	c.Ack(c.Expect([]string{"a:2", "b:1"}, nil))
}

func TestUnknownNamesAreAnsweredAsRemoved(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(batched, "a", "1"), resource(batched, "b", "1"))
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(batched, nil, "a", "ghost")
	c.Expect(nil, []string{"ghost"})
	c.Ack(c.Expect([]string{"a:1"}, nil))
	server.Set(resource(batched, "b", "2"), resource(batched, "ghost", "1"))
	c.Expect([]string{"ghost:1"}, nil)
}

func TestARefusedVersionIsParkedAndAttributedUntilTheResourceChanges(t *testing.T) {
	t.Parallel()
	refused := make(chan ads.Nack, 8)
	server, address := startServer(t, ads.Options{Refused: func(_ string, nack ads.Nack) { refused <- nack }})
	server.Set(resource(single, "a", "1"), resource(single, "b", "1"))
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(single, nil)
	first, second := c.Receive(), c.Receive()
	c.Nack(first, "bad")
	c.Ack(second)
	if got := <-refused; got != (ads.Nack{Key: ads.Key{Type: single, Name: "a"}, Version: "1", Message: "bad"}) {
		t.Errorf("refused %+v", got)
	}
	adstest.Eventually(t, "one acked and one nacked", func() bool { return counts(server, "single") == ads.Counts{Acked: 1, Nacked: 1} })
	if refused := server.Refused(single); len(refused) != 1 || !contains(refused, "a") {
		t.Errorf("refused %v", refused)
	}
	server.Set(resource(single, "b", "2"))
	c.Ack(c.Expect([]string{"b:2"}, nil))
	server.Set(resource(single, "a", "2"))
	c.Ack(c.Expect([]string{"a:2"}, nil))
	adstest.Eventually(t, "all acked", func() bool { return counts(server, "single") == ads.Counts{Acked: 2} })
}

func contains(set map[string]struct{}, name string) bool {
	_, ok := set[name]
	return ok
}

func TestARefusalThatNamesAResourceIsNotHeldAgainstTheOthers(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(batched, "upstream/a", "1"), resource(batched, "upstream/ab", "1"))
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(batched, nil)
	c.Nack(c.Receive(), "Error adding/updating cluster(s) upstream/ab: no such thing")
	adstest.Eventually(t, "the nack", func() bool { return counts(server, "batched") == ads.Counts{Acked: 1, Nacked: 1} })
	if got := server.Clients()[0].Refusals; len(got) != 1 || got[0].Name != "upstream/ab" || got[0].Since.IsZero() {
		t.Errorf("refusals %+v", got)
	}
}

func TestStaleAnswersAreIgnored(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(single, "a", "1"))
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(single, nil)
	response := c.Receive()
	response.Nonce = "1000"
	c.Nack(response, "bad")
	c.ExpectNothing()
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
	fresh := adstest.Connect(t, address, "fresh", "gateway")
	fresh.Subscribe(batched, nil, "filter")
	first := fresh.Expect([]string{"filter:1"}, nil)
	if got := string(first.Resources[0].Resource.Value); got != "1" {
		t.Errorf("an Envoy that just started got %q", got)
	}
	fresh.Nack(first, "bad")
	server.Set(renewable("2"))
	if got := string(fresh.Expect([]string{"filter:2"}, nil).Resources[0].Resource.Value); got == "2" {
		t.Error("the second push has no nonce")
	}
	// It refused the filter, so it does not report it, but it reports other types.
	back := adstest.Connect(t, address, "back", "gateway")
	back.Subscribe(single, map[string]string{"a": "1"})
	back.Expect(nil, []string{"a"})
	back.Subscribe(batched, nil, "filter")
	if got := string(back.Expect([]string{"filter:2"}, nil).Resources[0].Resource.Value); got == "2" {
		t.Error("a reconnecting client got bytes without a nonce")
	}
}

func TestEachRoleSeesOnlyItsOwnTypes(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	server.Set(resource(secret, "s", "1"), resource(batched, "a", "1"))
	envoy := adstest.Connect(t, address, "envoy-1", "gateway")
	envoy.Subscribe(secret, nil)
	envoy.Expect(nil, nil)
	envoy.Subscribe(secret, nil, "s")
	envoy.Expect(nil, []string{"s"})
	replica := adstest.Connect(t, address, "extauthz-1", "extauthz")
	replica.Subscribe(batched, nil)
	replica.Expect(nil, nil)
	replica.Subscribe(secret, nil)
	replica.Expect([]string{"s:1"}, nil)
	server.Set(resource(secret, "s", "2"))
	replica.Expect([]string{"s:2"}, nil)
	envoy.ExpectNothing()
	stranger := adstest.Connect(t, address, "x", "nobody")
	stranger.Subscribe(batched, nil)
	if _, err := stranger.Stream.Recv(); status.Code(err) != codes.PermissionDenied {
		t.Errorf("a stranger got %v", err)
	}
}

func TestAwaitReturnsWithTheAnswersOrNamesWhoIsLateOnce(t *testing.T) {
	t.Parallel()
	server, address := startServer(t, ads.Options{})
	if late := server.Await(t.Context(), ads.Envoy, server.Set(resource(single, "a", "0"))); late != nil {
		t.Fatalf("with no client connected: late %v", late)
	}
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(single, nil)
	c.Ack(c.Receive())
	adstest.Eventually(t, "the first ack", func() bool { return counts(server, "single") == ads.Counts{Acked: 1} })

	changed := server.Set(resource(single, "a", "1"))
	done := make(chan []string)
	go func() { done <- server.Await(t.Context(), ads.Envoy, changed) }()
	response := c.Receive()
	select {
	case late := <-done:
		t.Fatalf("returned %v before the answer", late)
	default:
	}
	c.Nack(response, "a refusal is an answer")
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
	c := adstest.Connect(t, address, "envoy-1", "gateway")
	c.Subscribe(single, nil)
	var got []string
	for range 64 {
		r := c.Receive()
		got = append(got, r.Nonce)
	}
	server.Set(resource(single, "r099", "2"))
	for _, nonce := range got {
		c.Send(ackOf(single, nonce))
	}
	versions := map[string]string{}
	for len(versions) < 36 {
		r := c.Receive()
		versions[r.Resources[0].Name] = r.Resources[0].Version
	}
	if versions["r099"] != "2" {
		t.Errorf("got version %q of the resource that changed while it waited", versions["r099"])
	}
}
