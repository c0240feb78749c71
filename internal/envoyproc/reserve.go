package envoyproc

import (
	"fmt"
	"net"
	"strconv"

	"golang.org/x/sys/unix"
)

// Reserve takes an address (host:port, port 0 for a free one) for an Envoy that binds it later, and again
// after each restart. It holds a bound socket that never listens and, like Envoy's own, has SO_REUSEPORT:
// nobody else can take the port, and no connection reaches us. release gives it back.
func Reserve(address string) (reserved string, release func(), err error) {
	// A plain listen first: SO_REUSEPORT alone would share the port with another Envoy of the same user.
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", nil, fmt.Errorf("reserve %s: %w", address, err)
	}
	bound := listener.Addr().(*net.TCPAddr)
	if err := listener.Close(); err != nil {
		return "", nil, fmt.Errorf("reserve %s: %w", address, err)
	}
	if _, port, _ := net.SplitHostPort(address); port == "0" {
		bound.Port = 0
	}
	fd, port, err := bindReusable(bound)
	if err != nil {
		return "", nil, fmt.Errorf("reserve %s: %w", address, err)
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = bound.IP.String()
	}
	return net.JoinHostPort(host, strconv.Itoa(port)), func() { _ = unix.Close(fd) }, nil
}

func bindReusable(address *net.TCPAddr) (fd, port int, err error) {
	family, sockaddr := unix.AF_INET6, unix.Sockaddr(&unix.SockaddrInet6{Port: address.Port, Addr: [16]byte(address.IP.To16())})
	if ip := address.IP.To4(); ip != nil {
		family, sockaddr = unix.AF_INET, &unix.SockaddrInet4{Port: address.Port, Addr: [4]byte(ip)}
	}
	fd, err = unix.Socket(family, unix.SOCK_STREAM, 0)
	if err != nil {
		return 0, 0, err
	}
	unix.CloseOnExec(fd)
	// Not SO_REUSEADDR: with it any other listener that has it (all of Go's do) could bind the port, as long as
	// this socket does not listen. Connections of an earlier Envoy in TIME_WAIT have SO_REUSEPORT and do no harm.
	if err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err == nil {
		err = unix.Bind(fd, sockaddr)
	}
	var name unix.Sockaddr
	if err == nil {
		name, err = unix.Getsockname(fd)
	}
	if err != nil {
		_ = unix.Close(fd)
		return 0, 0, err
	}
	switch name := name.(type) {
	case *unix.SockaddrInet4:
		port = name.Port
	case *unix.SockaddrInet6:
		port = name.Port
	}
	return fd, port, nil
}
