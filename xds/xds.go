// Package xds is the control plane: it reads the configuration directory, translates it, and distributes it
// over delta ADS to Envoys (shape plane) and extauthz replicas (tenant plane). It knows nothing of requests.
package xds
