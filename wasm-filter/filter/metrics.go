package filter

import (
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

// The parts of counter names. internal/scannerplugin tells Envoy which of them are labels.
var (
	directions = [...]string{scan.Request: "request", scan.Response: "response"}
	verdicts   = [...]string{
		scan.Pass: "pass", scan.Log: "log", scan.Tokenize: "tokenize", scan.Mask: "mask", scan.Redact: "redact", scan.Block: "block",
	}
	modes = [...]string{scan.Enforce: "enforce", scan.Shadow: "shadow"}
)

// cause is why a body was not scanned.
type cause uint8

const (
	causeContentType cause = iota
	causeContentEncoding
	causeCharset
	causeOversize
	causePartial
	causeGRPC
	causeUpgrade
	causeOff
)

var causes = [...]string{
	causeContentType: "content_type", causeContentEncoding: "content_encoding", causeCharset: "charset", causeOversize: "oversize",
	causePartial: "partial", causeGRPC: "grpc", causeUpgrade: "upgrade", causeOff: "off",
}

// policyResult is how the policy of a request was found.
type policyResult uint8

const (
	policyCached policyResult = iota
	policyFetched
	policyStrict
	policyNotFound
	policyUnavailable
	policyMismatch
	policyInvalid
	policyRecentlyFailed
)

var policyResults = [...]string{
	policyCached: "cached", policyFetched: "fetched", policyStrict: "strict", policyNotFound: "not_found",
	policyUnavailable: "unavailable", policyMismatch: "mismatch", policyInvalid: "invalid",
	policyRecentlyFailed: "recently_failed",
}

// What became of streams, and of their bytes.
const (
	streamBlocked = iota
	streamCut
)

const (
	streamScanned = iota
	streamHeld
	streamSuppressed
)

var (
	streamResults = [...]string{streamBlocked: "blocked", streamCut: "cut"}
	streamBytes   = [...]string{streamScanned: "scanned", streamHeld: "held", streamSuppressed: "suppressed"}
)

type findingKey struct {
	direction scan.Direction
	action    scan.Action
	kind      string
}

// counters are Envoy's; every VM adds to the same ones.
type counters struct {
	bodies    [len(directions)][len(modes)][len(verdicts)]abi.Counter
	bytes     [len(directions)]abi.Counter
	unscanned [len(directions)][len(causes)]abi.Counter
	policies  [len(policyResults)]abi.Counter
	streams   [len(streamResults)]abi.Counter
	streamed  [len(streamBytes)]abi.Counter
	alone     abi.Counter
	panics    abi.Counter
	findings  map[findingKey]abi.Counter
}

func (c *counters) define() {
	const prefix = "meshwarden_scan_"
	for d, direction := range directions {
		label := ".direction." + direction
		for m, mode := range modes {
			for v, verdict := range verdicts {
				c.bodies[d][m][v] = abi.DefineCounter(prefix + "verdicts" + label + ".mode." + mode + ".verdict." + verdict)
			}
		}
		for i, cause := range causes {
			c.unscanned[d][i] = abi.DefineCounter(prefix + "unscanned" + label + ".cause." + cause)
		}
		c.bytes[d] = abi.DefineCounter(prefix + "bytes" + label)
	}
	for i, result := range policyResults {
		c.policies[i] = abi.DefineCounter(prefix + "policies.result." + result)
	}
	for i, result := range streamResults {
		c.streams[i] = abi.DefineCounter(prefix + "streams.result." + result)
	}
	for i, result := range streamBytes {
		c.streamed[i] = abi.DefineCounter(prefix + "stream_bytes.result." + result)
	}
	c.alone = abi.DefineCounter(prefix + "stream_alone")
	c.panics = abi.DefineCounter(prefix + "panics")
	c.findings = map[findingKey]abi.Counter{}
}

// finding counts one finding. Its kinds are the engine's closed set, so the counters are few.
func (c *counters) finding(d scan.Direction, action scan.Action, kind string) {
	key := findingKey{d, action, kind}
	counter, known := c.findings[key]
	if !known {
		counter = abi.DefineCounter("meshwarden_scan_findings.direction." + directions[d] +
			".action." + verdicts[action] + ".type." + kind)
		c.findings[key] = counter
	}
	counter.Add(1)
}
