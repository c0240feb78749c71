package scan

import "bytes"

// Bounds of what is read of one event's JSON. In an event that exceeds them every value is judged alone.
const (
	maxEventDepth  = 32
	maxEventObject = 128 // objects and arrays
	maxEventTexts  = 256 // strings
	// maxFragment is the longest string that counts as a part of a text only because of white space at its ends.
	maxFragment = 256
)

// fragment is a string in an event's JSON that may continue the text of the events before.
type fragment struct {
	raw     span
	key     span
	object  int16 // that it belongs to
	escaped bool
}

// object is an object or array of an event.
type object struct {
	parent int16
	path   uint32 // hash of the names on the way to it
	index  int32  // of its member index, content_index and the like; -1 without
	delta  bool   // some name on the way says that what is below are parts
	ended  bool   // a member says that what is below is complete
}

// eventReader reads the JSON of one event, which is in memory whole, for what the shape of a stream depends on: which
// strings are parts of a text that other events continue, which text that is, and which texts end here. It judges nothing
// and accepts at least all of JSON.
type eventReader struct {
	data    []byte
	at      int
	objects []object
	texts   []fragment

	delta    bool // what the event calls itself says that it carries a part
	whole    bool // it is an answer of JSON-RPC
	rpc, ask bool
	endsAll  bool // nothing continues after this event
	endsOne  bool // nor do the texts of its index
}

// read takes data apart; it reports false when that is no object, array or string, or exceeds a bound.
func (r *eventReader) read(name, data []byte) bool {
	*r = eventReader{data: data, objects: r.objects[:0], texts: r.texts[:0]}
	r.objects = append(r.objects, object{parent: -1, index: -1})
	r.describe(name)
	r.space()
	if r.at == len(data) || data[r.at] != '{' && data[r.at] != '[' && data[r.at] != '"' || !r.value(0, span{}, 0) {
		return false
	}
	r.space()
	r.whole = r.rpc && !r.ask
	return r.at == len(data)
}

func (r *eventReader) space() {
	for r.at < len(r.data) && isJSONSpace(r.data[r.at]) {
		r.at++
	}
}

// value reads one value, a member of object in with that name.
func (r *eventReader) value(in int16, key span, depth int) bool {
	if r.at == len(r.data) || depth > maxEventDepth {
		return false
	}
	switch c := r.data[r.at]; c {
	case '"':
		text, escaped, ok := r.text()
		if !ok || len(r.texts) == maxEventTexts {
			return false
		}
		r.texts = append(r.texts, fragment{text, key, in, escaped})
		r.remark(in, r.data[key.start:key.end], r.data[text.start:text.end])
		return true
	case '{', '[':
		return r.open(in, key, depth, c+2)
	}
	start := r.at
	for r.at < len(r.data) && scalarByte[r.data[r.at]] {
		r.at++
	}
	r.number(in, r.data[key.start:key.end], r.data[start:r.at])
	return r.at > start
}

// text reads a string.
func (r *eventReader) text() (inner span, escaped, ok bool) {
	end, escaped := stringEnd(r.data, r.at+1)
	if end < 0 {
		return inner, false, false
	}
	inner = span{r.at + 1, end}
	r.at = end + 1
	return inner, escaped, true
}

// open reads an object or array up to its closing byte.
func (r *eventReader) open(in int16, key span, depth int, closing byte) bool {
	if len(r.objects) == maxEventObject {
		return false
	}
	name := r.data[key.start:key.end]
	outer := r.objects[in]
	self := int16(len(r.objects))
	r.objects = append(r.objects, object{
		parent: in, path: hashName(outer.path, name), index: -1,
		delta: outer.delta || deltaObject(name),
	})
	r.at++
	for {
		r.space()
		if r.at == len(r.data) {
			return false
		}
		switch r.data[r.at] {
		case closing:
			r.at++
			return true
		case ',':
			r.at++
			continue
		}
		member := span{}
		if closing == '}' {
			var ok bool
			if member, _, ok = r.text(); !ok {
				return false
			}
			r.space()
			if r.at == len(r.data) || r.data[r.at] != ':' {
				return false
			}
			r.at++
			r.space()
		}
		if !r.value(self, member, depth+1) {
			return false
		}
	}
}

// deltaObject knows the objects of which a stream sends parts: OpenAI's and Anthropic's delta, OpenAI's choices, Gemini's
// candidates, a token of text-generation.
func deltaObject(name []byte) bool {
	switch string(name) {
	case "delta", "choices", "candidates", "token":
		return true
	}
	return false
}

// textName knows the fields that carry the text of models and tools in streams.
func textName(name []byte) bool {
	switch string(name) {
	case "content", "text", "delta", "arguments", "partial_json", "thinking", "reasoning", "reasoning_content", "reasoning_text",
		"refusal", "transcript", "response", "completion", "answer", "output", "output_text", "message", "chunk", "value",
		"input", "summary", "token", "generated_text", "data", "body", "code", "textDelta", "content_delta", "partialJson", "":
		return true
	}
	return false
}

