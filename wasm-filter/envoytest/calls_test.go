//go:build !wasip1

package envoytest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/meshwarden/meshwarden/internal/scan"
)

type text = wrapperspb.StringValue

// serveCalls runs a gRPC server without generated code: Say echoes a message, Count sends one for each word of the first, Join
// answers with all it got, Talk answers each at once and, asked "hello?", speaks first.
func serveCalls(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(16<<20), grpc.MaxSendMsgSize(16<<20))
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "test.Echo", HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{MethodName: "Say", Handler: say}},
		Streams: []grpc.StreamDesc{
			{StreamName: "Count", Handler: count, ServerStreams: true},
			{StreamName: "Join", Handler: join, ClientStreams: true},
			{StreamName: "Talk", Handler: talk, ServerStreams: true, ClientStreams: true},
		},
	}, nil)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		server.Stop()
		<-done
	})
	return listener.Addr().String()
}

func say(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	said := new(text)
	if err := decode(said); err != nil {
		return nil, err
	}
	if said.Value == "fail" {
		return nil, status.Error(codes.NotFound, "no such thing")
	}
	return said, nil
}

func count(_ any, stream grpc.ServerStream) error {
	said := new(text)
	if err := stream.RecvMsg(said); err != nil {
		return err
	}
	for _, word := range strings.Split(said.Value, "|") {
		if err := stream.SendMsg(wrapperspb.String(word)); err != nil {
			return err
		}
	}
	return nil
}

func join(_ any, stream grpc.ServerStream) error {
	var all []string
	for {
		said := new(text)
		err := stream.RecvMsg(said)
		if errors.Is(err, io.EOF) {
			return stream.SendMsg(wrapperspb.String(strings.Join(all, "|")))
		}
		if err != nil {
			return err
		}
		all = append(all, said.Value)
	}
}

func talk(_ any, stream grpc.ServerStream) error {
	if asked, _ := metadata.FromIncomingContext(stream.Context()); len(asked.Get("greet")) > 0 {
		if err := stream.SendMsg(wrapperspb.String("hello")); err != nil {
			return err
		}
	}
	for {
		said := new(text)
		if err := stream.RecvMsg(said); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if err := stream.SendMsg(said); err != nil {
			return err
		}
	}
}

const (
	mailText  = "write to jane@example.com"
	maskedTo  = "write to j***@example.com"
	injection = `1' UNION SELECT password FROM users--`
)

// TestCalls runs gRPC calls through scanner.wasm: requests are judged for attacks, personal data in responses is masked.
func TestCalls(t *testing.T) {
	t.Parallel()
	g := start(t, modules.final, listener{name: "main", policies: "policies"})
	policy := g.policies.publish(t.Name(), func(p *scan.Policy) {
		*p = *scan.Strict()
		p.Response.Actions["CARD"], p.Response.Actions["SSN"] = scan.Redact, scan.Block
	})
	connection, err := grpc.NewClient(g.address("main"), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(16<<20), grpc.MaxCallSendMsgSize(16<<20)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	for name, run := range map[string]func(t *testing.T, c *caller){
		"one message each way":                       unaryCalls,
		"what a server answers without a message":    failedCalls,
		"a server's stream":                          serverStreams,
		"a client's stream":                          clientStreams,
		"both streams, in turn":                      conversations,
		"a server that speaks first":                 greetings,
		"large messages":                             largeMessages,
		"a compressed message is refused":            compressedMessages,
		"a message in many small pieces, many calls": manyCalls,
	} {
		t.Run(name, func(t *testing.T) {
			run(t, &caller{t, connection, policy})
		})
	}
	if n := g.stat("meshwarden_scan_panics"); n != 0 {
		t.Errorf("%d panics", n)
	}
	if g.stat("meshwarden_scan_unscanned", `direction="request"`, `cause="grpc"`) == 0 {
		t.Error("the compressed message was not counted")
	}
}

type caller struct {
	t          *testing.T
	connection *grpc.ClientConn
	policy     string
}

func (c *caller) context() context.Context {
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	c.t.Cleanup(cancel)
	return metadata.AppendToOutgoingContext(ctx, "x-handoff", handOver(c.policy))
}

func (c *caller) say(value string, options ...grpc.CallOption) (string, error) {
	answer := new(text)
	err := c.connection.Invoke(c.context(), "/test.Echo/Say", wrapperspb.String(value), answer, options...)
	return answer.Value, err
}

func (c *caller) open(method string) grpc.ClientStream {
	c.t.Helper()
	return c.openIn(c.context(), method)
}

func (c *caller) openIn(ctx context.Context, method string) grpc.ClientStream {
	c.t.Helper()
	stream, err := c.connection.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, "/test.Echo/"+method)
	if err != nil {
		c.t.Fatal(err)
	}
	return stream
}

// send ignores errors: those of a stream that was ended are what receiving from it says.
func send(stream grpc.ClientStream, values ...string) {
	for _, value := range values {
		_ = stream.SendMsg(wrapperspb.String(value))
	}
}

func receive(stream grpc.ClientStream) (string, error) {
	got := new(text)
	err := stream.RecvMsg(got)
	return got.Value, err
}

