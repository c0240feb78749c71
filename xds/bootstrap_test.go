package xds_test

import (
	"bytes"
	"testing"

	"github.com/meshwarden/meshwarden/internal/transport"
	"github.com/meshwarden/meshwarden/xds"
)

func TestEqualOptionsGiveEqualBytes(t *testing.T) {
	t.Parallel()
	options := xds.BootstrapOptions{XDS: []string{"127.0.0.1:18000"}}
	first, err := xds.Bootstrap(options)
	if err != nil {
		t.Fatal(err)
	}
	second, err := xds.Bootstrap(options)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("got\n%s\nand\n%s, %v", first, second, err)
	}
}

func TestBootstrapRefusesPlaintextOffLoopbackAndHalfTLS(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]xds.BootstrapOptions{
		"no control plane":  {},
		"plaintext":         {XDS: []string{"xds.example.com:18000"}},
		"half of the files": {XDS: []string{"127.0.0.1:18000"}, TLS: transport.Options{CertFile: "a.pem"}},
		"a bad admin port":  {XDS: []string{"127.0.0.1:18000"}, AdminAddress: "127.0.0.1:http"},
		"no admin port":     {XDS: []string{"127.0.0.1:18000"}, AdminAddress: "127.0.0.1"},
	} {
		if config, err := xds.Bootstrap(options); err == nil {
			t.Errorf("%s: got %s", name, config)
		}
	}
}
