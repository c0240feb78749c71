// Package decisionlog writes one structured record a decision without making the request wait: records pass
// through a bounded queue, and what does not fit is counted. It never writes a credential.
package decisionlog

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/internal/policy"
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
	// Policies is what they said, whatever came after; empty when it did not come to them.
	Policies               reason.Reason
	Rule, Place, RequestID string
	Version                string
	Status                 int
	Time                   time.Time
	Duration               time.Duration
	// Err is why nothing could be decided.
	Err error
	// Quiet records are not for the logger, but for the file only.
	Quiet bool
	// Input is for the file only, and nil for what does not go there or did not come to the policies.
	Input *policy.Input
	// Filed says that the record goes to the file.
	Filed bool
}

// Options configure a Log.
type Options struct {
	// Logger takes a text of each record that its level lets through, Registerer the metrics.
	Logger     *slog.Logger
	Registerer prometheus.Registerer
	// File gets records with the input of policies as lines of JSON, as many as Sample says; empty for none.
	File   string
	Sample Sample
}

// Log is a decision log. It is safe for concurrent use.
type Log struct {
	logger  *slog.Logger
	file    *file
	sample  Sample
	queue   chan Record
	dropped prometheus.Counter
	failed  bool // the last line could not be written
}

// New returns a log; nothing is written before Run. It fails when the file cannot be opened.
func New(options Options) (*Log, error) {
	l := &Log{
		logger: options.Logger,
		sample: options.Sample,
		queue:  make(chan Record, Size),
		dropped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "meshwarden_extauthz_decision_log_dropped_total",
			Help: "Decision records that were lost because the queue was full.",
		}),
	}
	options.Registerer.MustRegister(l.dropped)
	if options.File == "" {
		return l, nil
	}
	var err error
	l.file, err = openFile(options.File)
	return l, err
}

// Wants reports whether a record of a decision would be logged, and whether it goes to the file, so that the caller need not
// make it. failed says that nothing could be decided.
func (l *Log) Wants(r reason.Reason, failed bool) (logged, filed bool) {
	return failed || l.logger.Enabled(context.Background(), level(r, nil)), l.file != nil && l.sample.takes(r, failed)
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
	flush := time.NewTicker(time.Second)
	defer flush.Stop()
	for {
		select {
		case r := <-l.queue:
			l.write(&r)
		case <-flush.C:
			if l.file != nil {
				l.report(l.file.flush())
			}
		case <-ctx.Done():
			l.drain()
			if l.file != nil {
				l.report(l.file.close())
			}
			return
		}
	}
}

// report logs the first of several errors of the file in a row.
func (l *Log) report(err error) {
	if err != nil && !l.failed {
		l.logger.Error("decision log not written", "file", l.file.path, "error", err)
	}
	l.failed = err != nil
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
	if r.Filed {
		l.report(l.file.write(r))
	}
	if !r.Quiet {
		l.print(r)
	}
}

func (l *Log) print(r *Record) {
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
