package xds_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"

	"github.com/meshwarden/meshwarden/xds/internal/adstest"
)

// manyTenants is how many an edit is measured among.
const manyTenants = 1000

// maxEdit bounds the test far above the aim, which BenchmarkEdit measures: a shared machine may be slow.
const maxEdit = 2 * time.Second

func TestAnEditAmongAThousandTenantsIsLiveAtOnce(t *testing.T) {
	t.Parallel()
	e := newEdit(t)
	if took := e.once(0); took > maxEdit {
		t.Errorf("took %v", took)
	}
	e.envoy.ExpectNothing()
}

// BenchmarkEdit measures from the rename of a tenant's file, with a thousand loaded, to the arrival of the one
// changed scope at an Envoy, after an extauthz replica has acknowledged the tenant. 50 ms of it is the wait for
// further changes.
func BenchmarkEdit(b *testing.B) {
	e := newEdit(b)
	var total time.Duration
	for i := range b.N {
		total += e.once(i)
	}
	b.ReportMetric(float64(total.Microseconds())/1000/float64(b.N), "ms/edit")
}

type edit struct {
	files          files
	replica, envoy *adstest.Client
}

func newEdit(t testing.TB) *edit {
	f := newFiles(t)
	for i := range manyTenants {
		f.tenant(fmt.Sprintf("tenant-%04d", i), "/api")
	}
	s := start(t, f)
	e := &edit{files: f, replica: s.replica("extauthz-1"), envoy: adstest.Connect(t, s.Address(), "envoy-1", "gateway")}
	last := fmt.Sprintf("tenant-%04d", manyTenants-1)
	e.replica.Ack(next(e.replica, last))
	e.envoy.Subscribe(resource.ScopedRouteType, nil)
	e.envoy.Ack(next(e.envoy, last+"/"+last+".example.com"))
	return e
}

func (e *edit) once(i int) time.Duration {
	started := time.Now()
	e.files.tenant("tenant-0500", fmt.Sprint("/v", i))
	e.replica.Ack(next(e.replica, "tenant-0500"))
	e.envoy.Ack(next(e.envoy, "tenant-0500/tenant-0500.example.com"))
	return time.Since(started)
}
