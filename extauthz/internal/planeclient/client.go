// Package planeclient keeps what the control plane distributes: a delta ADS client with acknowledgements,
// reconnection and a snapshot on disk. It does not know what the resources mean.
package planeclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/protobuf/types/known/anypb"
)

// Key identifies a resource.
type Key struct{ Type, Name string }

// Resource is one resource as it came over the wire.
type Resource struct {
	Key
	Version string
	Body    *anypb.Any
}

// Update is what changed. A resource stands in it once, in its newest version.
type Update struct {
	Changed []Resource
	Removed []Key
}

// Options of a Client.
type Options struct {
	// Address of the control plane, host:port.
	Address string
	// TLS is nil for plaintext.
	TLS *tls.Config
	// Node is the id that the control plane shows, Cluster its group.
	Node, Cluster string
	// Types are subscribed to in this order, everything of each.
	Types []string
	// Essential is one of Types that always has a resource: nothing is complete without it.
	Essential string
	// Snapshot is the file that outlives the process; empty for none.
	Snapshot string
	// Apply puts an update into effect and returns the resources that it refused, whose last good version
	// stays; it is called by one goroutine at a time.
	Apply func(Update) map[Key]error
	// Synced is called once, when a complete state was applied.
	Synced func()
	// Connected is called when a stream opens and when it ends.
	Connected func(bool)
	Logger    *slog.Logger
}

// Times of the client. A complete first state is one answer of each type and then quiet: delta ADS does not
// say when everything was sent. A control plane that does not answer for empty types gets patience. Changes are saved every saveEvery,
// but for savePause times as long as the last took.
const (
	quiet        = 100 * time.Millisecond
	patience     = 2 * time.Second
	firstBackoff = 100 * time.Millisecond
	lastBackoff  = 10 * time.Second
	saveEvery    = time.Second
	savePause    = 10
)

// maxMessage bounds one response.
const maxMessage = 64 << 20

// errNotSynced is why a client is not ready.
var errNotSynced = errors.New("no complete configuration from the control plane yet")

// Client follows a control plane.
type Client struct {
	options Options
	conn    *grpc.ClientConn
	held    map[Key]Resource
	synced  atomic.Bool
	dirty   bool
	// saving gets how long it took when a snapshot is written; nil while none is. notBefore is when the next may be.
	saving    <-chan time.Duration
	notBefore time.Time
}

// New returns a client; it connects in Run.
func New(options Options) (*Client, error) {
	transport := insecure.NewCredentials()
	if options.TLS != nil {
		transport = credentials.NewTLS(options.TLS)
	}
	conn, err := grpc.NewClient(options.Address,
		grpc.WithTransportCredentials(transport),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: firstBackoff, Multiplier: 1.6, Jitter: 0.3, MaxDelay: lastBackoff},
			MinConnectTimeout: 3 * time.Second,
		}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 10 * time.Second}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.WaitForReady(true)),
	)
	if err != nil {
		return nil, fmt.Errorf("control plane %s: %w", options.Address, err)
	}
	return &Client{options: options, conn: conn, held: map[Key]Resource{}}, nil
}

// Ready reports why no complete state was applied yet.
func (c *Client) Ready() error {
	if c.synced.Load() {
		return nil
	}
	return errNotSynced
}

// Run loads the snapshot and then follows the control plane until ctx ends.
func (c *Client) Run(ctx context.Context) error {
	defer c.conn.Close()
	c.load()
	for delay := firstBackoff; ; delay = min(delay*2, lastBackoff) {
		answered, err := c.follow(ctx)
		c.save()
		if ctx.Err() != nil {
			return nil
		}
		if answered {
			delay = firstBackoff
		}
		wait := delay/2 + rand.N(delay/2)
		c.options.Logger.Warn("control plane stream ended", "address", c.options.Address, "error", err, "retry_in", wait)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// follow runs one stream to its end; answered reports whether anything came over it.
func (c *Client) follow(ctx context.Context) (answered bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	grpcStream, err := discovery.NewAggregatedDiscoveryServiceClient(c.conn).DeltaAggregatedResources(ctx)
	if err != nil {
		cancel()
		return false, fmt.Errorf("open stream: %w", err)
	}
	s := &stream{client: c, grpc: grpcStream, responses: make(chan *discovery.DeltaDiscoveryResponse, 64), ended: make(chan error, 1)}
	go s.receive(ctx)
	// Waits for the receiver, so that none outlives its stream.
	defer func() {
		cancel()
		for range s.responses {
		}
	}()
	if err := s.subscribe(); err != nil {
		return false, err
	}
	c.options.Connected(true)
	defer c.options.Connected(false)
	err = s.loop(ctx)
	return s.answered, err
}

// apply puts an update into effect and remembers what was taken over.
func (c *Client) apply(update Update) map[Key]error {
	refused := c.options.Apply(update)
	for _, key := range update.Removed {
		delete(c.held, key)
	}
	for _, r := range update.Changed {
		if refused[r.Key] == nil {
			c.held[r.Key] = r
		}
	}
	c.dirty = true
	return refused
}

func (c *Client) complete() {
	if !c.synced.Load() {
		c.options.Synced()
		c.synced.Store(true)
		c.save()
	}
}

func (c *Client) holds(typeURL string) bool {
	for key := range c.held {
		if key.Type == typeURL {
			return true
		}
	}
	return false
}
