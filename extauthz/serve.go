package extauthz

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
)

// maxCheck bounds one CheckRequest. Envoy permits 8 MiB of request headers and the message repeats some: a
// call refused here would be an outage to Envoy, so nothing that Envoy lets through may reach the bound.
const maxCheck = 32 << 20

func (s *Server) listen() error {
	grpcTLS, err := s.options.TLS.Server(s.options.Listen)
	if err != nil {
		return err
	}
	httpTLS, err := s.options.TLS.Server(s.options.HTTPListen)
	if err != nil {
		return err
	}
	if s.grpcListener, err = net.Listen("tcp", s.options.Listen); err != nil {
		return fmt.Errorf("listen for checks: %w", err)
	}
	if s.httpListener, err = net.Listen("tcp", s.options.HTTPListen); err != nil {
		return fmt.Errorf("listen for scan policies: %w", err)
	}
	if httpTLS != nil {
		httpTLS.NextProtos = []string{"h2", "http/1.1"}
		s.httpListener = tls.NewListener(s.httpListener, httpTLS)
	}
	s.newGRPC(grpcTLS)
	mux := http.NewServeMux()
	mux.Handle("GET /scan-policies/{hash}", s.docs)
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	return nil
}

func (s *Server) newGRPC(tls *tls.Config) {
	options := []grpc.ServerOption{
		grpc.ForceServerCodecV2(newCodec()),
		grpc.MaxRecvMsgSize(maxCheck),
		grpc.MaxConcurrentStreams(math.MaxUint32),
		// A goroutine that has evaluated a policy has the stack for the next one.
		grpc.NumStreamWorkers(uint32(runtime.GOMAXPROCS(0))),
		// Envoy pings idle connections; by default grpc-go hangs up on clients that do.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Second, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: time.Minute, Timeout: 20 * time.Second}),
	}
	if tls != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(tls)))
	}
	s.grpc = grpc.NewServer(options...)
	s.grpc.RegisterService(s.authorization(), s)
	s.health = health.NewServer()
	healthpb.RegisterHealthServer(s.grpc, s.health)
	s.serving(false)
}

// serving sets the gRPC health status.
func (s *Server) serving(ok bool) {
	status := healthpb.HealthCheckResponse_NOT_SERVING
	if ok {
		status = healthpb.HealthCheckResponse_SERVING
	}
	s.health.SetServingStatus("", status)
	s.health.SetServingStatus(serviceName, status)
}

// Run serves until ctx ends or a part fails; then it finishes the calls in flight, for at most DrainTimeout.
func (s *Server) Run(ctx context.Context) error {
	defer s.close()
	group, ctx := errgroup.WithContext(ctx)
	// What records outlives the servers: what they still answer counts.
	recording, stop := context.WithCancel(context.WithoutCancel(ctx))
	var recorders sync.WaitGroup
	recorders.Go(func() { s.log.Run(recording) })
	if s.keys != nil {
		recorders.Go(func() { s.keys.Run(recording) })
	}
	defer func() {
		stop()
		recorders.Wait()
	}()
	group.Go(func() error { return s.source.run(ctx) })
	if s.threats != nil {
		group.Go(func() error { return s.threats.Run(ctx) })
	}
	group.Go(func() error {
		s.shadow.Run(ctx)
		return nil
	})
	group.Go(func() error { return s.keySets.Run(ctx) })
	group.Go(func() error { return s.revocations.Run(ctx) })
	group.Go(func() error { return s.lockouts.Run(ctx) })
	group.Go(func() error { return s.repeats.Run(ctx) })
	group.Go(func() error { s.settle(ctx); return nil })
	if s.keyFile != nil {
		group.Go(func() error { return s.keyFile.Run(ctx) })
	}
	if s.adminAPI != nil {
		group.Go(func() error { return s.adminAPI.Run(ctx) })
	}
	group.Go(func() error {
		if err := s.grpc.Serve(s.grpcListener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
			return fmt.Errorf("serve checks: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		if err := s.http.Serve(s.httpListener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve scan policies: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		s.drain()
		return nil
	})
	return group.Wait()
}

// drain refuses new calls and waits for those in flight.
func (s *Server) drain() {
	s.health.Shutdown()
	ctx, cancel := context.WithTimeout(context.Background(), s.options.DrainTimeout)
	defer cancel()
	// Kills what GracefulStop still waits for at the deadline.
	stop := context.AfterFunc(ctx, s.grpc.Stop)
	defer stop()
	_ = s.http.Shutdown(ctx)
	s.grpc.GracefulStop()
}
