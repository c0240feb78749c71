// Package shadow asks the candidates of tenants about requests that were decided without them, and keeps what they would have
// decided otherwise. It never takes part in a decision: requests pass through a bounded queue, and what does not fit is counted.
package shadow

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/compare"
	"github.com/meshwarden/meshwarden/internal/policy"
)

// Size is how many requests may wait.
const Size = 1024

// Candidate is a tenant's other version. Equal values are the same version.
type Candidate interface {
	// Tenant is its name.
	Tenant() string
	// Ask decides a request that was decided already; the error is why it could not, and unknown what it would have to know for that.
	Ask(ctx context.Context, in *policy.Input) (d policy.Decision, unknown compare.Unknown, err error)
}

// Job is one decided request.
type Job struct {
	Candidate Candidate
	Input     *policy.Input
	Request   compare.Request
}

// Report is what one tenant's candidate made of its requests since it came.
type Report struct {
	Tenant string    `json:"tenant"`
	Since  time.Time `json:"since"`
	// Requests that it was asked about, of which it decided Same as the enforced version did; Errors could not be decided, and
	// NotCompared might be decided otherwise with what was not kept of them.
	Requests    int                  `json:"requests"`
	Same        int                  `json:"same"`
	Errors      int                  `json:"errors"`
	NotCompared int                  `json:"not_compared"`
	Differences []compare.Difference `json:"differences"`
}

// Runner asks candidates. It is safe for concurrent use.
type Runner struct {
	queue   chan Job
	dropped prometheus.Counter
	asked   *prometheus.CounterVec

	mu    sync.Mutex
	tally map[string]*tally
}

// tally is what is kept of one candidate.
type tally struct {
	candidate Candidate
	report    Report
	table     compare.Table
}

// New returns a runner; nothing is asked before Run.
func New(registerer prometheus.Registerer) *Runner {
	r := &Runner{
		queue: make(chan Job, Size),
		dropped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "meshwarden_extauthz_shadow_dropped_total",
			Help: "Requests that candidates were not asked about because the queue was full.",
		}),
		asked: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "meshwarden_extauthz_shadow_decisions_total",
			Help: "Requests that a tenant's candidate was asked about, by how its decision differs from the enforced one.",
		}, []string{"tenant", "route", "change"}),
		tally: map[string]*tally{},
	}
	registerer.MustRegister(r.dropped, r.asked)
	return r
}

// Full reports whether a job would be dropped, and counts it: the caller need not make it.
func (r *Runner) Full() bool {
	full := len(r.queue) == cap(r.queue)
	if full {
		r.dropped.Inc()
	}
	return full
}

// Offer queues a job, or drops and counts it.
func (r *Runner) Offer(j Job) {
	select {
	case r.queue <- j:
	default:
		r.dropped.Inc()
	}
}

// Run asks candidates until ctx ends.
func (r *Runner) Run(ctx context.Context) {
	for {
		select {
		case j := <-r.queue:
			r.ask(ctx, &j)
		case <-ctx.Done():
			return
		}
	}
}

// Changes that are none.
const (
	same   = "same"
	failed = "error"
)

func (r *Runner) ask(ctx context.Context, j *Job) {
	d, unknown, err := j.Candidate.Ask(ctx, j.Input)
	if ctx.Err() != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tallyOf(j.Candidate)
	t.report.Requests++
	change := same
	switch {
	case unknown != "":
		t.report.NotCompared++
		change = t.table.AddUnknown(j.Request, unknown)
	case err != nil:
		t.report.Errors++
		change = failed
	case d.Reason == j.Request.Was:
		t.report.Same++
	default:
		change = t.table.Add(j.Request, &d)
	}
	r.asked.WithLabelValues(t.report.Tenant, j.Request.Route, change).Inc()
}

// tallyOf is the candidate's, a new one when it is another version than before.
func (r *Runner) tallyOf(c Candidate) *tally {
	name := c.Tenant()
	t := r.tally[name]
	if t == nil || t.candidate != c {
		r.asked.DeletePartialMatch(prometheus.Labels{"tenant": name})
		t = &tally{candidate: c, report: Report{Tenant: name, Since: time.Now()}}
		r.tally[name] = t
	}
	return t
}

// Keep forgets the candidates that are not among those that tenants have now.
func (r *Runner) Keep(candidates func(tenant string) Candidate) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, t := range r.tally {
		if candidates(name) != t.candidate {
			delete(r.tally, name)
			r.asked.DeletePartialMatch(prometheus.Labels{"tenant": name})
		}
	}
}

// Reports are those of all candidates that were asked, by tenant.
func (r *Runner) Reports() []Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]Report, 0, len(r.tally))
	for _, name := range slices.Sorted(maps.Keys(r.tally)) {
		report := r.tally[name].report
		report.Differences = r.tally[name].table.Differences()
		list = append(list, report)
	}
	return list
}

// ServeHTTP answers with the reports as JSON, those of one tenant with ?tenant=NAME.
func (r *Runner) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	reports := r.Reports()
	if name := request.URL.Query().Get("tenant"); name != "" {
		reports = slices.DeleteFunc(reports, func(report Report) bool { return report.Tenant != name })
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(reports)
}