// partName knows those of them that carry nothing but parts.
func partName(name []byte) bool {
	switch string(name) {
	case "delta", "partial_json", "partialJson", "textDelta", "content_delta", "chunk", "token":
		return true
	}
	return false
}

// remark takes note of a string that says something of the event.
func (r *eventReader) remark(in int16, key, text []byte) {
	top := in <= 1
	switch string(key) {
	case "type", "event", "event_type", "object", "kind":
		if top || in == 2 {
			r.describe(text)
		}
	case "jsonrpc":
		r.rpc = r.rpc || top
	case "method":
		r.ask = r.ask || top
	case "finish_reason", "finishReason":
		r.objects[in].ended = len(text) > 0
	case "generated_text":
		r.endsAll = r.endsAll || top
	}
}

// number takes note of a number, true, false or null.
func (r *eventReader) number(in int16, key, text []byte) {
	if len(text) == 0 {
		return
	}
	if text[0] == 't' {
		switch string(key) {
		case "done", "stop", "is_finished", "lastChunk", "final":
			r.endsAll = r.endsAll || in <= 2
		case "append":
			r.delta = true
		}
		return
	}
	if text[0] == 'f' {
		switch string(key) {
		case "done", "stop", "is_finished": // Ollama, llama.cpp, Cohere: more is to come
			r.delta = r.delta || in <= 1
		}
		return
	}
	if text[0] < '0' || text[0] > '9' || len(text) > 8 {
		return
	}
	if string(key) == "index" || bytes.HasSuffix(key, []byte("_index")) || bytes.HasSuffix(key, []byte("Index")) {
		n := int32(0)
		for _, c := range text {
			n = n*10 + int32(c&15)
		}
		o := &r.objects[in]
		if o.index < 0 {
			o.index = n
		} else {
			o.index = o.index*1009 + n // output_index and content_index
		}
	}
}

// describe takes note of what an event calls itself: content_block_delta, chat.completion.chunk, response.output_text.done.
func (r *eventReader) describe(name []byte) {
	r.delta = r.delta || containsWord(name, "delta") || containsWord(name, "chunk") || containsWord(name, "token")
	switch string(name) {
	case "message_stop", "message_end", "response.completed", "response.incomplete", "response.failed", "done", "end", "complete", "completed",
		"stop", "finish", "error", "RUN_FINISHED", "RUN_ERROR", "stream-end":
		r.endsAll = true
		return
	}
	for _, suffix := range [...]string{"_stop", ".done", "-end", "_end", "_END", ".completed", "-stop"} {
		r.endsOne = r.endsOne || bytes.HasSuffix(name, []byte(suffix))
	}
}

// containsWord looks for an ASCII lower-case word without regard to case.
func containsWord(b []byte, word string) bool {
	for i := 0; i+len(word) <= len(b); i++ {
		if equalFold(b[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

// continues reports whether a string is a part of a text that goes on over events: by its field where the event says so,
// else when it has white space at an end, which whole values seldom have.
func (r *eventReader) continues(f *fragment) (sure, likely bool) {
	raw := r.data[f.raw.start:f.raw.end]
	if len(raw) == 0 || r.whole && !r.delta {
		return false, false
	}
	if key := r.data[f.key.start:f.key.end]; textName(key) && (r.delta || r.objects[f.object].delta || f.object == 0 || partName(key)) {
		return true, true
	}
	return false, len(raw) <= maxFragment && (raw[0] == ' ' || raw[len(raw)-1] == ' ')
}

// channel names the text that a string belongs to, and the group of texts that follow each other in one answer: that of a
// choice, a candidate or a block of content.
func (r *eventReader) channel(event uint32, f *fragment) (id uint64, group uint32) {
	path := hashName(r.objects[f.object].path, r.data[f.key.start:f.key.end])
	indexes := uint32(0)
	for o := f.object; o >= 0; o = r.objects[o].parent {
		if i := r.objects[o].index; i >= 0 {
			indexes = (indexes ^ uint32(i+1)) * grams
		}
	}
	return uint64(event^indexes)<<32 | uint64(path), r.group(f.object)
}

// ends reports whether the event ends a text.
func (r *eventReader) ends() bool {
	for i := range r.objects {
		if r.objects[i].ended {
			return true
		}
	}
	return r.endsAll || r.endsOne
}

// group is the outermost index above an object.
func (r *eventReader) group(o int16) (group uint32) {
	for ; o >= 0; o = r.objects[o].parent {
		if i := r.objects[o].index; i >= 0 {
			group = uint32(i) + 1
		}
	}
	return group
}

// hashName adds a name to the hash of a path.
func hashName(path uint32, name []byte) uint32 {
	path = (path ^ 0x85EBCA6B) * grams
	for _, c := range name {
		path = (path ^ uint32(c)) * 16777619
	}
	return path
}
