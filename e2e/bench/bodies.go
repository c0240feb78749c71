package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// jsonBody is ordinary JSON of about the given size, as a shop's API would get it.
func jsonBody(size int) string {
	var b strings.Builder
	b.WriteString(`{"items":[`)
	for i := 0; b.Len() < size-200; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"sku":"LAMP-%04d","title":"A reading lamp with a green shade","quantity":%d,"note":"Please wrap it, it is a present for a friend.","updated":"2026-05-%02dT10:00:00Z"}`,
			1000+i, i, i%7+1, i%28+1)
	}
	b.WriteString(`]}`)
	return b.String()
}

// chatBody is one long conversation of at most the given size: the messages of the corpus of chat requests, again from the
// first when they do not suffice.
func chatBody(size int) (string, error) {
	messages, err := chatMessages()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(`{"model":"gpt-4o","messages":[`)
	for i := 0; ; i++ {
		m := messages[i%len(messages)]
		if b.Len()+len(m)+len(",]}") > size {
			break
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(m)
	}
	b.WriteString(`]}`)
	return b.String(), nil
}

// chatMessages reads shared/corpora beside the repository where there is one, else the excerpts in the repository.
func chatMessages() ([]json.RawMessage, error) {
	const name = "benign/chat-openai-json.jsonl"
	path := filepath.Join("..", "shared", "corpora", name)
	if _, err := os.Stat(path); err != nil {
		path = filepath.Join("internal", "scan", "testdata", "corpora", name)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("chat corpus: %w", err)
	}
	defer file.Close()
	var messages []json.RawMessage
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var sample struct{ Text string }
		var body struct{ Messages []json.RawMessage }
		if err := json.Unmarshal(lines.Bytes(), &sample); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if err := json.Unmarshal([]byte(sample.Text), &body); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		messages = append(messages, body.Messages...)
	}
	if len(messages) == 0 {
		return nil, fmt.Errorf("%s: no messages", path)
	}
	return messages, lines.Err()
}
