package answer

import (
	"strconv"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/meshwarden/meshwarden/internal/handoff"
)

// handoffKey is the dynamic metadata key that the wasm filter reads.
const handoffKey = handoff.Key

// appendAction is HeaderValueOption.append_action = OVERWRITE_IF_EXISTS_OR_ADD: what the client or the
// upstream sent under that name is replaced.
const appendAction = "\x18\x02"

// begin opens a length-delimited field and leaves one byte for its length; end closes it.
func begin(dst []byte, field protowire.Number) ([]byte, int) {
	return open(protowire.AppendTag(dst, field, protowire.BytesType))
}

func open(dst []byte) ([]byte, int) {
	dst = append(dst, 0)
	return dst, len(dst)
}

// end writes the length of what was appended since mark, moving it when the length needs more than a byte.
func end(dst []byte, mark int) []byte {
	n := len(dst) - mark
	if n < 0x80 {
		dst[mark-1] = byte(n)
		return dst
	}
	extra := protowire.SizeVarint(uint64(n)) - 1
	for range extra {
		dst = append(dst, 0)
	}
	copy(dst[mark+extra:], dst[mark:mark+n])
	protowire.AppendVarint(dst[:mark-1], uint64(n))
	return dst
}

func appendString(dst []byte, field protowire.Number, value string) []byte {
	return protowire.AppendString(protowire.AppendTag(dst, field, protowire.BytesType), value)
}

// appendHeader appends a HeaderValueOption that replaces. The value must be clean.
func appendHeader(dst []byte, field protowire.Number, name, value string) []byte {
	dst, option, header := beginHeader(dst, field, name)
	dst = appendString(dst, 2, value)
	return endHeader(dst, option, header)
}

// beginHeader opens a HeaderValueOption up to its value, which is to be appended as field 2.
func beginHeader(dst []byte, field protowire.Number, name string) (out []byte, option, header int) {
	dst, option = begin(dst, field)
	dst, header = begin(dst, 1)
	return appendString(dst, 1, name), option, header
}

func endHeader(dst []byte, option, header int) []byte {
	dst = end(dst, header)
	return end(append(dst, appendAction...), option)
}

// appendSeconds appends a header of whole seconds, rounded up.
func appendSeconds(dst []byte, field protowire.Number, name string, d time.Duration) []byte {
	dst, option, header := beginHeader(dst, field, name)
	dst, value := begin(dst, 2)
	dst = strconv.AppendInt(dst, seconds(d), 10)
	return endHeader(end(dst, value), option, header)
}

func seconds(d time.Duration) int64 {
	return int64((d + time.Second - 1) / time.Second)
}

// appendMetadata appends dynamic metadata of string leaves: keys and values in turn.
func appendMetadata(dst []byte, pairs ...string) []byte {
	dst, metadata := begin(dst, responseMetadata)
	for i := 0; i < len(pairs); i += 2 {
		var entry, leaf int
		dst, entry = begin(dst, 1)
		dst = appendString(dst, 1, pairs[i])
		dst, leaf = begin(dst, 2)
		dst = appendString(dst, 3, pairs[i+1])
		dst = end(end(dst, leaf), entry)
	}
	return end(dst, metadata)
}
