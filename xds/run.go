package xds

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/xds/internal/publish"
)

// housekeeping is how often a publication is repeated without a change, so that what is kept for a while goes.
const housekeeping = time.Minute

// state is what was published last. It is immutable.
type state struct {
	snapshot *config.Snapshot
	// unreadable are the loader's problems; the translation's are in outcome.
	unreadable []config.Problem
	outcome    publish.Outcome
	version    string
	// loaded is when the files were read that are published.
	loaded  time.Time
	gateway bool
}

// problems is never nil, so that it is a list in JSON.
func (s *state) problems() []config.Problem {
	return append(append([]config.Problem{}, s.unreadable...), s.outcome.Problems...)
}

// Run serves until ctx ends. Clients are served once the directory was read for the first time: before that,
// everything they hold would look deleted.
func (s *Server) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	changes := config.NewChanges()
	ended := make(chan error, 2)
	// Watching starts before the first load, so that no edit falls between them.
	go func() { ended <- config.Watch(ctx, s.options.Config, changes.Add) }()

	loader := config.NewLoader(s.options.Config)
	s.reload(ctx, loader, nil)
	go func() { ended <- s.grpc.Serve(s.listener) }()

	running := 2
	err := func() error {
		ticker := time.NewTicker(housekeeping)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case err := <-ended:
				running--
				if ctx.Err() != nil {
					return nil
				}
				return errors.Join(errors.New("control plane ended unexpectedly"), err)
			case <-changes.Ready():
				s.reload(ctx, loader, changes.Take())
			case <-s.answered:
				if len(s.state.Load().outcome.HeldBack) > 0 {
					s.publish(ctx, *s.state.Load())
				}
			case <-ticker.C:
				s.publish(ctx, *s.state.Load())
			}
		}
	}()
	cancel()
	s.grpc.Stop()
	for ; running > 0; running-- {
		if endErr := <-ended; err == nil && !errors.Is(endErr, grpc.ErrServerStopped) {
			err = endErr
		}
	}
	return err
}

// reload reads files, nil for all, and publishes what they say.
func (s *Server) reload(ctx context.Context, loader *config.Loader, files []string) {
	started := time.Now()
	snapshot, problems := loader.LoadChanged(files)
	s.publish(ctx, state{snapshot: snapshot, unreadable: problems, loaded: started})
	s.metrics.publishTime.Observe(time.Since(started).Seconds())
}

// publish brings next to the clients and makes it the current state.
func (s *Server) publish(ctx context.Context, next state) {
	started := time.Now()
	previous := s.state.Load()
	if previous != nil {
		// Status is also asked while this waits for clients.
		interim := next
		interim.outcome, interim.version, interim.gateway = previous.outcome, previous.version, previous.gateway
		s.state.Store(&interim)
	}
	next.outcome = s.publisher.Apply(ctx, next.snapshot, next.unreadable)
	next.version = s.streams.Digest()
	next.gateway = len(next.snapshot.Gateway.Listeners) > 0
	s.state.Store(&next)

	s.logProblems(previous, &next)
	s.metrics.problems.Set(float64(len(next.problems())))
	s.metrics.heldBack.Set(float64(len(next.outcome.HeldBack)))
	if next.outcome.Changed > 0 {
		s.options.Logger.Info("configuration published", "version", next.version, "resources", next.outcome.Changed,
			"tenants", len(next.snapshot.Tenants), "problems", len(next.problems()), "duration", time.Since(started))
	}
}

// logProblems says what became wrong and what was repaired, each once.
func (s *Server) logProblems(previous, next *state) {
	before := map[config.Problem]bool{}
	if previous != nil {
		for _, problem := range previous.problems() {
			before[problem] = true
		}
	}
	for _, problem := range next.problems() {
		if !before[problem] {
			s.options.Logger.Warn("configuration refused, the last good version stays", "object", problem.Object, "problem", problem.String())
		}
		delete(before, problem)
	}
	for problem := range before {
		s.options.Logger.Info("configuration problem resolved", "object", problem.Object, "problem", problem.String())
	}
	var last *config.Snapshot
	if previous != nil {
		last = previous.snapshot
	}
	for _, w := range next.snapshot.WarningsSince(last) {
		s.options.Logger.Warn("configuration may have another effect than meant", "object", w.Object, "warning", w.String())
	}
}

func (s *Server) clientAnswered() { notify(s.answered) }

func notify(signal chan<- struct{}) {
	select {
	case signal <- struct{}{}:
	default:
	}
}
