//go:build !wasip1

package envoytest_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// feed is a response whose parts a test sends one by one.
type feed struct {
	contentType string
	trailers    bool
	parts       chan string
	// sent counts bytes that the server has taken.
	mu   sync.Mutex
	sent int
}

func (f *feed) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", f.contentType)
	if f.trailers {
		w.Header().Set("Trailer", "X-End")
		defer w.Header().Set("X-End", "yes")
	}
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	for {
		select {
		case part, open := <-f.parts:
			if !open {
				return
			}
			if _, err := io.WriteString(w, part); err != nil {
				return
			}
			w.(http.Flusher).Flush()
			f.mu.Lock()
			f.sent += len(part)
			f.mu.Unlock()
		case <-r.Context().Done():
			return
		}
	}
}

func (f *feed) taken() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sent
}

// stream is a response that arrives while it is being sent.
type stream struct {
	*feed
	t      *testing.T
	body   io.ReadCloser
	reader *bufio.Reader
	header http.Header
}

// open starts a stream; prefix chooses the upstream's protocol.
func (g *gateway) open(t *testing.T, c *client, prefix string, f *feed) *stream {
	t.Helper()
	path := "/live/" + t.Name()
	f.parts = make(chan string)
	g.upstream.live.Store(path, f)
	request, err := http.NewRequestWithContext(t.Context(), "GET", c.base+prefix+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Handoff", handOver(c.policy))
	response, err := c.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return &stream{f, t, response.Body, bufio.NewReader(response.Body), response.Header}
}

// send gives the upstream its next part; a stream that stalls is a failure.
func (s *stream) send(part string) {
	s.t.Helper()
	select {
	case s.parts <- part:
	case <-time.After(patience):
		s.t.Fatal("the upstream takes no more")
	}
}

// sendMore lets the upstream go on until it is stopped.
func (s *stream) sendMore() {
	go func() {
		for {
			select {
			case s.parts <- token(0, "more"):
			case <-s.t.Context().Done():
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
}

// event reads one event, without the empty line that ends it.
func (s *stream) event() (string, error) {
	var lines []string
	for {
		line, err := s.reader.ReadString('\n')
		if err != nil {
			return strings.Join(lines, "\n"), err
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			return strings.Join(lines, "\n"), nil
		}
		lines = append(lines, line)
	}
}

// token is an event of OpenAI's chat completions.
func token(choice int, text string) string {
	raw, _ := json.Marshal(text)
	return fmt.Sprintf(`data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":%d,"delta":{"content":%s},"finish_reason":null}]}`+"\n\n", choice, raw)
}

// content is the text of such an event, of one choice.
func content(t *testing.T, event string, choice int) string {
	t.Helper()
	data, found := strings.CutPrefix(event, "data: ")
	if !found || data == "[DONE]" {
		return ""
	}
	var chunk struct {
		Choices []struct {
			Index int
			Delta struct{ Content string }
		}
	}
	if err := json.Unmarshal([]byte(data), &chunk); err != nil {
		t.Errorf("%s: %v", data, err)
		return ""
	}
	var text strings.Builder
	for _, c := range chunk.Choices {
		if c.Index == choice {
			text.WriteString(c.Delta.Content)
		}
	}
	return text.String()
}

// pieces cuts a text as a tokenizer would: into at most n bytes, a space begins one.
func pieces(text string, n int) (all []string) {
	for len(text) > 0 {
		size := min(n, len(text))
		if space := strings.IndexByte(text[1:size], ' '); space >= 0 {
			size = space + 1
		}
		all = append(all, text[:size])
		text = text[size:]
	}
	return all
}
