package echo_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/echo"
)

func do(t *testing.T, method, target, contentType, body string) *http.Response {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	request.Header.Set("Content-Type", contentType)
	recorder := httptest.NewRecorder()
	echo.Handler().ServeHTTP(recorder, request)
	return recorder.Result()
}

func TestAnyRequestIsDescribed(t *testing.T) {
	t.Parallel()
	response := do(t, "PUT", "/a//b/../c?x=<1>", "text/plain", "hello")
	var got struct {
		Method, Path, Body string
		Headers            map[string]string
	}
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.Method != http.MethodPut || got.Path != "/a//b/../c?x=<1>" || got.Body != "hello" || got.Headers["content-type"] != "text/plain" || got.Headers["host"] == "" {
		t.Errorf("got %+v", got)
	}
}

func TestEchoReturnsTheBodyUnderItsContentType(t *testing.T) {
	t.Parallel()
	response := do(t, "POST", "/echo", "application/json", `{"a":1}`)
	body, _ := io.ReadAll(response.Body)
	if string(body) != `{"a":1}` || response.Header.Get("Content-Type") != "application/json" {
		t.Errorf("got %q %q", body, response.Header.Get("Content-Type"))
	}
}

func TestSSESendsOneEventALine(t *testing.T) {
	t.Parallel()
	response := do(t, "POST", "/sse", "text/plain", "one\ntwo\n")
	body, _ := io.ReadAll(response.Body)
	if string(body) != "data: one\n\ndata: two\n\n" || response.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("got %q %q", body, response.Header.Get("Content-Type"))
	}
}
