package extauthz

import (
	"context"
	"time"

	"google.golang.org/grpc/mem"

	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/extauthz/internal/request"
)

// Identify replaces who verifies credentials. Call it before Run.
func (s *Server) Identify(i decision.Identifier) { s.decider.Identity = i }

// AdminRoutes are the patterns that are mounted on the admin API.
func (s *Server) AdminRoutes() []string { return s.adminAPI.Patterns() }

// Decode is a Check's message as the codec leaves it to the handler.
func Decode(message []byte) (*request.Request, error) {
	var c check
	err := newCodec().Unmarshal(mem.BufferSlice{mem.SliceBuffer(message)}, &c)
	return &c.request, err
}

// Decide answers a decoded Check; read sees the answer, whose memory is used again.
func (s *Server) Decide(ctx context.Context, r *request.Request, read func([]byte)) {
	answer := s.check(ctx, r, time.Now())
	read(*answer.buffer)
	mem.DefaultBufferPool().Put(answer.buffer)
}

// Handle is Decide from bytes to bytes, with the codec and the handler as grpc-go calls them.
func (s *Server) Handle(ctx context.Context, message mem.BufferSlice, read func([]byte)) error {
	c := newCodec()
	answer, err := s.handleCheck(nil, ctx, func(v any) error { return c.Unmarshal(message, v) }, nil)
	if err != nil {
		return err
	}
	data, err := c.Marshal(answer)
	if err != nil {
		return err
	}
	read(data[0].ReadOnlyData())
	data.Free()
	return nil
}
