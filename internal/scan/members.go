package scan

import "github.com/meshwarden/meshwarden/internal/scan/swar"

// Most of an API's JSON is members of one shape: a plain name in quotes, a colon, a short value without escapes, a comma.
// They are read many at a time, without a call for each as WebAssembly makes calls dear; whatever looks otherwise is left
// to structure, which reads the same things more slowly.

// member is where the name and the value of a member stand in a chunk. The value of a string is without its quotes; other
// values that are too short to be judged have no bytes.
type member struct{ name, nameEnd, value, valueEnd int32 }

// memberAhead is how many bytes there must be for a member to be begun: its quotes, a name, colon, space and short value.
const memberAhead = 48

// members judges the members from the quote at i on, in a container and before a name. It returns where it stopped: i when
// there is none, else before a name, or at the bracket behind the last value.
func (r *jsonReader) members(e judge, chunk []byte, i, base int) int {
	for {
		n, next := gather(chunk, i, &r.batch)
		for k := range r.batch[:n] {
			m := &r.batch[k]
			r.key.name = chunk[m.name:m.nameEnd]
			raw := chunk[m.value:m.valueEnd]
			if len(raw) == 0 {
				continue
			}
			if chunk[m.value-1] != '"' {
				if e.announced(r.key) {
					r.number(e, raw, base+int(m.value))
				}
				continue
			}
			if r.labelled {
				r.read(raw, false)
			}
			if found, calm := e.glance(raw, r.key); !calm {
				r.judge(e, raw, base+int(m.value), false, found)
			}
		}
		i = next
		if n > 0 && i < len(chunk) && chunk[i] == '}' {
			r.state = jsonAfter
			return i
		}
		if n < len(r.batch) {
			return i
		}
	}
}

// gather collects members from the quote at i on and returns their number and the offset behind the last one and its
// comma, or of the bracket behind it.
func gather(chunk []byte, i int, batch *[16]member) (n, next int) {
	for n < len(batch) && i+memberAhead <= len(chunk) && chunk[i] == '"' {
		name := i + 1
		end := name
		w := swar.Load(chunk[end:])
		marks, odd := swar.Lowest(w, '"'), notName(w)
		if marks|odd == 0 {
			end += 8
			w = swar.Load(chunk[end:])
			marks, odd = swar.Lowest(w, '"'), notName(w)
			if marks|odd == 0 {
				end += 8
				w = swar.Load(chunk[end:])
				marks, odd = swar.Lowest(w, '"'), notName(w)
			}
		}
		// The first byte that is in no name has to be the quote.
		if marks == 0 || odd&-odd != marks&-marks {
			return n, i
		}
		end += swar.First(marks)
		if chunk[end+1] != ':' {
			return n, i
		}
		v := end + 2
		if chunk[v] == ' ' {
			v++
		}
		from, to := v, v
		switch c := chunk[v]; {
		case c == '"':
			from++
			for to = from; ; to += 8 {
				if to+16 > len(chunk) {
					return n, i
				}
				w := swar.Load(chunk[to:])
				if marks := swar.Lowest(w, '"') | swar.Lowest(w, '\\'); marks != 0 {
					to += swar.First(marks)
					break
				}
			}
			if chunk[to] != '"' || to-from > windowBytes {
				return n, i
			}
			v = to + 1
		case c-'0' < 10:
			w := swar.Load(chunk[v:])
			digits := swar.First(^swar.Digits(w) & swar.Highs)
			if digits >= minBareDigits {
				return n, i
			}
			if v += digits; digits >= minAnnounced {
				to = v
			}
		case c == 't' && string(chunk[v:v+4]) == "true", c == 'n' && string(chunk[v:v+4]) == "null":
			v += 4
		case c == 'f' && string(chunk[v:v+5]) == "false":
			v += 5
		default:
			return n, i
		}
		switch chunk[v] {
		case ',':
			v++
			for v < len(chunk) && isJSONSpace(chunk[v]) {
				v++
			}
		case '}':
			batch[n] = member{int32(name), int32(end), int32(from), int32(to)}
			return n + 1, v
		default:
			return n, i
		}
		batch[n] = member{int32(name), int32(end), int32(from), int32(to)}
		n++
		i = v
	}
	return n, i
}

// notName has the highest bit of a byte set for each byte of w that is neither a letter nor _.
func notName(w uint64) uint64 { return ^(swar.Letters(w) | swar.Is(w, '_')) & swar.Highs }
