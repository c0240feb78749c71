package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/meshwarden/meshwarden/internal/telemetry"
)

// server is a part of the chain that runs as a process of its own.
type server interface {
	Run(ctx context.Context) error
	// Ready is nil once the server does what it is for.
	Ready() error
}

// serve runs a server and its admin server until ctx ends or one of them fails, and writes the ready file.
// construct also returns the addresses that stand in it.
func serve(ctx context.Context, adminAddress, readyFile string, construct func(*prometheus.Registry, *telemetry.Admin) (server, map[string]string, error)) error {
	removeReadyFile(readyFile)
	defer removeReadyFile(readyFile)
	registry := telemetry.NewRegistry()
	admin, err := telemetry.NewAdmin(adminAddress, registry)
	if err != nil {
		return err
	}
	server, addresses, err := construct(registry, admin)
	if err != nil {
		return err
	}
	addresses["admin"] = "http://" + admin.Address()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return admin.Run(ctx) })
	group.Go(func() error { return server.Run(ctx) })
	group.Go(func() error {
		if !awaitReady(ctx, server.Ready) {
			return nil
		}
		return writeReadyFile(readyFile, addresses)
	})
	return group.Wait()
}

// awaitReady polls ready until it is nil; it reports false when ctx ended first.
func awaitReady(ctx context.Context, ready func() error) bool {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for ready() != nil {
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
	}
	return true
}
