// Package request reads the wire form of envoy.service.auth.v3.CheckRequest into a reusable struct, without
// reflection and without looking at what no decision needs. It knows nothing of tenants or policies.
package request

import (
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/internal/policy"
)

// Bounds of a request; what goes beyond is Malformed. Envoy's own default for headers, pseudo-headers
// included, is 100, and the control plane sets three extensions.
const (
	MaxHeaders    = 256
	MaxExtensions = 64
)

// Request is one Check. Its strings are parts of one copy of the message, and its slices are used again by
// the next Read: nothing in it may be kept longer than the request, except strings.
type Request struct {
	// Method, Target (the raw :path, query included), Host, Scheme and Protocol are as Envoy has them.
	Method, Target, Host, Scheme, Protocol string
	// StreamID is Envoy's own number of the stream; ID is the x-request-id header.
	StreamID, ID string
	// Body is the body as bytes, as far as Envoy sent it; it must not be kept. BodyRead says that Envoy read a body, BodyTruncated
	// that it had more of it than it sent.
	Body                    string
	BodyRead, BodyTruncated bool
	// Size is the declared length of the body, -1 when unknown.
	Size int64
	// Time is when Envoy received the request; zero when it does not say.
	Time time.Time
	// Peer is the address of the connection without a port, Principal its certificate's identity.
	Peer, Principal string
	// Extensions are the context extensions of the virtual host and route, in no order.
	Extensions []Extension
	// Headers have lower-case names and no pseudo-headers; values of repeated ones are joined by ", ".
	Headers []policy.Header
	// Authorization, APIKey and ForwardedFor are the headers of that meaning; ForwardedFor is joined.
	Authorization, APIKey, ForwardedFor string
	// Malformed says that a header which must be single stands twice, or that there are too many headers.
	Malformed bool

	joined, mapped []policy.Header
	seen           once
	mangled        bool
}

// once notes which headers that must be single were seen.
type once struct{ authorization, apiKey, authority bool }

// Extension is one context extension.
type Extension struct{ Name, Value string }

// Extension returns the value of a context extension, empty when there is none.
func (r *Request) Extension(name string) string {
	for i := range r.Extensions {
		if r.Extensions[i].Name == name {
			return r.Extensions[i].Value
		}
	}
	return ""
}

// Header returns the value of a header by its lower-case name, empty when there is none.
func (r *Request) Header(name string) string {
	if i := indexHeader(r.Headers, name); i >= 0 {
		return r.Headers[i].Value
	}
	return ""
}

// reset empties r and keeps the room of its slices.
func (r *Request) reset() {
	*r = Request{Extensions: r.Extensions[:0], joined: r.joined[:0], mapped: r.mapped[:0]}
}

// Read replaces r by the message. An error means that the bytes are not a CheckRequest; whatever a client
// can cause is in r instead, to be answered and not to look like an outage: invalid UTF-8 too is no error.
func (r *Request) Read(message string) error {
	r.reset()
	if err := walk(message, r.checkRequest, nil); err != nil {
		return err
	}
	// Envoy fills one of the two, by its encode_raw_headers.
	headers := r.joined
	if len(r.mapped) > 0 {
		headers = r.mapped
	}
	r.headers(headers)
	if r.mangled {
		r.Body, r.BodyRead, r.BodyTruncated = "", false, false
	}
	if len(r.Body) > maxPinned {
		r.detach()
	}
	return nil
}

// maxPinned is the longest body that strings of a request which are kept, in logs and caches, may keep in memory with them.
const maxPinned = 4096

// detach copies every string but the body, so that none of them holds the message.
func (r *Request) detach() {
	for _, s := range []*string{
		&r.Method, &r.Target, &r.Host, &r.Scheme, &r.Protocol, &r.StreamID, &r.ID, &r.Peer, &r.Principal,
		&r.Authorization, &r.APIKey, &r.ForwardedFor,
	} {
		*s = strings.Clone(*s)
	}
	for i := range r.Extensions {
		r.Extensions[i] = Extension{strings.Clone(r.Extensions[i].Name), strings.Clone(r.Extensions[i].Value)}
	}
	for i := range r.Headers {
		r.Headers[i] = policy.Header{Name: strings.Clone(r.Headers[i].Name), Value: strings.Clone(r.Headers[i].Value)}
	}
}

func (r *Request) checkRequest(number int, value string) error {
	if number == 1 {
		return walk(value, r.attributes, nil)
	}
	return nil
}

func (r *Request) attributes(number int, value string) error {
	switch number {
	case 1:
		return walk(value, r.source, nil)
	case 4:
		return walk(value, r.request, nil)
	case 10:
		name, text, err := entry(value)
		if err == nil {
			r.extend(name, text)
		}
		return err
	}
	return nil
}

// extend adds a context extension; of equal names the last counts, as in a protobuf map.
func (r *Request) extend(name, value string) {
	for i := range r.Extensions {
		if r.Extensions[i].Name == name {
			r.Extensions[i].Value = value
			return
		}
	}
	if len(r.Extensions) == MaxExtensions {
		r.Malformed = true
		return
	}
	r.Extensions = append(r.Extensions, Extension{name, value})
}

func (r *Request) source(number int, value string) error {
	switch number {
	case 1:
		return walk(value, r.address, nil)
	case 4:
		r.Principal = value
	}
	return nil
}

