package extauthz

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"

	"github.com/meshwarden/meshwarden/extauthz/internal/answer"
	"github.com/meshwarden/meshwarden/extauthz/internal/compare"
	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/extauthz/internal/decisionlog"
	"github.com/meshwarden/meshwarden/extauthz/internal/request"
	"github.com/meshwarden/meshwarden/extauthz/internal/shadow"
	"github.com/meshwarden/meshwarden/internal/apikeys"
	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// serviceName is the gRPC service that Envoy calls.
const serviceName = "envoy.service.auth.v3.Authorization"

// authorization describes the service by hand, because its generated description decodes into the
// generated message.
func (s *Server) authorization() *grpc.ServiceDesc {
	return &grpc.ServiceDesc{
		ServiceName: serviceName,
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Check", Handler: s.handleCheck}},
	}
}

func (s *Server) handleCheck(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	started := time.Now()
	message := checks.Get().(*check)
	defer checks.Put(message)
	if err := decode(message); err != nil {
		return nil, err
	}
	if message.malformed != nil {
		s.metrics.malformed.Inc()
		return nil, status.Error(codes.InvalidArgument, "not a CheckRequest")
	}
	return s.check(budget(ctx, started), &message.request, started), nil
}

// budget leaves a quarter of the caller's time for the way back: a denial that comes too late is an outage
// to Envoy, which a tenant may have chosen to admit.
func budget(ctx context.Context, now time.Time) context.Context {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx
	}
	return earlier{ctx, deadline.Add(-deadline.Sub(now) / 4)}
}

// earlier is a context whose deadline is only announced: those who wait look at it themselves, and a timer a
// request would cost more than the decision.
type earlier struct {
	context.Context
	at time.Time
}

func (e earlier) Deadline() (time.Time, bool) { return e.at, true }

// check decides and encodes. It always answers: a panic is an internal error of this request alone.
func (s *Server) check(ctx context.Context, r *request.Request, started time.Time) encoded {
	out := s.decide(ctx, r)
	a := answer.Answer{
		Reason:    out.Reason,
		RequestID: answer.RequestID(r.ID, answer.RequestID(r.StreamID, "")),
		Decision:  &out.Decision,
		Quota:     out.Quota, RetryAfter: out.RetryAfter, Scope: out.Scope,
		Explain: out.Explain,
	}
	if out.Reason == reason.Allowed {
		admit(&a, r, out)
	}
	buffer := mem.DefaultBufferPool().Get(answerSize)
	*buffer = a.Append((*buffer)[:0])
	s.follow(r, out, &a, time.Since(started))
	return encoded{buffer}
}

// follow does what the answer does not need. A panic costs the record and not the answer, which is encoded already.
func (s *Server) follow(r *request.Request, out *decision.Outcome, a *answer.Answer, took time.Duration) {
	defer func() {
		if p := recover(); p != nil {
			s.metrics.panics.Inc()
			s.options.Logger.Error("panic after a decision", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	s.record(r, out, a, took)
	s.shadowed(r, out, a.RequestID)
}

func (s *Server) decide(ctx context.Context, r *request.Request) (out *decision.Outcome) {
	defer func() {
		if p := recover(); p != nil {
			s.metrics.panics.Inc()
			s.options.Logger.Error("panic while deciding", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			out = &decision.Outcome{Reason: reason.InternalError}
		}
	}()
	o := s.decider.Decide(ctx, s.state.Load(), r)
	return &o
}

// admit fills in what upstream and filter learn of an admitted request.
func admit(a *answer.Answer, r *request.Request, out *decision.Outcome) {
	foreign := ""
	if out.Identity.Kind != policy.KindAnonymous {
		if out.Identity.Tenant != out.Tenant {
			foreign = out.Identity.Tenant
		}
		a.Subject = answer.Subject(out.Identity.Subject, foreign)
		a.Roles = out.Roles
	}
	a.Tenant, a.Lifetime = out.Tenant, out.Lifetime
	// A token is the upstream's business too, a gateway's key is not.
	a.DropAuthorization = out.Identity.Kind == policy.KindAPIKey && r.Authorization != ""
	// Where the tenant takes keys, only what has the form of one was admitted.
	a.KeepAPIKey = r.APIKey != "" && !strings.HasPrefix(r.APIKey, apikeys.Prefix)
	a.Handoff = handoff.Handoff{
		Tenant: out.Tenant, ScanPolicy: out.ScanPolicy, RequestID: a.RequestID, Mode: out.Decision.Scan.Mode,
	}.String()
}

func (s *Server) record(r *request.Request, out *decision.Outcome, a *answer.Answer, took time.Duration) {
	s.metrics.decided(out.Reason, took)
	if out.Unmetered {
		s.metrics.unmetered.Inc()
	}
	logged, filed := s.log.Wants(out.Reason, out.Err != nil)
	if !logged && !filed {
		return
	}
	record := decisionlog.Record{
		Time: time.Now(), Quiet: !logged, Filed: filed,
		Tenant: out.Tenant, Route: out.Route, Method: r.Method, Path: out.Path,
		Reason: out.Reason, Policies: out.Policies, Rule: out.Decision.Rule, Place: out.Decision.Place.String(), RequestID: a.RequestID, Version: out.Version,
		Status: a.Status(), Duration: took, Err: out.Err,
	}
	if out.Identity != nil {
		record.Subject, record.SubjectTenant = out.Identity.Subject, out.Identity.Tenant
	}
	if filed {
		record.Input = out.Input()
	}
	s.log.Add(record)
}

// shadowed has the tenant's candidate asked about a decided request.
func (s *Server) shadowed(r *request.Request, out *decision.Outcome, id string) {
	candidate, ok := s.decider.Candidate(out)
	if !ok || s.shadow.Full() {
		return
	}
	in := out.Input()
	if in == nil {
		return
	}
	s.shadow.Offer(shadow.Job{Candidate: candidate, Input: in, Request: compare.Request{
		Tenant: out.Tenant, Route: out.Route, Roles: out.Roles, Was: compare.Was(out.Policies, out.Reason), ID: id, Method: r.Method, Path: out.Path,
	}})
}
