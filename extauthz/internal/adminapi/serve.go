package adminapi

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/internal/reason"
)

// Results of a request in the metric.
const (
	resultOK              = "ok"
	resultRefused         = "refused"
	resultFailed          = "failed"
	resultUnauthenticated = "unauthenticated"
	resultThrottled       = "throttled"
)

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// serve is what stands in front of every handler.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	started := s.now()
	id := rand.Text()
	r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id))
	w.Header().Set("X-Request-Id", id)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	select {
	case s.inFlight <- struct{}{}:
		defer func() { <-s.inFlight }()
	default:
		s.requests.WithLabelValues(resultFailed).Inc()
		w.Header().Set("Retry-After", "1")
		WriteError(w, r, http.StatusServiceUnavailable, reason.CodeUnavailable, "too many requests at a time")
		return
	}
	caller, refused := s.gate.admit(r)
	if refused != nil {
		s.refuse(w, r, refused)
		return
	}
	out := &recorder{ResponseWriter: w}
	r = r.WithContext(context.WithValue(r.Context(), callerKey{}, caller))
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	s.route(out, r)
	s.record(r, caller, out, s.now().Sub(started))
}

// route calls the handler, unless the request is one that no client of the API makes. The answers that the mux gives of its own are put in the API's shape; a path that two
// readers could take for two is refused instead of redirected.
func (s *Server) route(w *recorder, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("panic in the admin API", "panic", p, "request_id", RequestID(r.Context()))
			if w.status == 0 {
				WriteError(w, r, http.StatusInternalServerError, reason.CodeInternal, "internal error")
			}
		}
	}()
	if s.origin.Check(r) != nil {
		WriteError(w, r, http.StatusForbidden, reason.CodeForbidden, "requests of web pages are refused")
		return
	}
	if ambiguous(r) {
		WriteError(w, r, http.StatusBadRequest, reason.CodeValidation, "the path is ambiguous or badly encoded")
		return
	}
	if handler, pattern := s.mux.Handler(r); pattern == "" {
		own := &recorder{ResponseWriter: discard{http.Header{}}}
		handler.ServeHTTP(own, r)
		if allow := own.Header().Get("Allow"); allow != "" {
			w.Header().Set("Allow", allow)
			WriteError(w, r, http.StatusMethodNotAllowed, reason.CodeValidation, "the method is not one of this path")
			return
		}
		WriteError(w, r, http.StatusNotFound, reason.CodeNotFound, "no such path")
		return
	}
	s.mux.ServeHTTP(w, r)
}

// discard takes an answer of which only the header matters.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// ambiguous reports a path with empty or dot segments, encoded separators or control characters.
func ambiguous(r *http.Request) bool {
	path := r.URL.Path
	escaped := strings.ToLower(r.URL.EscapedPath())
	if !strings.HasPrefix(path, "/") || strings.Contains(escaped, "%2f") || strings.Contains(escaped, "%5c") {
		return true
	}
	for segment := range strings.SplitSeq(path[1:], "/") {
		if segment == "" || segment == "." || segment == ".." {
			return true
		}
	}
	return strings.ContainsFunc(path, func(c rune) bool { return c < 0x20 || c == 0x7f || c == '\\' })
}

func (s *Server) refuse(w http.ResponseWriter, r *http.Request, refused *refusal) {
	s.requests.WithLabelValues(refused.result).Inc()
	// A throttled client has been logged often enough.
	if refused.result == resultUnauthenticated {
		s.log.Warn("admin credential refused", "error", refused.why, "address", r.RemoteAddr, "method", r.Method, "path", logged(r), "request_id", RequestID(r.Context()))
	}
	if refused.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="admin"`)
	} else {
		w.Header().Set("Retry-After", "60")
	}
	WriteError(w, r, refused.status, refused.code, refused.message)
}

// maxLoggedPath bounds what a client can write into a log line.
const maxLoggedPath = 256

func logged(r *http.Request) string {
	path := r.URL.EscapedPath()
	if len(path) > maxLoggedPath {
		path = path[:maxLoggedPath]
	}
	return path
}

func (s *Server) record(r *http.Request, caller Caller, answered *recorder, took time.Duration) {
	status, result := answered.status, resultOK
	switch {
	case status >= http.StatusInternalServerError:
		result = resultFailed
	case status >= http.StatusBadRequest:
		result = resultRefused
	}
	s.requests.WithLabelValues(result).Inc()
	attributes := []slog.Attr{
		slog.String("caller", caller.Name), slog.String("address", r.RemoteAddr), slog.String("method", r.Method), slog.String("path", logged(r)),
		slog.Int("status", status), slog.String("request_id", RequestID(r.Context())), slog.Duration("duration", took),
	}
	if location := answered.Header().Get("Location"); location != "" {
		attributes = append(attributes, slog.String("created", location))
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		s.log.LogAttrs(r.Context(), slog.LevelDebug, "admin request", attributes...)
		return
	}
	s.log.LogAttrs(r.Context(), slog.LevelInfo, "admin change", attributes...)
}