func (r *Request) address(number int, value string) error {
	switch number {
	case 1:
		return walk(value, func(number int, value string) error {
			if number == 2 {
				r.Peer = value
			}
			return nil
		}, nil)
	case 2, 3:
		// A pipe or an Envoy-internal address replaces a socket address: they are one oneof.
		r.Peer = ""
	}
	return nil
}

func (r *Request) request(number int, value string) error {
	switch number {
	case 1:
		return r.timestamp(value)
	case 2:
		return walk(value, r.http, func(number int, value uint64) {
			if number == 9 {
				r.Size = int64(value)
			}
		})
	}
	return nil
}

func (r *Request) timestamp(value string) error {
	var seconds, nanos int64
	if !r.Time.IsZero() {
		seconds, nanos = r.Time.Unix(), int64(r.Time.Nanosecond())
	}
	err := walk(value, func(int, string) error { return nil }, func(number int, value uint64) {
		switch number {
		case 1:
			seconds = int64(value)
		case 2:
			nanos = int64(int32(value))
		}
	})
	if seconds != 0 || nanos != 0 {
		r.Time = time.Unix(seconds, nanos)
	}
	return err
}

func (r *Request) http(number int, value string) error {
	switch number {
	case 1:
		r.StreamID = value
	case 2:
		r.Method = value
	case 3:
		name, text, err := entry(value)
		if err == nil {
			r.joined = r.add(r.joined, policy.Header{Name: name, Value: text}, true)
		}
		return err
	case 4:
		r.Target = value
	case 5:
		r.Host = value
	case 6:
		r.Scheme = value
	case 10:
		r.Protocol = value
	case 11:
		// Without pack_as_bytes a body is sent as text, and bytes that are none are replaced: that is not what was signed.
		r.mangled = r.mangled || value != ""
	case 12:
		r.Body = value
	case 13:
		return walk(value, r.headerMap, nil)
	}
	return nil
}

func (r *Request) headerMap(number int, value string) error {
	if number != 1 {
		return nil
	}
	var h policy.Header
	var raw string
	err := walk(value, func(number int, value string) error {
		switch number {
		case 1:
			h.Name = value
		case 2:
			h.Value = value
		case 3:
			raw = value
		}
		return nil
	}, nil)
	if raw != "" {
		h.Value = raw
	}
	if err == nil {
		r.mapped = r.add(r.mapped, h, false)
	}
	return err
}

// add appends a header. In a map the last of equal names counts, in a list all do.
func (r *Request) add(list []policy.Header, h policy.Header, unique bool) []policy.Header {
	if unique {
		if i := indexHeader(list, h.Name); i >= 0 {
			list[i].Value = h.Value
			return list
		}
	}
	if len(list) == MaxHeaders {
		r.Malformed = true
		return list
	}
	return append(list, h)
}

// entry reads one entry of a map from string to string.
func entry(message string) (name, value string, err error) {
	err = walk(message, func(number int, text string) error {
		switch number {
		case 1:
			name = text
		case 2:
			value = text
		}
		return nil
	}, nil)
	return name, value, err
}

// headers joins repeated headers in place and picks out those that are used by name.
func (r *Request) headers(list []policy.Header) {
	kept := list[:0]
	for _, h := range list {
		h.Name = strings.ToLower(h.Name)
		if r.single(h) {
			continue
		}
		if i := indexHeader(kept, h.Name); i >= 0 {
			kept[i].Value += ", " + h.Value
			continue
		}
		kept = append(kept, h)
	}
	r.Headers = kept
	if i := indexHeader(kept, "x-forwarded-for"); i >= 0 {
		r.ForwardedFor = kept[i].Value
	}
}

// single notes the headers that must stand once, and reports whether h is a pseudo-header or Envoy's own, which is not one
// for policies.
func (r *Request) single(h policy.Header) (pseudo bool) {
	switch h.Name {
	case "authorization":
		// Envoy joins repeated Authorization headers; a bearer token has no comma (RFC 6750).
		r.Malformed = r.Malformed || r.seen.authorization || bearer(h.Value) && strings.Contains(h.Value, ",")
		r.seen.authorization, r.Authorization = true, h.Value
	case "x-api-key":
		r.Malformed = r.Malformed || r.seen.apiKey
		r.seen.apiKey, r.APIKey = true, h.Value
	case ":authority", "host":
		r.Malformed = r.Malformed || r.seen.authority
		r.seen.authority = true
	case "x-request-id":
		r.ID = h.Value
	case partialBody:
		// Envoy's own: it leaves out a client's. Two are nobody's.
		r.Malformed = r.Malformed || r.BodyRead
		r.BodyRead, r.BodyTruncated = true, h.Value != "false"
		return true
	}
	return strings.HasPrefix(h.Name, ":")
}

// partialBody is the header by which Envoy tells whether the body was cut.
const partialBody = "x-envoy-auth-partial-body"

func bearer(value string) bool {
	const scheme = "bearer "
	return len(value) > len(scheme) && strings.EqualFold(value[:len(scheme)], scheme)
}

func indexHeader(headers []policy.Header, name string) int {
	for i := range headers {
		if headers[i].Name == name {
			return i
		}
	}
	return -1
}
