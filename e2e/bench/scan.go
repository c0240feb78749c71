package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/scanbench"
)

// hostileBytes is the size of bodies made to be slow: longer than a window, so that what is kept between windows counts.
const hostileBytes = 128 << 10

// scans measures the scanner in this process, with everything looked for, against counting the bytes of the same body.
func (e *environment) scans(ctx context.Context) error {
	fmt.Println("\nThe scanner alone, native, all detectors on, against a loop that counts bytes")
	benign, err := scanbench.Benign(".")
	if err != nil {
		return err
	}
	for _, body := range benign {
		if err := e.scan(ctx, "scan/", body); err != nil {
			return err
		}
	}
	for _, body := range scanbench.Hostile(hostileBytes, scan.Literals()) {
		if err := e.scan(ctx, "scan/hostile ", body); err != nil {
			return err
		}
	}
	return nil
}

func (e *environment) scan(ctx context.Context, prefix string, body scanbench.Body) error {
	side := scan.DirectionPolicy{MaxBytes: 64 << 20, Default: scan.Log}
	policy := &scan.Policy{Name: "bench", Request: side, Response: side}
	counting, err := e.speed(ctx, body, func() { runtime.KeepAlive(scanbench.Count(body.Bytes)) })
	if err != nil {
		return err
	}
	scanning, err := e.speed(ctx, body, judging(policy, body))
	if err != nil {
		return err
	}
	e.add(prefix+body.Name+"/counting", counting, "MB/s", "")
	e.add(prefix+body.Name, scanning, "MB/s", prefix+body.Name+"/counting")
	return nil
}

// judging is one pass over the body as the filter makes it: what has no end is judged while it passes.
func judging(policy *scan.Policy, body scanbench.Body) func() {
	if scan.Streamed(body.ContentType) {
		var stream scan.Stream
		var out []byte
		return func() {
			stream.Reset(policy, scan.Response, body.ContentType)
			out = stream.Finish(stream.Write(out[:0], body.Bytes))
		}
	}
	var scanner scan.Scanner
	return func() {
		scanner.Reset(policy, scan.Request, body.ContentType)
		scanner.Write(body.Bytes)
		scanner.Finish()
	}
}

// speed is how many megabytes a second of processor time f works off, f being one pass over the body: the median of five
// rounds.
func (e *environment) speed(ctx context.Context, body scanbench.Body, f func()) (float64, error) {
	passes := max(1, e.count(16<<20)/len(body.Bytes))
	var rounds []float64
	for range 6 { // the first warms up
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		before, err := cpuTime(os.Getpid())
		if err != nil {
			return 0, err
		}
		for range passes {
			f()
		}
		after, err := cpuTime(os.Getpid())
		if err != nil {
			return 0, err
		}
		rounds = append(rounds, float64(passes*len(body.Bytes))/1e6/max(after-before, time.Microsecond).Seconds())
	}
	return quantile(rounds[1:], 0.5), nil
}
