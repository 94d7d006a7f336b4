package config_test

import (
	"strings"
	"testing"

	"kept/internal/config"
)

// TestCheck refuses settings that cannot work, before anything starts.
func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want string
		spoil      func(*config.Serve)
	}{
		{"nothing", "", func(*config.Serve) {}},
		{"address", "--addr", func(s *config.Serve) { s.Addr = "8080" }},
		{"demo for all", "--demo", func(s *config.Serve) { s.Demo, s.Addr = true, "0.0.0.0:8080" }},
		{"demo at home", "", func(s *config.Serve) { s.Demo, s.Addr = true, "localhost:8080" }},
		{"profiles for all", "--pprof", func(s *config.Serve) { s.Pprof = ":6060" }},
		{"base address", "--base-url", func(s *config.Serve) { s.BaseURL = "kept.example" }},
		{"mail without a sender", "--mail-from", func(s *config.Serve) { s.SMTPHost = "mail.example" }},
		{"text messages without a sender", "--sms-from", func(s *config.Serve) { s.SMSURL, s.SMSAccount, s.SMSToken = "https://a", "b", "c" }},
		{"networks", "", func(s *config.Serve) { s.AllowNet = []string{"192.168.1.0/24", "fd00::/8", "127.0.0.1"} }},
		{"files too large", "--document-mb", func(s *config.Serve) { s.DocumentMB = 61 }},
		{"no network", "--allow-net", func(s *config.Serve) { s.AllowNet = []string{"home"} }},
	} {
		s := config.Serve{Addr: "127.0.0.1:8080"}
		c.spoil(&s)
		err := s.Check()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
