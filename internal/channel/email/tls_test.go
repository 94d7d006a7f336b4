package email_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"kept/internal/channel/email"
)

// authority is what signs the certificates of this test's servers. Go's own
// list of trusted ones is read once in a process, from where SSL_CERT_FILE
// says: as an operator does whose relay has a certificate of the house.
var authority = must(newAuthority())

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "kept-ca")
	if err != nil {
		log.Fatal(err)
	}
	file := filepath.Join(dir, "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.cert.Raw})
	if err := errors.Join(os.WriteFile(file, block, 0o600), os.Setenv("SSL_CERT_FILE", file)); err != nil {
		log.Fatal(err)
	}
	status := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(status)
}

type signer struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

func newAuthority() (*signer, error) {
	s := &signer{key: must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "House"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &s.key.PublicKey, s.key)
	if err != nil {
		return nil, err
	}
	s.cert, err = x509.ParseCertificate(der)
	return s, err
}

// issue makes the certificate of a server, signed by s, for addresses.
func (s *signer) issue(addresses ...net.IP) tls.Certificate {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	der := must(x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "relay"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: addresses, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, s.cert, &key.PublicKey, s.key))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// guarded is a server that takes mails over TLS only, and only from "till"
// with the password "open sesame".
type guarded struct{ server }

func (g *guarded) NewSession(c *smtp.Conn) (smtp.Session, error) {
	plain, err := g.server.NewSession(c)
	if err != nil {
		return nil, err
	}
	_, safe := c.TLSConnectionState()
	return &guardedSession{Session: plain, safe: safe}, nil
}

type guardedSession struct {
	smtp.Session
	safe, known bool
}

func (s *guardedSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *guardedSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if !s.safe {
			return fmt.Errorf("the password of %s came in plain", user)
		}
		if user != "till" || password != "open sesame" {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}

func (s *guardedSession) Mail(from string, o *smtp.MailOptions) error {
	if !s.known {
		return smtp.ErrAuthRequired
	}
	return s.Session.Mail(from, o)
}

// guard starts a guarded server: TLS from the first byte, or STARTTLS.
func guard(t *testing.T, cert *tls.Certificate, implicit bool) (*guarded, *net.TCPAddr) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().(*net.TCPAddr)
	g := &guarded{}
	srv := smtp.NewServer(g)
	srv.Domain, srv.EnableSMTPUTF8 = "localhost", true
	srv.ErrorLog = log.New(discard{}, "", 0)
	if cert != nil {
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12}
	}
	if implicit {
		l = tls.NewListener(l, srv.TLSConfig)
	}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _, _ = srv.Close(), l.Close() })
	return g, addr
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// TestPasswordsGoOverTrustedTLSOnly sends through servers that are as they
// should be, and through some that are not: those get neither mail nor password.
func TestPasswordsGoOverTrustedTLSOnly(t *testing.T) {
	t.Parallel()
	home := net.IPv4(127, 0, 0, 1)
	good := authority.issue(home)
	elsewhere := authority.issue(net.IPv4(192, 0, 2, 1))
	stranger := must(newAuthority()).issue(home)
	for _, c := range []struct {
		name     string
		cert     *tls.Certificate
		implicit bool
		mode     string
		password string
		taken    bool
	}{
		{"TLS from the first byte", &good, true, email.TLSImplicit, "open sesame", true},
		{"STARTTLS", &good, false, email.TLSStart, "open sesame", true},
		{"STARTTLS by itself", &good, false, email.TLSAuto, "open sesame", true},
		{"a wrong password", &good, false, email.TLSStart, "close sesame", false},
		{"an unknown authority", &stranger, false, email.TLSStart, "open sesame", false},
		{"an unknown authority from the first byte", &stranger, true, email.TLSImplicit, "open sesame", false},
		{"a certificate of somebody else", &elsewhere, false, email.TLSAuto, "open sesame", false},
		{"no TLS to be had", nil, false, email.TLSStart, "open sesame", false},
		{"no TLS to be had, none asked for", nil, false, email.TLSAuto, "open sesame", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g, addr := guard(t, c.cert, c.implicit)
			ch, err := email.New(email.Config{
				Host: addr.IP.String(), Port: addr.Port, From: "desk@lumen.example", TLS: c.mode, Timeout: 5 * time.Second,
				User: "till", Password: c.password,
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(ch.Close)
			_, _, err = ch.Send(t.Context(), envelope())
			if (err == nil) != c.taken || (len(g.taken()) == 1) != c.taken {
				t.Errorf("sending gives %v, %d mails arrived", err, len(g.taken()))
			}
		})
	}
}
