//go:build !wasip1

package envoytest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/declared"
	"github.com/meshwarden/meshwarden/wasm-filter/internal/wordengine"
)

// TestStreams runs scanner.wasm on responses that have no end to be judged at.
func TestStreams(t *testing.T) {
	t.Parallel()
	g := start(t, modules.final, listener{name: "main", policies: "policies"})
	for name, run := range map[string]func(*testing.T, *gateway){
		"tokens flow and values are redacted":        tokensFlow,
		"a private key is dropped while it arrives":  keysAreDropped,
		"a blocked stream says why and ends":         blockedStreams,
		"streams do not mix":                         streamsDoNotMix,
		"a slow client slows the upstream":           slowClients,
		"trailers lose nothing in silence":           trailersOfStreams,
		"lines of JSON stream":                       linesStream,
		"a stream that is only watched is not held":  watchedStreams,
		"a stream longer than bodies may be goes on": endlessStreams,
		"a heartbeat overtakes what is held":         heartbeats,
	} {
		t.Run(name, func(t *testing.T) {
			bound := *g
			bound.t = t
			run(t, &bound)
		})
	}
	if n := g.stat("meshwarden_scan_panics"); n != 0 {
		t.Errorf("%d panics", n)
	}
}

func strict(g *gateway, t *testing.T, change func(*scan.Policy)) string {
	return g.policies.publish(t.Name(), func(p *scan.Policy) {
		*p = *scan.Strict()
		p.Name = t.Name()
		if change != nil {
			change(p)
		}
	})
}

// eachWay runs a test over HTTP/1.1 and HTTP/2 on both sides.
func eachWay(t *testing.T, g *gateway, policy string, run func(t *testing.T, c *client, prefix string)) {
	bothProtocols(t, g, policy, func(t *testing.T, c *client, prefix string) { run(t, c, prefix) })
}

func tokensFlow(t *testing.T, g *gateway) {
	for _, c := range []struct {
		name, text, want string
		// lag is how many tokens at most are held back at once.
		lag int
	}{
		{"prose", "The quick brown fox jumps over the lazy dogs, and then it is 12 o'clock on a fine day in May.", "", 4},
		{"a card", "Pay with 4111 1111 1111 1111 today if you like.", "Pay with [REDACTED CARD ENDING IN 1111] today if you like.", 10},
		{"an e-mail address", "Write to john.smith@mail.example.com or call.", "Write to [j*****@mail.example.com] or call.", 10},
		{"a key", "Use AKIA" + "QWERTZUIOP234567 with care.", "Use [REDACTED SECRET] with care.", 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			policy := strict(g, t, nil)
			eachWay(t, g, policy, func(t *testing.T, client *client, prefix string) {
				s := g.open(t, client, prefix, &feed{contentType: "text/event-stream"})
				var got strings.Builder
				received := 0
				receive := func() {
					event, err := s.event()
					if err != nil {
						t.Fatalf("after %q: %v", got.String(), err)
					}
					got.WriteString(content(t, event, 0))
					received++
				}
				tokens := pieces(c.text, 4)
				for i, text := range tokens {
					s.send(token(0, text))
					// The upstream goes on only when the client has what came before.
					for received < i+1-c.lag {
						receive()
					}
				}
				s.send("data: [DONE]\n\n")
				for received < len(tokens)+1 {
					receive()
				}
				close(s.parts)
				if rest, err := s.event(); !errors.Is(err, io.EOF) || rest != "" {
					t.Errorf("then %q, %v", rest, err)
				}
				want := c.want
				if want == "" {
					want = c.text
				}
				if got.String() != want {
					t.Errorf("%q, want %q", got.String(), want)
				}
			})
		})
	}
}

