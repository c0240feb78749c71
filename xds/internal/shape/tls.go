package shape

import (
	"net"
	"slices"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

// upstreamTLS is the transport socket for a cluster of ours at the given host:port addresses. The server's
// certificate must name one of their hosts: a certificate of the same CA that belongs to an Envoy must not
// pass for an extauthz replica.
func upstreamTLS(addresses []string, protocol string) *core.TransportSocket {
	return &core.TransportSocket{
		Name: "envoy.transport_sockets.tls",
		ConfigType: &core.TransportSocket_TypedConfig{TypedConfig: mustAny(&tls.UpstreamTlsContext{
			CommonTlsContext: &tls.CommonTlsContext{
				// Envoy's own default for clients stops at TLS 1.2.
				TlsParams: &tls.TlsParameters{
					TlsMinimumProtocolVersion: tls.TlsParameters_TLSv1_2,
					TlsMaximumProtocolVersion: tls.TlsParameters_TLSv1_3,
				},
				TlsCertificateSdsSecretConfigs: []*tls.SdsSecretConfig{{Name: SecretClient}},
				ValidationContextType: &tls.CommonTlsContext_CombinedValidationContext{
					CombinedValidationContext: &tls.CommonTlsContext_CombinedCertificateValidationContext{
						DefaultValidationContext: &tls.CertificateValidationContext{
							MatchTypedSubjectAltNames: subjectNames(addresses),
						},
						ValidationContextSdsSecretConfig: &tls.SdsSecretConfig{Name: SecretCA},
					},
				},
				AlpnProtocols: []string{protocol},
			},
			Sni: serverName(addresses),
		})},
	}
}

func subjectNames(addresses []string) []*tls.SubjectAltNameMatcher {
	var names []*tls.SubjectAltNameMatcher
	for _, host := range hosts(addresses) {
		kind := tls.SubjectAltNameMatcher_DNS
		if net.ParseIP(host) != nil {
			kind = tls.SubjectAltNameMatcher_IP_ADDRESS
		}
		names = append(names, &tls.SubjectAltNameMatcher{
			SanType: kind,
			Matcher: &matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_Exact{Exact: host}},
		})
	}
	return names
}

// serverName is the SNI; addresses are only ever replicas of one service, so the first name stands for all.
func serverName(addresses []string) string {
	for _, host := range hosts(addresses) {
		if net.ParseIP(host) == nil {
			return host
		}
	}
	return ""
}

func hosts(addresses []string) []string {
	var list []string
	for _, address := range addresses {
		host, _, err := net.SplitHostPort(address)
		if err == nil && !slices.Contains(list, host) {
			list = append(list, host)
		}
	}
	return list
}
