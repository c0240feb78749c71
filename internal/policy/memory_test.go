package policy_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
)

// typicalModule is about what a tenant writes: a few denials, a helper, a lower limit.
const typicalModule = `package tenant

deny contains "closed at night" if {
	hour := time.clock(input.time)[0]
	hour < input.tenant.data.opens
	not trusted
}

deny contains sprintf("%%s is blocked", [input.identity.subject]) if input.identity.subject in input.tenant.data.blocked

deny contains "exports are for auditors" if {
	input.request.segments[0] == "exports"
	not "auditor" in input.identity.roles
}

trusted if input.source.ip in {"192.0.2.%[1]d", "192.0.2.1"}

quotas.burst := {"limit": %[1]d} if input.tenant.tier == "free"
`

// A platform has hundreds of tenants with modules of their own in every replica.
func TestAThousandTenantsModulesFitInMemory(t *testing.T) {
	const modules, most = 1000, 120 << 20
	compile := func(i int) *policy.TenantModule {
		source := fmt.Sprintf(typicalModule, 1+i%250)
		return compileTenant(t, plane.Module{Path: fmt.Sprintf("tenants/t%d/own.rego", i), Source: source})
	}
	compile(0)
	kept := make([]*policy.TenantModule, modules)
	before := heap()
	for i := range kept {
		kept[i] = compile(i)
	}
	if used := heap() - before; used > most {
		t.Errorf("%d modules take %d MB, more than %d", modules, used>>20, most>>20)
	} else {
		t.Logf("%d modules take %d MB", modules, used>>20)
	}
	runtime.KeepAlive(kept)
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func BenchmarkCompileTenant(b *testing.B) {
	modules := []plane.Module{{Path: "own.rego", Source: fmt.Sprintf(typicalModule, 7)}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.CompileTenant("acme", modules); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompilePlatform(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.CompilePlatform(nil); err != nil {
			b.Fatal(err)
		}
	}
}
