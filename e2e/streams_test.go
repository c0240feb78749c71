package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestAChatStreamFlowsAndIsRedacted has an upstream that sends a token only when the client has what came some tokens before:
// a gateway that held the answer to its end would never see it.
func TestAChatStreamFlowsAndIsRedacted(t *testing.T) {
	t.Parallel()
	const lag = 12 // a card number in tokens of two characters and the word behind it
	const text = "Sure. The card is " + card + ", the address jane.doe@example.com; and that is all there is to say about it."
	const want = "Sure. The card is [REDACTED CARD ENDING IN 1111], the address [j*****@example.com]; and that is all there is to say about it."
	received := make(chan struct{}, len(text))
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		rest := text
		for n := 0; rest != ""; n++ {
			if n >= lag {
				select {
				case <-received:
				case <-r.Context().Done():
					return
				}
			}
			size := min(len(rest), 2)
			token, _ := json.Marshal(rest[:size])
			rest = rest[size:]
			fmt.Fprintf(w, `data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}`+"\n\n", token)
			w.(http.Flusher).Flush()
		}
		_, _ = io.WriteString(w, "data: [DONE]\n\n")
	}))
	t.Cleanup(upstream.Close)
	dir := quickstart(t)
	(&gateway{dir: dir}).live(t, upstream.URL)
	g := up(t, dir)

	r, err := http.NewRequestWithContext(t.Context(), "GET", g.Gateway+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "acme.localhost"
	r.Header.Set("Authorization", "Bearer "+g.token(t, "acme", "ed", "editor"))
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got strings.Builder
	done := false
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		data, isData := strings.CutPrefix(lines.Text(), "data: ")
		switch {
		case data == "[DONE]":
			done = true
		case isData:
			var chunk struct {
				Choices []struct{ Delta struct{ Content string } }
			}
			if err := json.Unmarshal([]byte(data), &chunk); err != nil {
				t.Fatalf("%s: %v", data, err)
			}
			got.WriteString(chunk.Choices[0].Delta.Content)
			received <- struct{}{}
		}
	}
	if got.String() != want || !done {
		t.Errorf("%q, done is %v", got.String(), done)
	}
}
