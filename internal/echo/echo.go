// Package echo is the upstream that `meshwarden up` runs, so that a stranger sees what a service behind
// the gateway would receive. It knows nothing of the gateway.
package echo

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// MaxBody bounds what one request may make the upstream hold: 64 MiB.
const MaxBody = 64 << 20

// answer describes the request as it arrived.
type answer struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// Handler answers any request with 200 and a JSON description of it. /echo returns the body under
// its own content type; /sse sends the body's lines as server-sent events, one a chunk.
func Handler() http.Handler {
	// No ServeMux: it redirects unclean paths, and an upstream that shows what arrived must not.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/echo":
			echo(w, r)
		case "/sse":
			events(w, r)
		default:
			describe(w, r)
		}
	})
}

func describe(w http.ResponseWriter, r *http.Request) {
	body, ok := read(w, r)
	if !ok {
		return
	}
	headers := make(map[string]string, len(r.Header)+1)
	headers["host"] = r.Host
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(answer{Method: r.Method, Path: r.RequestURI, Headers: headers, Body: string(body)})
}

func echo(w http.ResponseWriter, r *http.Request) {
	body, ok := read(w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
	_, _ = w.Write(body)
}

func events(w http.ResponseWriter, r *http.Request) {
	body, ok := read(w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	flusher := http.NewResponseController(w)
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, MaxBody)
	for lines.Scan() {
		_, _ = io.WriteString(w, "data: "+lines.Text()+"\n\n")
		_ = flusher.Flush()
	}
}

func read(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if err != nil {
		http.Error(w, "the body could not be read", http.StatusBadRequest)
		return nil, false
	}
	return body, true
}
