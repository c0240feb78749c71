// Package envoytest holds the tests of the control plane against a real Envoy. It has no code of its own.
package envoytest
