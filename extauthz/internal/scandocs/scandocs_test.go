package scandocs_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/scandocs"
)

func hashOf(document string) string {
	sum := sha256.Sum256([]byte(document))
	return hex.EncodeToString(sum[:])
}

func get(s *scandocs.Store, hash string, header ...string) *httptest.ResponseRecorder {
	mux := http.NewServeMux()
	mux.Handle("GET /scan-policies/{hash}", s)
	request := httptest.NewRequest(http.MethodGet, "/scan-policies/"+hash, nil)
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	mux.ServeHTTP(recorder, request)
	return recorder
}

func TestADocumentIsServedForEver(t *testing.T) {
	t.Parallel()
	s := scandocs.New(nil)
	hash := hashOf("mode enforce\n")
	if err := s.Add(hash, []byte("mode enforce\n")); err != nil {
		t.Fatal(err)
	}
	response := get(s, hash)
	if response.Code != 200 || response.Body.String() != "mode enforce\n" || response.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Errorf("%d %q %v", response.Code, response.Body, response.Header())
	}
	if response := get(s, hash, "If-None-Match", `"`+hash+`"`); response.Code != http.StatusNotModified || response.Body.Len() != 0 {
		t.Errorf("with its ETag: %d %q", response.Code, response.Body)
	}
}

func TestAnUnknownDocumentIsAnErrorBody(t *testing.T) {
	t.Parallel()
	response := get(scandocs.New(nil), hashOf("x"), "X-Request-Id", "r-7")
	var body struct {
		Error struct {
			Code      string
			RequestID string `json:"request_id"`
		}
	}
	if err := json.Unmarshal(response.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	if response.Code != 404 || body.Error.Code != "NOT_FOUND" || body.Error.RequestID != "r-7" || response.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %+v %v", response.Code, body, response.Header())
	}
}

func TestADocumentUnderAWrongHashIsRefused(t *testing.T) {
	t.Parallel()
	if err := scandocs.New(nil).Add(hashOf("a"), []byte("b")); err == nil {
		t.Error("it was taken")
	}
}

func TestARemovedDocumentIsKeptForAWhileAndCanComeBack(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	s := scandocs.New(func() time.Time { return now })
	hash, other := hashOf("a"), hashOf("b")
	if err := s.Add(hash, []byte("a")); err != nil {
		t.Fatal(err)
	}
	s.Remove(hash)
	s.Remove(other)
	if now = now.Add(scandocs.Keep); get(s, hash).Code != 200 {
		t.Error("it is gone too early")
	}
	// Naming it once more does not start the time anew.
	s.Remove(hash)
	if now = now.Add(time.Second); get(s, hash).Code != 404 {
		t.Error("it is kept too long")
	}
	if err := s.Add(hash, []byte("a")); err != nil {
		t.Fatal(err)
	}
	if now = now.Add(time.Hour); get(s, hash).Code != 200 {
		t.Error("a document that is in use again went away")
	}
}
