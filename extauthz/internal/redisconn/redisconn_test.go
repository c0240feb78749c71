package redisconn_test

import (
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/redisconn"
)

func TestURLs(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"127.0.0.1:6379":                                         "",
		"redis://user:hunter2@127.0.0.1:6379/2":                  "",
		"rediss://127.0.0.1:6380":                                "",
		"unix:///run/redis.sock":                                 "",
		"redis+cluster://a:1?addr=b:2":                           "",
		"rediss+sentinel://a:1?addr=b:2&master_name=main":        "",
		"redis+sentinel://a:1":                                   "master_name",
		"redis+ring://a:1":                                       "cluster or sentinel",
		"http://user:hunter2@a":                                  "redis URL",
		"redis://user:hunter2@a:%zz":                             "redis URL",
		"redis+cluster://user:hunter2@a:1/%zz":                   "redis URL",
		"redis+sentinel://user:hunter2@a:1?master_name=m&nope=1": "redis URL",
	} {
		client, err := redisconn.Open(url, time.Second)
		if err == nil {
			_ = client.Close()
		}
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", url, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error of %s shows the password: %v", url, err)
		}
	}
}
