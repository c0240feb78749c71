package request

import "errors"

// errWire is every way in which bytes can fail to be a protobuf message.
var errWire = errors.New("malformed protobuf message")

// Wire types of the protobuf encoding.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireStart   = 3
	wireEnd     = 4
	wireFixed32 = 5
)

// maxField is the highest field number of the protobuf encoding; maxGroups bounds nested groups, which no
// field of a CheckRequest uses.
const (
	maxField  = 1<<29 - 1
	maxGroups = 16
)

// cursor walks one message. It reads a string, so that every value is a part of it and costs nothing.
type cursor struct {
	text string
	at   int
}

func (c *cursor) more() bool { return c.at < len(c.text) }

// field reads the next tag.
func (c *cursor) field() (number, wire int, err error) {
	tag, err := c.varint()
	if err != nil {
		return 0, 0, err
	}
	if n := tag >> 3; n == 0 || n > maxField {
		return 0, 0, errWire
	}
	return int(tag >> 3), int(tag & 7), nil
}

func (c *cursor) varint() (uint64, error) {
	if c.at < len(c.text) && c.text[c.at] < 0x80 {
		c.at++
		return uint64(c.text[c.at-1]), nil
	}
	var value uint64
	for shift := 0; shift < 70 && c.at < len(c.text); shift += 7 {
		b := c.text[c.at]
		c.at++
		if shift == 63 && b > 1 {
			return 0, errWire
		}
		value |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return value, nil
		}
	}
	return 0, errWire
}

func (c *cursor) bytes() (string, error) {
	n, err := c.varint()
	if err != nil || n > uint64(len(c.text)-c.at) {
		return "", errWire
	}
	value := c.text[c.at : c.at+int(n)]
	c.at += int(n)
	return value, nil
}

// skip passes over a value of the given wire type, whose tag was read.
func (c *cursor) skip(number, wire, groups int) error {
	switch wire {
	case wireVarint:
		_, err := c.varint()
		return err
	case wireFixed64:
		return c.advance(8)
	case wireBytes:
		_, err := c.bytes()
		return err
	case wireFixed32:
		return c.advance(4)
	case wireStart:
		return c.skipGroup(number, groups+1)
	}
	return errWire
}

func (c *cursor) advance(n int) error {
	if n > len(c.text)-c.at {
		return errWire
	}
	c.at += n
	return nil
}

func (c *cursor) skipGroup(number, groups int) error {
	if groups > maxGroups {
		return errWire
	}
	for {
		inner, wire, err := c.field()
		if err != nil {
			return err
		}
		if wire == wireEnd {
			if inner != number {
				return errWire
			}
			return nil
		}
		if err := c.skip(inner, wire, groups); err != nil {
			return err
		}
	}
}

// walk calls field for every length-delimited field and number for every varint one; what neither wants,
// and what has another wire type, is passed over, as unknown fields are.
func walk(message string, field func(number int, value string) error, number func(number int, value uint64)) error {
	c := cursor{text: message}
	for c.more() {
		n, wire, err := c.field()
		if err != nil {
			return err
		}
		switch wire {
		case wireBytes:
			value, err := c.bytes()
			if err != nil {
				return err
			}
			if err := field(n, value); err != nil {
				return err
			}
		case wireVarint:
			value, err := c.varint()
			if err != nil {
				return err
			}
			if number != nil {
				number(n, value)
			}
		default:
			if err := c.skip(n, wire, 0); err != nil {
				return err
			}
		}
	}
	return nil
}
