package extauthz_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"

	"github.com/meshwarden/meshwarden/extauthz"
)

// childVariable makes the test binary serve instead of testing: "noop" or a configuration directory. CPU can
// only be told apart between processes.
const childVariable = "MESHWARDEN_BENCH_SERVER"

// profileVariable names a file for a profile of the server's CPU.
const profileVariable = "MESHWARDEN_BENCH_PROFILE"

func TestMain(m *testing.M) {
	if what := os.Getenv(childVariable); what != "" {
		if err := serveChild(what); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveChild prints its address and serves until its standard input ends.
func serveChild(what string) error {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = os.Stdin.Read(make([]byte, 1))
		cancel()
	}()
	if what == "noop" {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		server := grpc.NewServer()
		auth.RegisterAuthorizationServer(server, noop{})
		context.AfterFunc(ctx, server.Stop)
		fmt.Println(listener.Addr())
		return server.Serve(listener)
	}
	if file := os.Getenv(profileVariable); file != "" {
		profile, err := os.Create(file)
		if err != nil {
			return err
		}
		defer func() { _ = profile.Close() }()
		if err := pprof.StartCPUProfile(profile); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	s, err := extauthz.New(extauthz.Options{Config: what, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	go func() {
		for s.Ready() != nil && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		fmt.Println(s.Address())
	}()
	return s.Run(ctx)
}

// noop admits everything with the generated codec: what any ext_authz server in Go costs.
type noop struct {
	auth.UnimplementedAuthorizationServer
}

func (noop) Check(context.Context, *auth.CheckRequest) (*auth.CheckResponse, error) {
	return &auth.CheckResponse{
		Status:       &rpcstatus.Status{},
		HttpResponse: &auth.CheckResponse_OkResponse{OkResponse: &auth.OkHttpResponse{}},
	}, nil
}

// child is a server in its own process.
type child struct {
	pid     int
	clients []auth.AuthorizationClient
}

func startChild(t testing.TB, what string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+what)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	c := &child{pid: cmd.Process.Pid}
	// Two connections, as an Envoy with two workers opens.
	for range 2 {
		conn, err := grpc.NewClient(strings.TrimSpace(address), grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		c.clients = append(c.clients, auth.NewAuthorizationClient(conn))
	}
	return c
}

// cpu is what the process has used, by the scheduler's account.
func (c *child) cpu(t testing.TB) time.Duration {
	t.Helper()
	var sum time.Duration
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", c.pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", c.pid, task.Name()))
		if err != nil {
			continue
		}
		ns, _ := strconv.ParseInt(strings.Fields(string(raw))[0], 10, 64)
		sum += time.Duration(ns)
	}
	return sum
}

// callers is how many requests are on their way at once.
const callers = 64

// drive makes n calls and returns the server's CPU per call.
func (c *child) drive(t testing.TB, request *auth.CheckRequest, n int) time.Duration {
	t.Helper()
	before := c.cpu(t)
	var left, failed atomic.Int64
	left.Store(int64(n))
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				response, err := c.clients[i%len(c.clients)].Check(context.Background(), request)
				if err != nil || response.GetOkResponse() == nil || response.GetStatus().GetCode() != 0 {
					failed.Add(1)
				}
			}
		})
	}
	group.Wait()
	if n := failed.Load(); n > 0 {
		t.Fatalf("%d calls were not admitted", n)
	}
	return (c.cpu(t) - before) / time.Duration(n)
}

func benchTenants() map[string]string {
	files := twoTenants()
	files["tenants/acme.yaml"] = tenantYAML("acme", acmeSecret, `  scan_policy: guarded
  quotas: [{name: burst, algorithm: token_bucket, limit: 1000000000, refill: 1000000}]
`)
	return files
}

// browser is a request with the headers of one.
func browser(t testing.TB) *auth.CheckRequest {
	return ask{tenant: "acme", route: "api", method: "GET", path: "/notes/17?page=2", token: acmeToken(t, "vera", "viewer"), headers: map[string]string{
		":method": "GET", ":scheme": "https", "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
		"accept": "application/json, text/plain, */*", "accept-language": "en-GB,en;q=0.5", "accept-encoding": "gzip, deflate, br",
		"x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https", "sec-fetch-mode": "cors", "cookie": "theme=dark; consent=all",
	}}.message()
}

// BenchmarkCheckCPU reports the CPU of one Check with an RS256 token, RBAC, tenancy and two embedded quotas, at 64 callers,
// and its ratio to that of a server which admits everything with the generated codec, in alternating rounds.
func BenchmarkCheckCPU(b *testing.B) {
	files, token := rsaTenant(b)
	request := new(auth.CheckRequest)
	if err := proto.Unmarshal(usual(b, token), request); err != nil {
		b.Fatal(err)
	}
	ours, bare := startChild(b, writeConfig(b, files)), startChild(b, "noop")
	const round = 20_000
	for _, c := range []*child{ours, bare} {
		c.drive(b, request, round)
	}
	var spent, base time.Duration
	rounds := 0
	for b.Loop() {
		spent += ours.drive(b, request, round)
		base += bare.drive(b, request, round)
		rounds++
	}
	b.ReportMetric(float64(spent.Microseconds())/float64(rounds), "us-cpu/check")
	b.ReportMetric(float64(base.Microseconds())/float64(rounds), "us-cpu/noop")
	b.ReportMetric(float64(spent)/float64(base), "ratio")
}

// BenchmarkCheck is one caller over a real connection, client included: for allocations and profiles.
func BenchmarkCheck(b *testing.B) {
	s, _ := direct(b, benchTenants())
	request := browser(b)
	wire, err := proto.Marshal(request)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(wire)))
	b.ReportAllocs()
	for b.Loop() {
		response, err := s.client.Check(context.Background(), request)
		if err != nil || response.GetOkResponse() == nil {
			b.Fatal(response, err)
		}
	}
}
