package scan_test

import (
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/scanbench"
)

// TestTimeIsLinearInHostileTexts compares texts with ones eight times as long, of one window of a value: quadratic work would take 64
// times as long, and caches and the clock of a busy machine four times more than eight now and then.
func TestTimeIsLinearInHostileTexts(t *testing.T) {
	const short, factor, attempts = 4000, 8, 20
	small, large := scanbench.Hostile(short, scan.Literals()), scanbench.Hostile(short*factor, scan.Literals())
	policy := everything()
	var scanner scan.Scanner
	took := func(body scanbench.Body) time.Duration {
		start := cpuTime(t)
		scanner.Reset(policy, scan.Request, body.ContentType)
		scanner.Write(body.Bytes)
		scanner.Finish()
		return cpuTime(t) - start
	}
	for i := range small {
		a, b := time.Hour, time.Hour
		ratio := time.Duration(len(large[i].Bytes) / len(small[i].Bytes))
		for range attempts {
			if a, b = min(a, took(small[i])), min(b, took(large[i])); b <= 4*ratio*a {
				break
			}
		}
		if b > 4*ratio*a {
			t.Errorf("%s: %v for %d bytes, %v for %d", small[i].Name, a, len(small[i].Bytes), b, len(large[i].Bytes))
		}
	}
}
