// Package shape translates a configuration snapshot into what Envoy must know: listeners, scoped routes,
// clusters and filters. It knows nothing of streams, versions or who is connected.
package shape

// Names that parts of Meshwarden agree on. Those of clusters also stand in bootstraps and dashboards.
const (
	ClusterControlPlane = "meshwarden_xds"
	clusterExtauthz     = "meshwarden_extauthz"
	clusterScanPolicies = "meshwarden_scan_policies"
	upstreamPrefix      = "upstream/"

	// SecretClient and SecretCA are static secrets of the bootstrap: an Envoy's certificate files are its own
	// business, so clusters that arrive over CDS name them instead of holding paths.
	SecretClient = "meshwarden_client"
	SecretCA     = "meshwarden_ca"
)
