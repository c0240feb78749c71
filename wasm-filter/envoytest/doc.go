// Package envoytest holds the tests of scanner.wasm in a real Envoy: what only Envoy can get wrong with
// it, or it with Envoy. It has no code of its own and knows nothing of the control plane.
package envoytest
