package extauthz

import (
	"fmt"
	"sync"

	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // the codec of the services beside Check
	"google.golang.org/grpc/mem"

	"github.com/meshwarden/meshwarden/extauthz/internal/request"
)

// codec reads CheckRequests without reflection and passes encoded answers through. Messages of the other
// services (health, reflection) go to the generated codec.
type codec struct{ encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2("proto")} }

// check is the message of one Check in the codec's hands.
type check struct {
	request request.Request
	// malformed is why the message could not be read; the handler answers it with InvalidArgument, where an
	// error of the codec would become Internal.
	malformed error
}

var checks = sync.Pool{New: func() any { return new(check) }}

// encoded is an answer in a buffer of the pool.
type encoded struct{ buffer *[]byte }

// answerSize is room for a usual answer.
const answerSize = 2048

func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	message, ok := v.(*check)
	if !ok {
		return c.CodecV2.Unmarshal(data, v)
	}
	buffer := data.MaterializeToBuffer(mem.DefaultBufferPool())
	defer buffer.Free()
	// The one copy of the message: every string of the request is a part of it.
	message.malformed = message.request.Read(string(buffer.ReadOnlyData()))
	return nil
}

func (c codec) Marshal(v any) (mem.BufferSlice, error) {
	answer, ok := v.(encoded)
	if !ok {
		return c.CodecV2.Marshal(v)
	}
	if answer.buffer == nil {
		return nil, fmt.Errorf("marshal %T: empty", v)
	}
	return mem.BufferSlice{mem.NewBuffer(answer.buffer, mem.DefaultBufferPool())}, nil
}