// all receives until the stream's end.
func all(stream grpc.ClientStream) (values []string, err error) {
	for {
		value, err := receive(stream)
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return values, err
		}
		values = append(values, value)
	}
}

// blocked reports whether a call was ended in the words of gRPC, with the types and nothing of the text.
func blocked(err error, kind string) bool {
	s, ok := status.FromError(err)
	return ok && s.Code() == codes.PermissionDenied && s.Message() == "the content was blocked: "+kind
}

func unaryCalls(t *testing.T, c *caller) {
	for value, want := range map[string]string{
		"a clean text": "a clean text", mailText: maskedTo, "": "",
		"card 4111 1111 1111 1111.": "card **** **** **** 1111.",
	} {
		if got, err := c.say(value); err != nil || got != want {
			t.Errorf("%q came back as %q, %v", value, got, err)
		}
	}
	if _, err := c.say(injection); !blocked(err, "sqli") {
		t.Errorf("an attack got %v", err)
	}
	if _, err := c.say("my ssn is 536-90-4399"); !blocked(err, "SSN") {
		t.Errorf("what is blocked in responses got %v", err)
	}
}

func failedCalls(t *testing.T, c *caller) {
	if _, err := c.say("fail"); status.Code(err) != codes.NotFound || status.Convert(err).Message() != "no such thing" {
		t.Error(err)
	}
}

func serverStreams(t *testing.T, c *caller) {
	stream := c.open("Count")
	send(stream, "a|"+mailText+"|b|"+mailText)
	_ = stream.CloseSend()
	if got, err := all(stream); err != nil || strings.Join(got, "|") != "a|"+maskedTo+"|b|"+maskedTo {
		t.Errorf("%q, %v", got, err)
	}
	stream = c.open("Count")
	send(stream, "a|b|my ssn is 536-90-4399|c|d")
	_ = stream.CloseSend()
	if got, err := all(stream); !blocked(err, "SSN") || strings.Join(got, "|") != "a|b" {
		t.Errorf("%q, %v", got, err)
	}
}

func clientStreams(t *testing.T, c *caller) {
	stream := c.open("Join")
	send(stream, "a", "b", mailText)
	_ = stream.CloseSend()
	if got, err := all(stream); err != nil || strings.Join(got, "") != "a|b|"+maskedTo {
		t.Errorf("%q, %v", got, err)
	}
	stream = c.open("Join")
	send(stream, "a", injection, "b")
	if got, err := all(stream); !blocked(err, "sqli") || len(got) > 0 {
		t.Errorf("%q, %v", got, err)
	}
}

// conversations wait for each answer before they go on: a message that was held would end them.
func conversations(t *testing.T, c *caller) {
	stream := c.open("Talk")
	for i := range 50 {
		value, want := fmt.Sprint("message ", i), fmt.Sprint("message ", i)
		if i%10 == 9 {
			value, want = mailText, maskedTo
		}
		send(stream, value)
		if got, err := receive(stream); err != nil || got != want {
			t.Fatalf("%q came back as %q, %v", value, got, err)
		}
	}
	// The response has begun, so that nothing is left but to reset it.
	send(stream, injection)
	if got, err := receive(stream); err == nil || got != "" {
		t.Errorf("an attack got %q", got)
	}
}

func greetings(t *testing.T, c *caller) {
	stream := c.openIn(metadata.AppendToOutgoingContext(c.context(), "greet", "yes"), "Talk")
	if header, err := stream.Header(); err != nil || len(header) == 0 {
		t.Errorf("%v, %v", header, err)
	}
	if got, err := receive(stream); err != nil || got != "hello" {
		t.Errorf("%q, %v", got, err)
	}
	_ = stream.CloseSend()
	if got, err := all(stream); err != nil || len(got) > 0 {
		t.Errorf("%q, %v", got, err)
	}
}

func largeMessages(t *testing.T, c *caller) {
	long := strings.Repeat("lorem ipsum dolor ", 55_000) // just below 1 MiB
	if got, err := c.say(long + mailText); err != nil || got != long+maskedTo {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
	if _, err := c.say(long + long); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("too long a message got %v", err)
	}
	stream := c.open("Talk")
	for range 8 {
		send(stream, long)
		if got, err := receive(stream); err != nil || got != long {
			t.Fatalf("%d bytes came back, %v", len(got), err)
		}
	}
}

func compressedMessages(t *testing.T, c *caller) {
	if _, err := c.say("a clean text", grpc.UseCompressor(gzip.Name)); status.Code(err) != codes.Unimplemented {
		t.Error(err)
	}
}

func manyCalls(t *testing.T, c *caller) {
	failures := make(chan error, 100)
	for i := range cap(failures) {
		go func() {
			words := strings.Repeat("x", i) + "|" + mailText + "|" + strings.Repeat("y", 70_000)
			stream := c.open("Count")
			send(stream, words)
			_ = stream.CloseSend()
			got, err := all(stream)
			if want := strings.ReplaceAll(words, mailText, maskedTo); err == nil && strings.Join(got, "|") != want {
				err = fmt.Errorf("call %d: %d messages came back", i, len(got))
			}
			failures <- err
		}()
	}
	for range cap(failures) {
		select {
		case err := <-failures:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(patience):
			t.Fatal("a call stands still")
		}
	}
}
