package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"github.com/meshwarden/meshwarden/internal/envoyproc"
)

// staticEnvoy is an Envoy with the given parts and nothing else.
type staticEnvoy struct {
	Upstream string
	// Authz is the address of an ext_authz server, Wasm the path of a module; empty leaves the filter out.
	Authz, Wasm string
	// Tenant and Route are the context extensions of the one route.
	Tenant, Route string
	// Listen is filled in by start.
	Listen string
}

var staticBootstrap = template.Must(template.New("bootstrap").Funcs(template.FuncMap{"host": host, "port": port}).Parse(`
admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
static_resources:
  listeners:
    - name: main
      address: {socket_address: {address: {{host .Listen}}, port_value: {{port .Listen}}}}
      filter_chains:
        - filters:
            - name: http
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: main
                codec_type: HTTP1
                route_config:
                  virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                        - match: {prefix: /}
                          route: {cluster: upstream}
{{- if .Authz}}
                          typed_per_filter_config:
                            authz:
                              "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute
                              check_settings: {context_extensions: {tenant: "{{.Tenant}}", route: "{{.Route}}"}}
{{- end}}
                http_filters:
{{- if .Authz}}
                  - name: authz
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
                      transport_api_version: V3
                      grpc_service: {envoy_grpc: {cluster_name: authz}, timeout: 5s}
{{- end}}
{{- if .Wasm}}
                  - name: wasm
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
                      config:
                        allow_on_headers_stop_iteration: true
                        vm_config: {runtime: envoy.wasm.runtime.v8, code: {local: {filename: {{.Wasm}}}}}
{{- end}}
                  - name: router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
    - name: upstream
      load_assignment: {cluster_name: upstream, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: {{host .Upstream}}, port_value: {{port .Upstream}}}}}}]}]}
{{- if .Authz}}
    - name: authz
      typed_extension_protocol_options:
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
          explicit_http_config: {http2_protocol_options: {}}
      load_assignment: {cluster_name: authz, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: {{host .Authz}}, port_value: {{port .Authz}}}}}}]}]}
{{- end}}
`))

func host(address string) string { h, _, _ := net.SplitHostPort(address); return h }
func port(address string) string { _, p, _ := net.SplitHostPort(address); return p }

// child is a running program.
type child struct {
	cmd *exec.Cmd
	log strings.Builder
}

func (c *child) pid() int { return c.cmd.Process.Pid }

func (c *child) stop() {
	_ = c.cmd.Process.Signal(os.Interrupt)
	_ = c.cmd.Wait()
}

// spawn starts a program; its output is kept for error messages.
func spawn(path string, args ...string) (*child, error) {
	c := &child{cmd: exec.Command(path, args...)}
	c.cmd.Stdout, c.cmd.Stderr = &c.log, &c.log
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	return c, nil
}

// start runs Envoy with one worker, so that its processor time per request does not depend on how the
// connections fell.
func (e staticEnvoy) start(ctx context.Context, dir string) (c *child, url string, err error) {
	path, err := envoyproc.Find("")
	if err != nil {
		return nil, "", err
	}
	address, release, err := envoyproc.Reserve("127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	defer release()
	e.Listen = address
	var text strings.Builder
	if err := staticBootstrap.Execute(&text, e); err != nil {
		return nil, "", fmt.Errorf("bootstrap: %w", err)
	}
	file := filepath.Join(dir, "bootstrap.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return nil, "", fmt.Errorf("bootstrap: %w", err)
	}
	if c, err = spawn(path, "-c", file, "--concurrency", "1", "--disable-hot-restart", "--log-level", "error"); err != nil {
		return nil, "", err
	}
	if err := awaitConnect(ctx, address); err != nil {
		c.stop()
		return nil, "", fmt.Errorf("envoy: %w\n%s", err, c.log.String())
	}
	return c, "http://" + address, nil
}

func awaitConnect(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var dialer net.Dialer
	for {
		conn, err := dialer.DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not listen: %w", address, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
