package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// call is one kind of HTTP request and the status that it must get.
type call struct {
	method, url, host, token, contentType, body string
	status                                      int
}

// loadResult is what a run of many equal calls cost.
type loadResult struct {
	// cpu is the processor time per request of each watched process.
	cpu map[string]time.Duration
	// p50 and p99 are wall-clock latencies; they wander on a shared machine.
	p50, p99 time.Duration
}

// total is the processor time per request of all watched processes together.
func (r loadResult) total() (sum time.Duration) {
	for _, d := range r.cpu {
		sum += d
	}
	return sum
}

// rounds is how often a measurement is repeated; the median is reported.
const rounds = 5

// measure runs request n times in each round from the given number of workers, and returns the medians.
// processes maps names to process ids.
func measure(ctx context.Context, processes map[string]int, workers, n int, request func(ctx context.Context) error) (loadResult, error) {
	if _, err := run(ctx, workers, n/2, request); err != nil {
		return loadResult{}, err
	}
	samples := map[string][]time.Duration{}
	var latencies []time.Duration
	for range rounds {
		before, err := cpuTimes(processes)
		if err != nil {
			return loadResult{}, err
		}
		round, err := run(ctx, workers, n, request)
		if err != nil {
			return loadResult{}, err
		}
		after, err := cpuTimes(processes)
		if err != nil {
			return loadResult{}, err
		}
		for name := range processes {
			samples[name] = append(samples[name], (after[name]-before[name])/time.Duration(n))
		}
		latencies = append(latencies, round...)
	}
	result := loadResult{cpu: map[string]time.Duration{}, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99)}
	for name, s := range samples {
		result.cpu[name] = quantile(s, 0.5)
	}
	return result, nil
}

func cpuTimes(processes map[string]int) (map[string]time.Duration, error) {
	times := make(map[string]time.Duration, len(processes))
	for name, pid := range processes {
		t, err := cpuTime(pid)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		times[name] = t
	}
	return times, nil
}

// run makes n calls from workers goroutines and returns how long each took.
func run(ctx context.Context, workers, n int, request func(ctx context.Context) error) ([]time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	latencies := make([]time.Duration, n)
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for {
				i := next.Add(1) - 1
				if i >= int64(n) || ctx.Err() != nil {
					return
				}
				began := time.Now()
				if err := request(ctx); err != nil {
					cancel(err)
					return
				}
				latencies[i] = time.Since(began)
			}
		})
	}
	group.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return nil, err
	}
	return latencies, ctx.Err()
}

func quantile[T cmp.Ordered](values []T, q float64) (none T) {
	if len(values) == 0 {
		return none
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// httpLoad measures c over keep-alive connections, one a worker.
func httpLoad(ctx context.Context, processes map[string]int, workers, n int, c call) (loadResult, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: workers, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	return measure(ctx, processes, workers, n, func(ctx context.Context) error { return c.send(ctx, client) })
}

// send makes the call once; another status than c.status is an error.
func (c call) send(ctx context.Context, client *http.Client) error {
	request, err := http.NewRequestWithContext(ctx, c.method, c.url, strings.NewReader(c.body))
	if err != nil {
		return fmt.Errorf("request: %w", err)
	}
	request.Host = c.host
	if c.contentType != "" {
		request.Header.Set("Content-Type", c.contentType)
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("request: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	if response.StatusCode != c.status {
		return fmt.Errorf("%s %s: status %d, want %d: %.200s", c.method, c.host, response.StatusCode, c.status, body)
	}
	return nil
}
