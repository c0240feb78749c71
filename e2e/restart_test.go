package e2e

import (
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestTheControlPlaneMayRestart(t *testing.T) {
	t.Parallel()
	dir := quickstart(t)
	generous(t, dir)
	d := split(t, dir, splitOptions{})
	viewer := d.token(t, "acme", "vera", "viewer")
	loop := d.loop(t, request{host: "acme.localhost", token: viewer}, 200)
	d.control.kill()
	// An extauthz that starts while the control plane is away serves from its snapshot file.
	loop.check(t)
	d.replicas[0].kill()
	d.replicas[0].restart()
	d.becomes(t, "extauthz serves from its snapshot", request{host: "acme.localhost", token: viewer}, 200)

	loop = d.loop(t, request{host: "acme.localhost", token: viewer}, 200)
	d.control.restart()
	admin := strings.TrimPrefix(d.Admin, "http://")
	eventually(t, "Envoy and extauthz are back", func() bool {
		_, err := client.Get(d.Admin + "/healthz")
		return err == nil && metric(t, admin, "meshwarden_xds_clients") == 2
	})
	get := request{host: "acme.localhost", path: "/after", token: viewer}
	d.write(t, "tenants/acme/after.rego", "package tenant\n\ndeny contains \"after\" if input.request.path == \"/after\"\n")
	d.becomes(t, "an edit after the restart", get, 403)
	if sent := metric(t, admin, "meshwarden_xds_pushes_total"); sent != 1 {
		t.Errorf("%v resources were sent, not only the edited tenant", sent)
	}
	loop.check(t)
}

func TestWithoutExtauthzTheGatewayFailsClosed(t *testing.T) {
	t.Parallel()
	dir := quickstart(t)
	generous(t, dir)
	d := split(t, dir, splitOptions{})
	get := request{host: "acme.localhost", token: d.token(t, "acme", "vera", "viewer")}
	d.replicas[0].kill()
	a := d.send(t, get)
	checkError(t, a, 503, "UNAVAILABLE")
	if seconds, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || seconds < 1 {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
	d.replicas[0].restart()
	d.becomes(t, "extauthz is back", get, 200)

	// A tenant may choose to be served without it; bodies are then scanned by the strict policy.
	d.apply(t, "acme", func() {
		spec := d.read(t, "tenants/acme.yaml")
		d.write(t, "tenants/acme.yaml", strings.Replace(spec, "spec:\n", "spec:\n  on_authz_failure: allow\n", 1))
	})
	d.replicas[0].kill()
	d.becomes(t, "acme is served without extauthz", get, 200)
	attack := request{method: "POST", host: "acme.localhost", contentType: "application/json", body: `{"q":"1' UNION SELECT password FROM users -- "}`}
	checkError(t, d.send(t, attack), 403, "CONTENT_BLOCKED")
	checkError(t, d.send(t, request{host: "globex.localhost"}), 503, "UNAVAILABLE")
}

func TestAnExtauthzThatHangsIsAnOutageInTime(t *testing.T) {
	t.Parallel()
	dir := quickstart(t)
	generous(t, dir)
	d := split(t, dir, splitOptions{})
	get := request{host: "acme.localhost", token: d.token(t, "acme", "vera", "viewer")}
	pid := d.replicas[0].cmd.Process.Pid
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Kill(pid, syscall.SIGCONT) }()
	// The signal reaches the threads one by one: the first requests may still be decided.
	var a answer
	eventually(t, "the hang is answered as an outage", func() bool { a = d.send(t, get); return a.status != 200 })
	checkError(t, a, 503, "UNAVAILABLE")
	if a.header.Get("Retry-After") == "" {
		t.Errorf("headers %v", a.header)
	}
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	d.becomes(t, "extauthz is back", get, 200)
}

func TestWithoutRedisTheTenantChooses(t *testing.T) {
	t.Parallel()
	server, address := redis(t)
	dir := quickstart(t)
	generous(t, dir)
	d := split(t, dir, splitOptions{redis: address})
	get := request{host: "acme.localhost", token: d.token(t, "acme", "vera", "viewer")}
	if a := d.send(t, get); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	server.kill()
	checkError(t, d.send(t, get), 503, "UNAVAILABLE")
	spec := d.read(t, "tenants/acme.yaml")
	d.write(t, "tenants/acme.yaml", strings.Replace(spec, "spec:\n", "spec:\n  on_store_failure: allow\n", 1))
	d.becomes(t, "acme is served without Redis", get, 200)
	d.write(t, "tenants/acme.yaml", spec)
	d.becomes(t, "acme is refused without Redis", get, 503)
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal(err)
	}
	startRedis(t, path, strings.TrimPrefix(address, "unix://"))
	d.becomes(t, "Redis is back", get, 200)
}

func TestAnUpstreamThatIsAwayIsAnErrorLikeAllOthers(t *testing.T) {
	t.Parallel()
	// Connections are made by the kernel, and nobody answers.
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	dir := quickstart(t)
	g := &gateway{dir: dir}
	for name, address := range map[string]string{"gone": "127.0.0.1:1", "silent": silent.Addr().String()} {
		g.write(t, "upstreams/"+name+".yaml", "apiVersion: meshwarden.io/v1alpha1\nkind: Upstream\nmetadata: {name: "+name+"}\nspec: {endpoints: [\""+address+"\"]}\n")
	}
	g.edit(t, "tenants/acme.yaml", "  routes:\n", `  routes:
    - {name: gone, match: {path: /gone}, upstream: gone}
    - {name: silent, match: {path: /silent}, upstream: silent, timeout: 100ms}
`)
	g = up(t, dir)
	viewer := g.token(t, "acme", "vera", "viewer")
	checkError(t, g.send(t, request{host: "acme.localhost", path: "/gone", token: viewer}), 503, "UNAVAILABLE")
	checkError(t, g.send(t, request{host: "acme.localhost", path: "/silent", token: viewer}), 504, "UNAVAILABLE")
}

func TestUpRestartsEnvoy(t *testing.T) {
	t.Parallel()
	dir := quickstart(t)
	generous(t, dir)
	g := up(t, dir)
	get := request{host: "acme.localhost", token: g.token(t, "acme", "vera", "viewer")}
	pid := envoyChild(t, g.process.cmd.Process.Pid)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Envoy serves again", func() bool {
		a, err := g.try(t, get)
		return err == nil && a.status == http.StatusOK && envoyChild(t, g.process.cmd.Process.Pid) != pid
	})
	child := envoyChild(t, g.process.cmd.Process.Pid)
	g.process.stop()
	eventually(t, "Envoy is gone", func() bool { return syscall.Kill(child, 0) != nil })
}

// envoyChild is the process id of a process's child, 0 while there is none.
func envoyChild(t *testing.T, parent int) int {
	t.Helper()
	for _, stat := range processes(t) {
		if stat.parent == parent {
			return stat.pid
		}
	}
	return 0
}
