package envoyproc_test

import (
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/meshwarden/meshwarden/internal/envoyproc"
)

// listenAsEnvoy binds as Envoy does, with SO_REUSEPORT.
func listenAsEnvoy(t *testing.T, address string) (net.Listener, error) {
	t.Helper()
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) (err error) {
		return errors.Join(c.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1) }), err)
	}}
	return config.Listen(t.Context(), "tcp", address)
}

func TestAReservedPortIsForEnvoyAlone(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1:0", "localhost:0", "0.0.0.0:0"} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			reserved, release, err := envoyproc.Reserve(address)
			if err != nil {
				t.Fatal(err)
			}
			host, port, err := net.SplitHostPort(reserved)
			if err != nil || port == "0" || host != strings.TrimSuffix(address, ":0") {
				t.Errorf("reserved %q, %v", reserved, err)
			}
			if other, err := net.Listen("tcp", reserved); err == nil {
				_ = other.Close()
				t.Error("somebody else gets the port")
			}
			if _, other, err := envoyproc.Reserve(reserved); err == nil {
				other()
				t.Error("the port is reserved twice")
			}
			// As after a restart: twice.
			for range 2 {
				reach(t, reserved)
			}
			release()
			again, err := net.Listen("tcp", reserved)
			if err != nil {
				t.Fatalf("the port is not given back: %v", err)
			}
			_ = again.Close()
		})
	}
}

// reach binds a reserved address as Envoy, and checks that connections come to it and not to the reservation.
func reach(t *testing.T, address string) {
	t.Helper()
	envoy, err := listenAsEnvoy(t, address)
	if err != nil {
		t.Fatalf("Envoy cannot bind: %v", err)
	}
	defer func() { _ = envoy.Close() }()
	for range 10 {
		dialed, err := net.DialTimeout("tcp", address, 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		accepted, err := envoy.Accept()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = dialed.Close(), accepted.Close()
	}
}

func TestAnAddressThatCannotBeReservedIsAnErrorThatNamesIt(t *testing.T) {
	t.Parallel()
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = plain.Close() })
	shared, err := listenAsEnvoy(t, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shared.Close() })
	for address, want := range map[string]string{
		plain.Addr().String():  "address already in use",
		shared.Addr().String(): "address already in use",
		"127.0.0.1":            "missing port",
		"127.0.0.1:70000":      "invalid port",
	} {
		reserved, _, err := envoyproc.Reserve(address)
		if err == nil || reserved != "" || !strings.HasPrefix(err.Error(), "reserve "+address+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q, %v", address, reserved, err)
		}
	}
}
