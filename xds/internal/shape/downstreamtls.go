package shape

import (
	"path"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// The secrets of a listener, which name files of Envoy's machine. They travel over SDS because only then Envoy watches
// the files.
func certificateName(listener string) string { return "listener/" + listener + "/certificate" }
func clientCAName(listener string) string    { return "listener/" + listener + "/client_ca" }

// downstreamTLS is the transport socket of a listener; nil for plaintext.
func downstreamTLS(spec tenant.Listener) *core.TransportSocket {
	if spec.TLS == nil {
		return nil
	}
	common := &tls.CommonTlsContext{
		// Both ends are said, so that nothing depends on a build's defaults.
		TlsParams: &tls.TlsParameters{
			TlsMinimumProtocolVersion: tls.TlsParameters_TLSv1_2,
			TlsMaximumProtocolVersion: tls.TlsParameters_TLSv1_3,
		},
		AlpnProtocols:                  []string{"h2", "http/1.1"},
		TlsCertificateSdsSecretConfigs: []*tls.SdsSecretConfig{{Name: certificateName(spec.Name), SdsConfig: ads()}},
	}
	if spec.TLS.ClientCAFile != "" {
		common.ValidationContextType = &tls.CommonTlsContext_ValidationContextSdsSecretConfig{
			ValidationContextSdsSecretConfig: &tls.SdsSecretConfig{Name: clientCAName(spec.Name), SdsConfig: ads()},
		}
	}
	return &core.TransportSocket{
		Name: "envoy.transport_sockets.tls",
		ConfigType: &core.TransportSocket_TypedConfig{TypedConfig: mustAny(&tls.DownstreamTlsContext{
			CommonTlsContext:         common,
			RequireClientCertificate: wrapperspb.Bool(spec.TLS.RequireClientCertificate),
		})},
	}
}

// listenerSecrets are the secrets that downstreamTLS names.
func listenerSecrets(spec tenant.Listener) []*tls.Secret {
	if spec.TLS == nil {
		return nil
	}
	file := func(name string) *core.DataSource {
		return &core.DataSource{Specifier: &core.DataSource_Filename{Filename: name}}
	}
	watched := func(name string) *core.WatchedDirectory { return &core.WatchedDirectory{Path: path.Dir(name)} }
	secrets := []*tls.Secret{{Name: certificateName(spec.Name), Type: &tls.Secret_TlsCertificate{TlsCertificate: &tls.TlsCertificate{
		CertificateChain: file(spec.TLS.CertFile), PrivateKey: file(spec.TLS.KeyFile), WatchedDirectory: watched(spec.TLS.CertFile),
	}}}}
	if spec.TLS.ClientCAFile != "" {
		secrets = append(secrets, &tls.Secret{Name: clientCAName(spec.Name), Type: &tls.Secret_ValidationContext{
			ValidationContext: &tls.CertificateValidationContext{
				TrustedCa: file(spec.TLS.ClientCAFile), WatchedDirectory: watched(spec.TLS.ClientCAFile),
			},
		}})
	}
	return secrets
}

// forwardCertificates tells upstreams who the client is, and throws away what the client says of that. Where proxies are
// trusted what comes in a certified connection is kept, and judged by extauthz: Envoy cannot tell the proxies from others.
func forwardCertificates(m *hcm.HttpConnectionManager, spec tenant.Listener, gateway tenant.GatewaySpec) {
	if spec.TLS == nil || spec.TLS.ClientCAFile == "" {
		return // Envoy's default, SANITIZE
	}
	m.ForwardClientCertDetails = hcm.HttpConnectionManager_SANITIZE_SET
	if len(gateway.TrustedProxies) > 0 {
		m.ForwardClientCertDetails = hcm.HttpConnectionManager_APPEND_FORWARD
	}
	m.SetCurrentClientCertDetails = &hcm.HttpConnectionManager_SetCurrentClientCertDetails{
		Subject: wrapperspb.Bool(true), Uri: true, Dns: true,
	}
}
