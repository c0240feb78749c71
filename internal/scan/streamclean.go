package scan

import (
	"bytes"
	"unicode/utf8"
)

const (
	// maxOpenMarkup bytes of markup whose end is not there are held back; then only its < is taken out.
	maxOpenMarkup = maxOpenBytes - 1<<10
	// maxOpenWord bytes of a word that may grow are held back: an address, the name of a handler.
	maxOpenWord = 256
	// saidBytes of what has left are what the cleaner looks back to.
	saidBytes = 64
)

// cleans reports whether texts are to be sanitized.
func (s *Stream) cleans() bool { return s.policy.direction(s.direction).Sanitize != SanitizeNone }

// speaks reports whether a channel's text may be spoken. One that may be JSON itself, such as the arguments of a tool, loses
// its markup only: its quotes are no words.
func (s *Stream) speaks(c *channel) bool {
	return !c.nested && s.policy.direction(s.direction).Sanitize == SanitizeSpeech
}

// openMarkup returns the offset, from or behind, from which on the text up to tail can only be cleaned with what follows.
func openMarkup(text []byte, from, tail int) int {
	open := tail
	for open > from && text[open-1] > ' ' && tail-open < maxOpenWord {
		open--
	}
	for i := from; i < open; {
		at := bytes.IndexByte(text[i:open], '<')
		if at < 0 {
			break
		}
		i += at
		var c cleaner
		end := c.markup(text, i)
		if c.endless || c.unquoted || c.uncommented || c.unclosed != 0 || i+1 == len(text) {
			if tail-i <= maxOpenMarkup {
				return i
			}
			end = i + 1
		}
		if end > open {
			return i // the word that may grow is in it
		}
		i = max(end, i+1)
	}
	return open
}

// clean sanitizes a channel's text from start to end, which is about to leave. What surrounds a line feed that is no part of
// an event's data is cleaned apart.
func (s *Stream) clean(c *channel, start, end int) {
	for start < end {
		part := end
		if !c.json {
			if n := bytes.IndexByte(c.text[start:end], '\n'); n >= 0 {
				part = start + n
			}
		}
		s.cleanPart(c, start, part)
		if start = part; start < end {
			c.remember([]byte{'\n'})
			start++
		}
	}
}

func (s *Stream) cleanPart(c *channel, start, end int) {
	said := c.said[bytes.LastIndexAny(c.said, "<&")+1:]
	cleaner := cleaner{out: append(s.cleaned[:0], said...), speech: s.speaks(c)}
	cleaner.text(c.text[start:end])
	s.cleaned = cleaner.out
	text, now := c.text[start:end], cleaner.out[len(said):]
	if n := len(now); n > 0 && now[n-1] == '<' {
		now = now[:n-1] // what follows is not known
	}
	c.remember(now)
	if bytes.Equal(text, now) {
		return
	}
	for len(text) > 0 && len(now) > 0 && text[0] == now[0] && text[0] < utf8.RuneSelf {
		text, now, start = text[1:], now[1:], start+1
	}
	for n, m := len(text)-1, len(now)-1; n >= 0 && m >= 0 && text[n] == now[m] && text[n] < utf8.RuneSelf; n, m = n-1, m-1 {
		text, now = text[:n], now[:m]
	}
	from := len(s.words)
	if c.json {
		s.words = appendJSONString(s.words, now)
	} else {
		s.words = append(s.words, now...)
	}
	s.replace(c, start, start+len(text), from)
}

// remember keeps the last bytes of what has left.
func (c *channel) remember(said []byte) {
	c.said = append(c.said, said[max(0, len(said)-saidBytes):]...)
	if over := len(c.said) - saidBytes; over > 0 {
		c.said = c.said[:copy(c.said, c.said[over:])]
	}
}
