// Package decisionlog writes one structured record a decision without making the request wait: records pass
// through a bounded queue, and what does not fit is counted. It never sees a credential.
package decisionlog

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/internal/reason"
)

// Size is how many records may wait; maxPath bounds a path in a record.
const (
	Size    = 8192
	maxPath = 512
)

// Record is one decision. Its strings may be parts of a request's message.
type Record struct {
	Tenant, Subject, SubjectTenant string
	Route, Method, Path            string
	Reason                         reason.Reason
	Rule, Place, RequestID         string
	Version                        string
	Status                         int
	Duration                       time.Duration
	// Err is why nothing could be decided.
	Err error
}

// Log is a decision log. It is safe for concurrent use.
type Log struct {
	logger  *slog.Logger
	queue   chan Record
	dropped prometheus.Counter
}

// New returns a log; nothing is written before Run.
func New(logger *slog.Logger, registerer prometheus.Registerer) *Log {
	l := &Log{
		logger: logger,
		queue:  make(chan Record, Size),
		dropped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "meshwarden_extauthz_decision_log_dropped_total",
			Help: "Decision records that were lost because the queue was full.",
		}),
	}
	registerer.MustRegister(l.dropped)
	return l
}

// Wants reports whether a record of r would be written, so that the caller need not make it.
func (l *Log) Wants(r reason.Reason) bool {
	return l.logger.Enabled(context.Background(), level(r, nil))
}

// Add queues a record, or drops and counts it.
func (l *Log) Add(r Record) {
	select {
	case l.queue <- r:
	default:
		l.dropped.Inc()
	}
}

// Run writes records until ctx ends and then what is still queued.
func (l *Log) Run(ctx context.Context) {
	for {
		select {
		case r := <-l.queue:
			l.write(&r)
		case <-ctx.Done():
			l.drain()
			return
		}
	}
}

func (l *Log) drain() {
	for {
		select {
		case r := <-l.queue:
			l.write(&r)
		default:
			return
		}
	}
}

// level of a record: denials are news, admissions only of interest when someone looks, and a decision that
// could not be made wants a person.
func level(r reason.Reason, err error) slog.Level {
	switch {
	case err != nil:
		return slog.LevelWarn
	case r == reason.Allowed:
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

func (l *Log) write(r *Record) {
	attributes := make([]slog.Attr, 0, 14)
	add := func(key, value string) {
		if value != "" {
			attributes = append(attributes, slog.String(key, value))
		}
	}
	add("tenant", r.Tenant)
	add("subject", r.Subject)
	if r.SubjectTenant != r.Tenant {
		add("subject_tenant", r.SubjectTenant)
	}
	add("route", r.Route)
	add("method", r.Method)
	add("path", r.Path[:min(len(r.Path), maxPath)])
	add("reason", string(r.Reason))
	add("rule", r.Rule)
	add("place", r.Place)
	attributes = append(attributes, slog.Int("status", r.Status))
	add("request_id", r.RequestID)
	add("policy_version", r.Version)
	attributes = append(attributes, slog.Duration("duration", r.Duration))
	if r.Err != nil {
		add("error", r.Err.Error())
	}
	l.logger.LogAttrs(context.Background(), level(r.Reason, r.Err), "decision", attributes...)
}
