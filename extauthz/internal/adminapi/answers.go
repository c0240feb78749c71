package adminapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/meshwarden/meshwarden/extauthz/internal/answer"
	"github.com/meshwarden/meshwarden/internal/reason"
)

type requestIDKey struct{}

// RequestID is what the log and the answer call the request.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// WriteError answers with R-19's body. The message is for the client: nothing of the inside belongs in it.
func WriteError(w http.ResponseWriter, r *http.Request, status int, code reason.Code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(answer.AppendBody(nil, code, message, RequestID(r.Context())), '\n'))
}

func forbid(w http.ResponseWriter, r *http.Request) {
	WriteError(w, r, http.StatusForbidden, reason.CodeForbidden, "the credential is not for this tenant")
}

// WriteJSON answers with v.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v)
}

// ReadJSON decodes the body, one JSON value without unknown fields, into v. When it cannot, it answers and returns false.
func ReadJSON(w http.ResponseWriter, r *http.Request, v any) bool {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		WriteError(w, r, http.StatusUnsupportedMediaType, reason.CodeMediaType, "the body must be application/json")
		return false
	}
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(v)
	if err == nil {
		if _, err = decoder.Token(); errors.Is(err, io.EOF) {
			return true
		}
		if err == nil {
			err = errTrailing
		}
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		WriteError(w, r, http.StatusRequestEntityTooLarge, reason.CodeTooLarge, "the body is too large")
		return false
	}
	WriteError(w, r, http.StatusBadRequest, reason.CodeValidation, "the body does not fit: "+problem(err))
	return false
}

var errTrailing = errors.New("something follows the JSON value")

// problem says what is wrong with a body in words of its own: the decoder's speak of Go's types.
func problem(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	field, unknown := strings.CutPrefix(err.Error(), "json: unknown field ")
	switch {
	case errors.Is(err, errTrailing):
		return err.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax):
		return "it is no JSON"
	case unknown:
		return "there is no field " + field
	case errors.As(err, &kind) && kind.Field != "":
		return "the field " + kind.Field + " has a value of another kind"
	}
	return "a value is of another kind"
}
