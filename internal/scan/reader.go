package scan

import (
	"slices"
	"strings"
)

// content takes a body, or a part of a multipart body, apart by its format. What is not what it was said to be is
// read as text, so that malformed content is never left unread.
type content struct {
	format format
	at     int // offset in the body of the next byte that feed gets

	head []byte // first bytes of what has yet to be sniffed
	json jsonReader
	form formReader
	text window // whole texts and the rest of what stopped being JSON
	tail []byte // the last lookbackBytes of what is not yet read as text
	key  keyContext

	// parts reads a multipart body; it and grpc are made for the first one.
	parts   *multipartReader
	doubted bool // and the body is read as text too
	grpc    *grpcReader
}

// open starts the body that a Content-Type declares.
func (c *content) open(contentType string) {
	var lower [maxMediaType]byte
	mediaType := lowerType(&lower, contentType)
	c.reset(formatOfType(mediaType), 0)
	switch c.format {
	case formatMultipart:
		_, parameters, _ := strings.Cut(contentType, ";")
		if c.multipart().reset(parameters) == 0 {
			c.format = formatSniff
		}
	case formatGRPC:
		if c.grpc == nil {
			c.grpc = new(grpcReader)
		}
		c.grpc.reset(mediaType)
	}
}

func (c *content) multipart() *multipartReader {
	if c.parts == nil {
		c.parts = new(multipartReader)
	}
	return c.parts
}

// reset starts content of a format at an offset of the body.
func (c *content) reset(f format, at int) {
	c.format, c.at = f, at
	c.head = c.head[:0]
	c.tail = c.tail[:0]
	c.json.reset()
	c.form.reset(at)
	c.text.reset(at)
	if f == formatXML {
		c.text.encoding = encodingXML
	}
	c.key, c.doubted = keyContext{}, false
}

// setKey makes the name of a field the context of the content. It is not copied.
func (c *content) setKey(key keyContext) {
	c.key, c.text.key = key, key
}

// write reads the next bytes. They are not retained. Where chunks begin and end makes no difference.
func (c *content) write(e judge, chunk []byte) {
	if c.format < formatSniff {
		c.feed(e, chunk)
		return
	}
	n := min(len(chunk), sniffBytes-len(c.head))
	c.head = append(c.head, chunk[:n]...)
	if len(c.head) == sniffBytes {
		c.start(e)
		c.feed(e, chunk[n:])
	}
}

// start decides what undeclared content is and reads the bytes that were kept for that.
func (c *content) start(e judge) {
	switch c.format {
	case formatSniffField:
		c.format = sniffField(c.head)
	case formatSniffPart:
		c.format = sniffPart(c.head)
	default:
		if c.format = sniff(c.head); c.format == formatMultipart {
			c.multipart().resetTo(sniffBoundary(c.head))
		}
	}
	if c.format == formatXML {
		c.text.encoding = encodingXML
	}
	head := c.head
	c.head = c.head[:0]
	c.feed(e, head)
}

// feed advances over the next bytes of content of known format.
func (c *content) feed(e judge, chunk []byte) {
	if len(chunk) == 0 {
		return
	}
	switch c.format {
	case formatJSON:
		c.feedJSON(e, chunk)
	case formatText, formatXML:
		c.text.write(e, chunk)
	case formatForm:
		c.form.write(e, chunk, c.at)
	case formatFormOrText:
		c.form.write(e, chunk, c.at)
		c.text.write(e, chunk)
	case formatMultipart:
		c.feedMultipart(e, chunk)
	case formatGRPC:
		c.grpc.write(e, chunk, c.at)
	}
	c.at += len(chunk)
}

// feedJSON reads JSON until a byte that JSON does not allow; from lookbackBytes before it the content is text.
func (c *content) feedJSON(e judge, chunk []byte) {
	if n, valid := c.json.write(e, chunk, c.at); !valid {
		c.format = formatText
		c.textFrom(e, chunk, n)
		return
	}
	c.keepTail(chunk)
}

// feedMultipart reads parts, and text besides from lookbackBytes before what servers may disagree about.
func (c *content) feedMultipart(e judge, chunk []byte) {
	c.parts.write(e, chunk)
	switch {
	case c.doubted:
		c.text.write(e, chunk)
	case c.parts.doubtful:
		c.doubted = true
		c.textFrom(e, chunk, max(0, c.parts.doubtAt-c.at))
	default:
		c.keepTail(chunk)
	}
}

// headerTypes are not looked for in the text of a multipart body and around its parts, since parts have headers.
var headerTypes = uint64(1) << slices.Index(typeNames[:], "crlf")

// textFrom starts to read text lookbackBytes before chunk[n].
func (c *content) textFrom(e judge, chunk []byte, n int) {
	before := chunk[:n]
	tail := c.tail
	if n >= lookbackBytes {
		before, tail = before[n-lookbackBytes:], nil
	} else if over := len(tail) + n - lookbackBytes; over > 0 {
		tail = tail[over:]
	}
	c.text.reset(c.at + n - len(before) - len(tail))
	c.text.key = c.key
	if c.format == formatMultipart {
		c.text.skips = headerTypes
	}
	c.text.write(e, tail)
	c.text.write(e, before)
	c.text.write(e, chunk[n:])
}

// keepTail remembers the last lookbackBytes.
func (c *content) keepTail(chunk []byte) {
	if len(chunk) >= lookbackBytes {
		c.tail = append(c.tail[:0], chunk[len(chunk)-lookbackBytes:]...)
		return
	}
	if over := len(c.tail) + len(chunk) - lookbackBytes; over > 0 {
		c.tail = c.tail[:copy(c.tail, c.tail[over:])]
	}
	c.tail = append(c.tail, chunk...)
}

// finish ends the content.
func (c *content) finish(e judge) {
	if c.format >= formatSniff {
		c.start(e)
	}
	switch c.format {
	case formatJSON:
		if valid := c.json.finish(e); !valid {
			c.format = formatText
			c.textFrom(e, nil, 0)
			c.text.finish(e)
		}
	case formatText, formatXML:
		c.text.finish(e)
	case formatForm:
		c.form.finish(e)
	case formatFormOrText:
		c.form.finish(e)
		c.text.finish(e)
	case formatMultipart:
		c.parts.finish(e)
		if c.parts.doubtful && !c.doubted {
			c.textFrom(e, nil, 0)
			c.doubted = true
		}
		if c.doubted {
			c.text.finish(e)
		}
	case formatGRPC:
		c.grpc.finish(e)
	}
}
