package shape

import (
	"fmt"

	accesslog "github.com/envoyproxy/go-control-plane/envoy/config/accesslog/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	cel "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/filters/cel/v3"
	stream "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/stream/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/meshwarden/meshwarden/internal/reason"
)

// retryAfter is what clients are told while extauthz is away, in seconds.
const retryAfter = "1"

// replies are the bodies of Envoy's own answers. Those of ext_authz and of the scanner have a content type
// already and stay as they are.
var replies = []struct {
	when   string
	answer reason.Answer
	status uint32
	retry  bool
	// early says that Envoy gives up before it has chosen a request id: what it has is the client's.
	early bool
}{
	{when: "response.code_details == 'ext_authz_error'", answer: reason.NotReady.Answer(), retry: true},
	// A filter whose configuration has not arrived: the deny of discovered.
	{when: "response.code_details.startsWith('rbac_access_denied')", answer: reason.NotReady.Answer(), status: 503, retry: true},
	{when: "response.code == 400", answer: reason.RequestMalformed.Answer(), early: true},
	{when: "response.code_details == 'upgrade_failed'", answer: reason.Answer{Code: reason.CodeForbidden, Message: "the upgrade is not allowed here"}},
	// Not the words of a policy: none was asked. A target https://... on a plaintext listener ends here.
	{when: "response.code == 403", answer: reason.Answer{Code: reason.CodeForbidden, Message: "the gateway does not take this request"}},
	// No scope: the host belongs to no tenant. Within a scope there always is a route.
	{when: "response.code_details == 'route_not_found'", answer: reason.TenantUnknown.Answer()},
	// A target without a path.
	{when: "response.code == 404 && response.code_details != 'direct_response'", answer: reason.RouteUnknown.Answer(), early: true},
	{when: "response.code == 404", answer: reason.RouteUnknown.Answer()},
	{when: "response.code == 408", answer: reason.Answer{Code: reason.CodeValidation, Message: "the request took too long"}},
	{when: "response.code == 413", answer: reason.PayloadTooLarge.Answer()},
	{when: "response.code == 415", answer: reason.UnsupportedMediaType.Answer()},
	{when: "response.code == 426", answer: reason.Answer{Code: reason.CodeValidation, Message: "another protocol version is required"}, early: true},
	{when: "response.code == 429", answer: reason.QuotaExceeded.Answer()},
	{when: "response.code == 431", answer: reason.Answer{Code: reason.CodeTooLarge, Message: "the request headers are too large"}, early: true},
	{when: "response.code == 500", answer: reason.InternalError.Answer()},
	{when: "response.code == 502 || response.code == 503", answer: reason.NotReady.Answer()},
	{when: "response.code == 504", answer: reason.Answer{Code: reason.CodeUnavailable, Message: "the service did not answer in time"}},
	// A transfer coding that Envoy does not know: the client's doing.
	{when: "response.code == 501", answer: reason.RequestMalformed.Answer(), early: true},
	{when: "response.code >= 500", answer: reason.InternalError.Answer()},
	{when: "response.code >= 400", answer: reason.RequestMalformed.Answer()},
}

func localReplies() *hcm.LocalReplyConfig {
	config := &hcm.LocalReplyConfig{}
	for _, r := range replies {
		mapper := &hcm.ResponseMapper{
			Filter:             celFilter(fmt.Sprintf("(%s) && !('content-type' in response.headers)", r.when)),
			BodyFormatOverride: errorBody(r.answer, r.early),
		}
		if r.status != 0 {
			mapper.StatusCode = u32(r.status)
		}
		if r.retry {
			mapper.HeadersToAdd = []*core.HeaderValueOption{{
				Header:       &core.HeaderValue{Key: "retry-after", Value: retryAfter},
				AppendAction: core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
			}}
		}
		config.Mappers = append(config.Mappers, mapper)
	}
	return config
}

func celFilter(expression string) *accesslog.AccessLogFilter {
	return &accesslog.AccessLogFilter{FilterSpecifier: &accesslog.AccessLogFilter_ExtensionFilter{
		ExtensionFilter: &accesslog.ExtensionFilter{
			Name:       "envoy.access_loggers.extension_filters.cel",
			ConfigType: &accesslog.ExtensionFilter_TypedConfig{TypedConfig: mustAny(&cel.ExpressionFilter{Expression: expression})},
		},
	}}
}

// errorBody names a request id in any case: what Envoy gives up before it has chosen one gets one of its own.
func errorBody(answer reason.Answer, early bool) *core.SubstitutionFormatString {
	requestID := `%COALESCE({"operators": ["STREAM_ID", "UNIQUE_ID"]})%`
	if early {
		requestID = "%UNIQUE_ID%"
	}
	return &core.SubstitutionFormatString{
		Format: &core.SubstitutionFormatString_JsonFormat{JsonFormat: object(map[string]*structpb.Value{
			"error": structpb.NewStructValue(object(map[string]*structpb.Value{
				"code":       structpb.NewStringValue(string(answer.Code)),
				"message":    structpb.NewStringValue(answer.Message),
				"request_id": structpb.NewStringValue(requestID),
			})),
		})},
		ContentType: "application/json",
	}
}

func object(fields map[string]*structpb.Value) *structpb.Struct {
	return &structpb.Struct{Fields: fields}
}

// accessLogFields never hold the query, which may carry credentials.
var accessLogFields = map[string]string{
	"time":        "%START_TIME%",
	"request_id":  "%STREAM_ID%",
	"method":      "%REQ(:METHOD)%",
	"host":        "%REQ(:AUTHORITY)%",
	"path":        "%PATH(NQ)%",
	"status":      "%RESPONSE_CODE%",
	"details":     "%RESPONSE_CODE_DETAILS%",
	"flags":       "%RESPONSE_FLAGS%",
	"route":       "%ROUTE_NAME%",
	"upstream":    "%UPSTREAM_CLUSTER%",
	"client":      "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
	"duration_ms": "%DURATION%",
	"bytes_in":    "%BYTES_RECEIVED%",
	"bytes_out":   "%BYTES_SENT%",
	"handoff":     "%DYNAMIC_METADATA(envoy.filters.http.ext_authz:meshwarden)%",
}

func accessLog() []*accesslog.AccessLog {
	fields := map[string]*structpb.Value{}
	for name, format := range accessLogFields {
		fields[name] = structpb.NewStringValue(format)
	}
	return []*accesslog.AccessLog{{
		Name: "envoy.access_loggers.stdout",
		ConfigType: &accesslog.AccessLog_TypedConfig{TypedConfig: mustAny(&stream.StdoutAccessLog{
			AccessLogFormat: &stream.StdoutAccessLog_LogFormat{LogFormat: &core.SubstitutionFormatString{
				Format: &core.SubstitutionFormatString_JsonFormat{JsonFormat: object(fields)},
			}},
		})},
	}}
}
