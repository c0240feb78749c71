package pii

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// vendorLabels are the vendors whose secrets have no prefix: a label or field name must name the vendor, and the value must
// have one of the shapes. One a line: subtype, the words that name the vendor with bars between them, the shapes.
const vendorLabels = `
aws_secret_key aws|amazon|s3|secretaccesskey|secret_access_key <B40>
azure azure|az|arm|cognitive|cosmos <x32> <B44> <b86>== <a84> <u34-44>
datadog datadog|dd <x32> <x40>
algolia algolia <x32>
twilio_auth_token twilio <x32>
cloudflare cloudflare|cf <u40> <x37>
heroku heroku <g>
okta okta <u42>
auth0 auth0 <u64>
facebook facebook|fb|meta <x32>
twitter twitter|consumer <a25> <a45> <a50> <d15-20>-<a30-45>
linkedin linkedin <a16>
discord discord <u32> <x64>
dropbox dropbox <l15>
github github <x40>
gitlab gitlab <u20>
bitbucket bitbucket <a32> <c64>
gitea gitea <x40>
asana asana <x32> <d1>/<d10-17>:<x32>
atlassian atlassian|jira|confluence <a24>
trello trello <x32> <x64>
airtable airtable <l17>
intercom intercom <c60>
zendesk zendesk <a40>
hubspot hubspot <g>
mailchimp mailchimp <x32>
mailjet mailjet <x32>
postmark postmark <g>
sparkpost sparkpost <x40>
messagebird messagebird <a25>
vonage vonage|nexmo <a16>
plivo plivo <a40>
sinch sinch <u24-40>
sendbird sendbird <x40>
pusher pusher <x20>
pagerduty pagerduty <u20> <x32>
opsgenie opsgenie <g>
newrelic newrelic|new_relic <x40> <a64>
sentry sentry <x64>
rollbar rollbar <x32>
bugsnag bugsnag <x32>
loggly loggly <g>
logzio logz <a32>
sumologic sumo <a64>
splunk splunk|hec <g>
elastic elastic <B50-80>
honeycomb honeycomb <a22> <x32>
amplitude amplitude <x32>
mixpanel mixpanel <x32>
segment segment <a32>
snyk snyk <g>
sonarqube sonar <x40>
codecov codecov <g> <x32>
coveralls coveralls <a33>
travis travis <u22>
circleci circle <x40>
drone drone <a32>
buildkite buildkite <x40>
jenkins jenkins <x32-34>
jfrog jfrog|artifactory <a64> <a73>
vercel vercel <a24>
netlify netlify <u43-45>
railway railway <g>
fastly fastly <u32>
linode linode <x64>
vultr vultr <U36>
hetzner hetzner|hcloud <a64>
ovh ovh <a32> <a16>
ngrok ngrok <u40-50>
ibm_cloud ibm|bluemix|watson <u44>
oracle oracle|oci <B20-28>
alibaba_secret_key alibaba|aliyun <a30>
tencent_secret_key tencent|qcloud <a32>
huawei_secret_key huawei <a40>
confluent confluent <U16> <b64>
cohere cohere|co <a40>
mistral mistral <a32>
together together <x64>
ai21 ai21 <a32>
pinecone pinecone <g>
weaviate weaviate|wcs <a36-44>
qdrant qdrant <u40-70>
stability stability|dreamstudio <a48>
assemblyai assemblyai|assembly_ai <x32>
deepgram deepgram <x40>
voyage voyage pa-<u43>
modal modal ak-<a22> as-<a22>
resend resend re_<w20-40>
mollie mollie live_<a30> test_<a30>
lob lob live_<x35> test_<x35>
gocardless gocardless live_<u40> sandbox_<u40>
adyen adyen AQE<B60-200>
paypal paypal <u80>
braintree braintree <x32>
plaid plaid <l30> <l24>
razorpay razorpay <a24>
checkout checkout sk_<g>
coinbase coinbase <u64> <a16>
binance binance <a64>
kraken kraken <B56-90>
kucoin kucoin <x24> <g>
bitfinex bitfinex <u43>
infura infura <x32>
alchemy alchemy <u32>
etherscan etherscan <U34>
finnhub finnhub <l20>
alphavantage alphavantage|alpha_vantage <U16>
polygon polygon <u32>
openweather openweather|owm <x32>
rapidapi rapidapi|x-rapid <u50>
here_maps here <u43>
tomtom tomtom <a32>
spotify spotify <x32>
twitch twitch <l30>
reddit reddit <u27-30>
pinterest pinterest <u30-70>
etsy etsy <l24>
ebay ebay <u36>
flickr flickr <x16> <x32>
giphy giphy <a32>
unsplash unsplash <u43>
youtube youtube <u39>
line line <B160-180>
kakao kakao <x32>
naver naver <u10-20>
todoist todoist <x40>
pipedrive pipedrive <x40>
monday monday <u80-300>
shortcut shortcut|clubhouse <g>
calendly calendly <u60-300>
zoom zoom <a32> <u22>
webex webex|cisco <u64-110>
meraki meraki <x40>
virustotal virustotal|vt <x64>
shodan shodan <a32>
censys censys <a32> <g>
securitytrails securitytrails <a32>
abuseipdb abuseipdb <x80>
hunter hunter <x40>
ipinfo ipinfo <x14>
ipstack ipstack <x32>
crowdstrike crowdstrike|falcon <a40>
duo duo <a40>
onelogin onelogin <x64>
squarespace squarespace <g>
contentful contentful <u43>
sanity sanity sk<a80-180>
storyblok storyblok <a24>
cloudinary cloudinary <u27>
imgix imgix <x64>
freshdesk freshdesk|freshbooks <a20> <x64>
mattermost mattermost <l26>
gitter gitter <x40>
browserstack browserstack <a20>
saucelabs sauce <g>
applitools applitools <a43>
percy percy <x64>
bitrise bitrise <u86>
appcenter appcenter <x40>
yandex yandex <u39>
vault_token vault s.<a24>
crates_token cargo|crates cio<a32>
codacy codacy <x32>
docusign docusign <g>
hellosign hellosign <x64>
iterable iterable <x32>
braze braze <g>
klaviyo klaviyo <x34>
surveymonkey surveymonkey <u80-160>
wordpress wordpress <B64>
`