func keysAreDropped(t *testing.T, g *gateway) {
	policy := strict(g, t, nil)
	eachWay(t, g, policy, func(t *testing.T, client *client, prefix string) {
		s := g.open(t, client, prefix, &feed{contentType: "text/event-stream"})
		var got strings.Builder
		parts := append([]string{"Here it is:\n", "-----BEGIN RSA ", "PRIVATE KEY-----\n"}, strings.SplitAfter(strings.Repeat(strings.Repeat("Ab3/", 16)+"\n", 500), "\n")...)
		parts = append(parts, "-----END RSA PRIVATE", " KEY-----\n", "That was it, ", "good bye.")
		const lag = 8
		for i, part := range parts {
			s.send(token(0, part))
			if i >= lag {
				event, err := s.event()
				if err != nil {
					t.Fatal(err)
				}
				got.WriteString(content(t, event, 0))
			}
		}
		close(s.parts)
		for {
			event, err := s.event()
			got.WriteString(content(t, event, 0))
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if want := "Here it is:\n[REDACTED PRIVATE_KEY]\nThat was it, good bye."; got.String() != want {
			t.Errorf("%q", got.String())
		}
	})
}

func blockedStreams(t *testing.T, g *gateway) {
	for _, c := range []struct{ kind, text, hidden string }{
		{"SECRET", "AKIA" + "QWERTZUIOP234567 ", "AKIA"},
		{"canary", "Zebra-7Q41-Lantern and ", "Lantern"},
		{"sqli", "1' UNION SELECT password FROM users-- ", "users"},
	} {
		t.Run(c.kind, func(t *testing.T) { blockedStream(t, g, c.kind, c.text, c.hidden) })
	}
}

// blockedStream streams a text that is blocked, of which hidden must not come out.
func blockedStream(t *testing.T, g *gateway, kind, text, hidden string) {
	policy := strict(g, t, func(p *scan.Policy) {
		var err error
		if p.Declared, err = declared.New(nil, []string{"Zebra-7Q41-Lantern"}, nil); err != nil {
			t.Fatal(err)
		}
		p.Response.Actions[kind] = scan.Block
	})
	eachWay(t, g, policy, func(t *testing.T, client *client, prefix string) {
		s := g.open(t, client, prefix, &feed{contentType: "text/event-stream"})
		s.send(token(0, "Before "))
		s.send(token(0, "it: "))
		for _, part := range pieces(text, 4) {
			s.send(token(0, part))
		}
		s.send(token(0, "and then it goes on "))
		var all []string
		for {
			event, err := s.event()
			if err != nil {
				t.Fatalf("%q, then %v", all, err)
			}
			all = append(all, event)
			if strings.HasPrefix(event, "event: error") {
				break
			}
		}
		last := all[len(all)-1]
		if !strings.Contains(last, `data: {"error":{"code":"CONTENT_BLOCKED"`) || !strings.Contains(last, kind) || strings.Contains(strings.Join(all[:len(all)-1], ""), hidden) {
			t.Errorf("%q", all)
		}
		s.sendMore()
		if rest, err := io.ReadAll(s.reader); err == nil || len(rest) != 0 {
			t.Errorf("then came %q, %v", rest, err)
		}
	})
}

func streamsDoNotMix(t *testing.T, g *gateway) {
	policy := strict(g, t, nil)
	eachWay(t, g, policy, func(t *testing.T, client *client, prefix string) {
		var all sync.WaitGroup
		for n := range 4 {
			all.Go(func() {
				t.Run(fmt.Sprint(n), func(t *testing.T) {
					c := *client
					c.t = t
					s := g.open(t, &c, prefix, &feed{contentType: "text/event-stream"})
					go func() {
						for _, part := range pieces(fmt.Sprintf("stream %d has 4111 1111 1111 1111 in it", n), 3) {
							s.parts <- token(0, part) + token(1, part)
						}
						close(s.parts)
					}()
					var first, second strings.Builder
					for {
						event, err := s.event()
						if err != nil {
							break
						}
						first.WriteString(content(t, event, 0))
						second.WriteString(content(t, event, 1))
					}
					want := fmt.Sprintf("stream %d has [REDACTED CARD ENDING IN 1111] in it", n)
					if first.String() != want || second.String() != want {
						t.Errorf("%q and %q", first.String(), second.String())
					}
				})
			})
		}
		all.Wait()
	})
}

func slowClients(t *testing.T, g *gateway) {
	policy := strict(g, t, nil)
	eachWay(t, g, policy, func(t *testing.T, client *client, prefix string) {
		s := g.open(t, client, prefix, &feed{contentType: "text/event-stream"})
		const total = 96 << 20 // Envoy's and the kernel's windows hold up to 34 MB of HTTP/2
		part := strings.Repeat(token(0, "some words and then "), 500)
		done := make(chan int)
		go func() {
			sent := 0
			for ; sent < total; sent += len(part) {
				s.parts <- part
			}
			close(s.parts)
			done <- sent
		}()
		// Nothing is read until the upstream stands still.
		before := -1
		eventually(t, "standstill", func() bool {
			now := s.taken()
			still := now == before
			before = now
			time.Sleep(50 * time.Millisecond)
			return still && now > 0
		})
		if before > total/2 {
			t.Errorf("%d bytes were taken for a client that reads none", before)
		}
		n, err := io.Copy(io.Discard, s.reader)
		if sent := <-done; err != nil || n != int64(sent) {
			t.Errorf("%d of %d bytes, %v", n, sent, err)
		}
	})
}

func trailersOfStreams(t *testing.T, g *gateway) {
	policy := strict(g, t, nil)
	eachWay(t, g, policy, func(t *testing.T, client *client, prefix string) {
		for _, c := range []struct {
			end   string
			whole bool
		}{{"data: [DONE]\n\n", true}, {"", false}} {
			s := g.open(t, client, prefix, &feed{contentType: "text/event-stream", trailers: true})
			s.send(token(0, "one two"))
			if c.end != "" {
				s.send(c.end)
			}
			close(s.parts)
			rest, err := io.ReadAll(s.reader)
			whole := string(rest) == token(0, "one two")+c.end
			// What is still undecided comes out whole or the client hears that something is missing.
			if c.whole && (!whole || err != nil) || !whole && err == nil {
				t.Errorf("with %q: %q, %v", c.end, rest, err)
			}
			t.Logf("with %q: whole %v, %v", c.end, whole, err)
		}
	})
}

func linesStream(t *testing.T, g *gateway) {
	policy := strict(g, t, nil)
	eachWay(t, g, policy, func(t *testing.T, client *client, prefix string) {
		s := g.open(t, client, prefix, &feed{contentType: "application/x-ndjson"})
		var got strings.Builder
		receive := func() {
			line, err := s.reader.ReadString('\n')
			var answer struct{ Message struct{ Content string } }
			if err != nil || json.Unmarshal([]byte(line), &answer) != nil {
				t.Fatalf("%q, %v", line, err)
			}
			got.WriteString(answer.Message.Content)
		}
		tokens := pieces("Ask jane.doe@example.com for more.", 4)
		for i, part := range tokens {
			raw, _ := json.Marshal(part)
			s.send(fmt.Sprintf(`{"model":"m","message":{"role":"assistant","content":%s},"done":false}`+"\n", raw))
			if i >= 10 {
				receive()
			}
		}
		s.send(`{"model":"m","message":{"role":"assistant","content":""},"done":true}` + "\n")
		for range 11 - max(0, 10-len(tokens)) {
			receive()
		}
		if want := "Ask [j*****@example.com] for more."; got.String() != want {
			t.Errorf("%q", got.String())
		}
		close(s.parts)
	})
}

func watchedStreams(t *testing.T, g *gateway) {
	policy := strict(g, t, func(p *scan.Policy) { p.Mode = scan.Shadow })
	eachWay(t, g, policy, func(t *testing.T, client *client, prefix string) {
		s := g.open(t, client, prefix, &feed{contentType: "text/event-stream"})
		for _, part := range []string{"4111 1111", " 1111 1111"} {
			s.send(token(0, part))
			if event, err := s.event(); err != nil || content(t, event, 0) != part {
				t.Errorf("%q, %v", event, err)
			}
		}
		close(s.parts)
	})
}

func endlessStreams(t *testing.T, g *gateway) {
	policy := strict(g, t, func(p *scan.Policy) { p.Response.MaxBytes = 64 << 10 })
	eachWay(t, g, policy, func(t *testing.T, client *client, prefix string) {
		s := g.open(t, client, prefix, &feed{contentType: "text/event-stream"})
		part := strings.Repeat(token(0, "some words and then "), 100)
		for range 40 {
			s.send(part)
			if _, err := io.CopyN(io.Discard, s.reader, int64(len(part)-4*len(token(0, "some words and then ")))); err != nil {
				t.Fatal(err)
			}
		}
		// One event that long is a body too long to be judged.
		s.send("data: " + strings.Repeat("x", 70<<10))
		s.sendMore()
		rest, _ := io.ReadAll(io.LimitReader(s.reader, 1<<20))
		if !strings.Contains(string(rest), "event: error") || strings.Contains(string(rest), "xxxxxxxx") {
			t.Errorf("%.300q", rest)
		}
	})
}

func heartbeats(t *testing.T, g *gateway) {
	policy := strict(g, t, nil)
	eachWay(t, g, policy, func(t *testing.T, client *client, prefix string) {
		s := g.open(t, client, prefix, &feed{contentType: "text/event-stream"})
		s.send(token(0, "unfinished"))
		for range 3 {
			s.send(": ping\n\n")
			if event, err := s.event(); err != nil || event != ": ping" {
				t.Errorf("%q, %v", event, err)
			}
		}
		close(s.parts)
		if event, err := s.event(); err != nil || content(t, event, 0) != "unfinished" {
			t.Errorf("%q, %v", event, err)
		}
	})
}

// faultsInStreams runs on the engine that panics on a word.
func faultsInStreams(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), nil)
	eachWay(t, g, policy, func(t *testing.T, client *client, prefix string) {
		s := g.open(t, client, prefix, &feed{contentType: "text/event-stream"})
		s.send("data: this much has gone out before\n\n")
		s.send("data: " + wordengine.Panic + "\n\n")
		s.sendMore()
		rest, err := io.ReadAll(s.reader)
		if err == nil || strings.Contains(string(rest), wordengine.Panic) || strings.Contains(string(rest), "more") {
			t.Errorf("%q, %v", rest, err)
		}
	})
}
