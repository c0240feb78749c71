package threats

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// MaxLists bounds the lists of a server.
const MaxLists = 16

// fetchTimeout bounds one fetch of a URI.
const fetchTimeout = 30 * time.Second

// Options of a Store.
type Options struct {
	// Sources are NAME=FILE or NAME=URI (https, or http on loopback).
	Sources []string
	// Refresh is how often sources are read again (default 1m).
	Refresh time.Duration
	// Client fetches URIs (default one that follows no redirects).
	Client     *http.Client
	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

// Store holds the lists. It is safe for concurrent use.
type Store struct {
	feeds   []*feed
	refresh time.Duration
	client  *http.Client
	logger  *slog.Logger
	loads   *prometheus.CounterVec
	entries *prometheus.GaugeVec
}

// feed is one source with its last good list.
type feed struct {
	name, source string
	remote       bool
	current      atomic.Pointer[list]
	// seen is what the source said of its version: a file's time and size, a URI's ETag.
	seen string
}

// New reads every source once. A file that cannot be read is an error; a URI that cannot be fetched is tried again, and its list
// is empty until then.
func New(ctx context.Context, options Options) (*Store, error) {
	s := &Store{refresh: options.Refresh, client: options.Client, logger: options.Logger}
	if s.refresh <= 0 {
		s.refresh = time.Minute
	}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	if s.client == nil {
		s.client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	s.loads = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "meshwarden_extauthz_threat_list_loads_total", Help: "Reads of threat lists, by list and result.",
	}, []string{"list", "result"})
	s.entries = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "meshwarden_extauthz_threat_list_entries", Help: "Entries of the threat lists in effect.",
	}, []string{"list"})
	if options.Registerer != nil {
		options.Registerer.MustRegister(s.loads, s.entries)
	}
	if len(options.Sources) > MaxLists {
		return nil, fmt.Errorf("%d threat lists; at most %d are allowed", len(options.Sources), MaxLists)
	}
	for _, source := range options.Sources {
		f, err := newFeed(source)
		if err == nil && slices.ContainsFunc(s.feeds, func(o *feed) bool { return o.name == f.name }) {
			err = errors.New("the name is taken")
		}
		if err == nil {
			if err = s.load(ctx, f); f.remote {
				err = nil
			}
		}
		if err != nil {
			return nil, fmt.Errorf("threat list %q: %w", source, err)
		}
		s.feeds = append(s.feeds, f)
	}
	return s, nil
}

func newFeed(source string) (*feed, error) {
	name, from, ok := strings.Cut(source, "=")
	if !ok || name == "" || from == "" || len(name) > 63 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		return nil, errors.New("is not NAME=FILE or NAME=URI")
	}
	f := &feed{name: name, source: from}
	f.current.Store(&list{})
	if !strings.Contains(from, "://") {
		return f, nil
	}
	f.remote = true
	u, err := url.Parse(from)
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		return nil, errors.New("the URI is not https")
	}
	return f, nil
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

// Run reads the sources again until ctx ends. A list that cannot be read keeps its last good version.
func (s *Store) Run(ctx context.Context) error {
	tick := time.NewTicker(s.refresh)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			s.Reload(ctx)
		}
	}
}

// Reload reads every source that changed.
func (s *Store) Reload(ctx context.Context) {
	for _, f := range s.feeds {
		_ = s.load(ctx, f)
	}
}

func (s *Store) load(ctx context.Context, f *feed) error {
	body, version, err := s.open(ctx, f)
	if err == nil && body == nil {
		return nil
	}
	var next *list
	if err == nil {
		next, err = parse(body)
		_ = body.Close()
	}
	if err != nil {
		s.loads.WithLabelValues(f.name, "error").Inc()
		// A URI may hold a key.
		s.logger.Error("threat list refused, the last good one stays", "list", f.name, "error", plain(err))
		return err
	}
	f.seen = version
	f.current.Store(next)
	s.loads.WithLabelValues(f.name, "ok").Inc()
	s.entries.WithLabelValues(f.name).Set(float64(next.entries))
	return nil
}

// plain is an error without the URI that net/http puts into it.
func plain(err error) string {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err.Error()
	}
	return err.Error()
}

// open returns nothing when the source is as it was.
func (s *Store) open(ctx context.Context, f *feed) (body io.ReadCloser, version string, err error) {
	if !f.remote {
		file, err := os.Open(f.source)
		if err != nil {
			return nil, "", err
		}
		info, err := file.Stat()
		if err != nil || !info.Mode().IsRegular() {
			_ = file.Close()
			return nil, "", errors.New("is not a regular file")
		}
		if version = fmt.Sprint(info.ModTime().UnixNano(), info.Size()); version == f.seen {
			return nil, "", file.Close()
		}
		return file, version, nil
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.source, nil)
	if err != nil {
		cancel()
		return nil, "", err
	}
	if f.seen != "" {
		request.Header.Set("If-None-Match", f.seen)
	}
	response, err := s.client.Do(request) //nolint:bodyclose // the caller closes it, with its context
	if err != nil {
		cancel()
		return nil, "", err
	}
	body = canceling{response.Body, cancel}
	switch response.StatusCode {
	case http.StatusOK:
		return body, response.Header.Get("ETag"), nil
	case http.StatusNotModified:
		return nil, "", body.Close()
	}
	_ = body.Close()
	return nil, "", fmt.Errorf("status %d", response.StatusCode)
}

// canceling ends its request when the body is closed.
type canceling struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (c canceling) Close() error {
	defer c.cancel()
	return c.ReadCloser.Close()
}

// Lists names the lists that hold an address, a host in lower case, or a principal (TENANT/SUBJECT); zero values are in none.
// It neither blocks nor, without a match, allocates.
func (s *Store) Lists(address netip.Addr, host, principal string) (names []string) {
	for _, f := range s.feeds {
		if f.current.Load().holds(address, host, principal) {
			names = append(names, f.name)
		}
	}
	return names
}