// vendorName is a word that names a vendor, and what its secrets look like: shapes with spaces between them.
type vendorName struct{ word, subtype, shapes string }

// vendorNames are the words by their first letter, those that begin with anything else at the last place.
var vendorNames = func() (byLetter [27][]vendorName) {
	for lines := vendorLabels[1:]; len(lines) > 0; {
		var line string
		line, lines, _ = strings.Cut(lines, "\n")
		subtype, line, _ := strings.Cut(line, " ")
		words, shapes, _ := strings.Cut(line, " ")
		for len(words) > 0 {
			var word string
			word, words, _ = strings.Cut(words, "|")
			at := letterPlace(word[0])
			byLetter[at] = append(byLetter[at], vendorName{word, subtype, shapes})
		}
	}
	return byLetter
}()

func letterPlace(c byte) int {
	if !isLetter(c) {
		return 26
	}
	return int(c|0x20) - 'a'
}

// vendorOf returns the subtype of the vendor that a word of the name names when the value has one of the vendor's shapes,
// or "".
func vendorOf(name, value []byte) string {
	if !mixed(value) || !varied(value) {
		return ""
	}
	for i := range name {
		if i > 0 && isLetter(name[i-1]) && (!isUpper(name[i]) || isUpper(name[i-1])) {
			continue // in a word
		}
		names := vendorNames[letterPlace(name[i])]
		for k := range names {
			v := &names[k]
			if !fold.HasPrefix(name[i:], v.word) {
				continue
			}
			if end := i + len(v.word); len(v.word) <= 4 && end < len(name) && isLower(name[end]) {
				continue // the beginning of a longer word
			}
			if oneOf(v.shapes, value) {
				return v.subtype
			}
		}
	}
	return ""
}

// oneOf reports whether a value has one of the shapes.
func oneOf(shapes string, value []byte) bool {
	for len(shapes) > 0 {
		var s string
		if s, shapes, _ = strings.Cut(shapes, " "); shape(s).is(value) {
			return true
		}
	}
	return false
}

// mixed reports whether a value has letters and digits, as all random ones of such lengths have.
func mixed(b []byte) bool {
	digits, letters := false, false
	for _, c := range b {
		digits = digits || isDigit(c)
		letters = letters || isLetter(c)
	}
	return digits && letters
}
