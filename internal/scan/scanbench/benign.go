// Package scanbench makes the bodies that the scanner's speed is measured on: benign ones of every kind, and hostile ones
// made to be slow. Only benchmarks import it; it knows nothing of the scanner.
package scanbench

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
)

// Body is one body with its content type.
type Body struct {
	Name, ContentType string
	Bytes             []byte
}

// Benign returns a benign body of every kind, of about 64 KiB except those whose name says otherwise. Conversations and
// prose are made of corpora beside the directory dir, or of the excerpts in the repository whose root is above dir.
func Benign(dir string) ([]Body, error) {
	chat, err := Conversation(dir, 64<<10)
	if err != nil {
		return nil, err
	}
	prose, err := texts(dir, "benign/alpaca-seed.jsonl", 64<<10)
	if err != nil {
		return nil, err
	}
	return []Body{
		{"api 2k", "application/json", API(2 << 10)},
		{"api 64k", "application/json", API(64 << 10)},
		{"api 1m", "application/json", API(1 << 20)},
		{"chat 64k", "application/json", chat},
		{"prose 64k", "text/plain", prose},
		{"html 64k", "text/html", html(prose, 64<<10)},
		{"sse 64k", "text/event-stream", events(prose, 64<<10)},
		{"base64 64k", "application/json", files(64 << 10)},
	}, nil
}

// API is a list of records with ids, words, sentences and points in time, as a shop's API gets it.
func API(size int) []byte {
	body := []byte(`{"items":[`)
	for i := 0; len(body) < size-200; i++ {
		if i > 0 {
			body = append(body, ',')
		}
		body = fmt.Appendf(body, `{"id":%d,"sku":"LAMP-%04d","title":"A reading lamp with a green shade","quantity":%d,"note":"Please wrap it, it is a present for a friend.","updated":"2026-05-%02dT10:00:00Z"}`,
			1000+i, i, i%7+1, i%28+1)
	}
	return append(body, `]}`...)
}

// Conversation is one request of at most the given size with the messages of the corpus of chat requests, again from the
// first when they do not suffice.
func Conversation(dir string, size int) ([]byte, error) {
	samples, err := read(dir, "benign/chat-openai-json.jsonl")
	if err != nil {
		return nil, err
	}
	var messages []json.RawMessage
	for _, s := range samples {
		var request struct{ Messages []json.RawMessage }
		if err := json.Unmarshal([]byte(s.Text), &request); err != nil {
			return nil, fmt.Errorf("%s: %w", s.ID, err)
		}
		messages = append(messages, request.Messages...)
	}
	body := []byte(`{"model":"gpt-4o","messages":[`)
	for i := 0; ; i++ {
		m := messages[i%len(messages)]
		if len(body)+len(m)+len(",]}") > size {
			return append(body, `]}`...), nil
		}
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, m...)
	}
}

// texts joins the samples of a file, again from the first when they do not suffice.
func texts(dir, name string, size int) ([]byte, error) {
	samples, err := read(dir, name)
	if err != nil {
		return nil, err
	}
	var body []byte
	for i := 0; len(body) < size; i++ {
		body = append(append(body, samples[i%len(samples)].Text...), "\n\n"...)
	}
	return body[:size], nil
}

func read(dir, name string) ([]attackcorpus.Sample, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	root, ok := attackcorpus.Root(dir)
	for !ok {
		root = filepath.Join(dir, "internal", "scan", "testdata", "corpora")
		if _, err := os.Stat(root); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			return nil, fmt.Errorf("no corpora and no repository above %s", dir)
		}
		dir = filepath.Dir(dir)
	}
	samples, err := attackcorpus.Read(filepath.Join(root, name))
	if err == nil && len(samples) == 0 {
		err = fmt.Errorf("%s: no samples", name)
	}
	return samples, err
}

// html is a page with paragraphs, links and lists.
func html(prose []byte, size int) []byte {
	body := []byte("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Notes</title></head><body>\n")
	for i, paragraph := range strings.Split(string(prose), "\n\n") {
		body = fmt.Appendf(body, "<h2 id=\"n%d\">Note %d</h2>\n<p class=\"note\">%s</p>\n<ul><li><a href=\"/notes/%d\">Next</a></li><li><em>%d</em> &amp; more</li></ul>\n",
			i, i, strings.NewReplacer("<", "&lt;", "&", "&amp;").Replace(paragraph), i+1, i)
		if len(body) > size {
			break
		}
	}
	return append(body, "</body></html>\n"...)
}

// events is a streamed completion, a word or less an event.
func events(prose []byte, size int) []byte {
	var body []byte
	for len(prose) > 0 && len(body) < size {
		n := min(4, len(prose))
		token, err := json.Marshal(string(prose[:n]))
		if err != nil {
			panic(err) // strings always marshal
		}
		prose = prose[n:]
		body = fmt.Appendf(body, `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1767225600,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}`+"\n\n", token)
	}
	return append(body, "data: [DONE]\n\n"...)
}

// files is JSON with binary content in base64.
func files(size int) []byte {
	random := rand.NewChaCha8([32]byte{1})
	body := []byte(`{"files":[`)
	for i := 0; len(body) < size-4<<10; i++ {
		content := make([]byte, 3<<10)
		_, _ = random.Read(content)
		if i > 0 {
			body = append(body, ',')
		}
		body = fmt.Appendf(body, `{"name":"scan-%d.bin","content":%q}`, i, base64.StdEncoding.EncodeToString(content))
	}
	return append(body, `]}`...)
}

// Count counts the quotes of a body a byte at a time: the least that any scanner must do, to which speeds are compared.
func Count(body []byte) (quotes int) {
	for _, c := range body {
		if c == '"' {
			quotes++
		}
	}
	return quotes
}
