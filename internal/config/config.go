// Package config is everything that an operator can set: one struct, read from
// flags and, for each flag, from KEPT_<FLAG> in the environment, and checked
// before anything starts.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kept/internal/dial"
)

// Store says where data are; every command has it.
type Store struct {
	Root
	DB     string `help:"SQLite file, or postgres://... ; kept.db in the data folder when missing." placeholder:"FILE|URL"`
	Data   string `help:"Folder of the database and the master key." default:"./data" type:"path"`
	Erased string `help:"List of erasures, kept outside of backups; erased.list in the data folder when missing." placeholder:"FILE" type:"path"`
}

// Root says where the master key is, when it is not a file as it is.
type Root struct {
	MasterKey string `name:"master-key" help:"The master key in hex digits, in the place of a file; best given as KEPT_MASTER_KEY." placeholder:"HEX"`
	KMSURL    string `name:"kms-url" help:"A service that wraps the master key, in the words of Vault's transit engine; the data folder then holds master.wrapped." placeholder:"URL"`
	KMSMount  string `name:"kms-mount" help:"Where the engine is mounted there." default:"transit"`
	KMSKey    string `name:"kms-key" help:"The name of the key there." default:"kept"`
	KMSToken  string `name:"kms-token" help:"The right to use it; best given as KEPT_KMS_TOKEN."`
}

// DSN gives what the database is opened with.
func (s Store) DSN() string {
	if s.DB != "" {
		return s.DB
	}
	return filepath.Join(s.Data, "kept.db")
}

// KeyFile is where the master key lies.
func (s Store) KeyFile() string {
	if s.KMSURL != "" {
		return filepath.Join(s.Data, "master.wrapped")
	}
	return filepath.Join(s.Data, "master.key")
}

// ErasedFile is the list of erasures: who must stay erased when an older backup comes back.
func (s Store) ErasedFile() string {
	if s.Erased != "" {
		return s.Erased
	}
	return filepath.Join(s.Data, "erased.list")
}

// Prepare makes the data folder, for its owner only.
func (s Store) Prepare() error {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	return nil
}

// Mail says how e-mail leaves.
type Mail struct {
	SMTPHost     string `name:"smtp-host" help:"SMTP server; without one, messages wait." placeholder:"HOST"`
	SMTPPort     int    `name:"smtp-port" help:"Its port." default:"587"`
	SMTPUser     string `name:"smtp-user" help:"User to sign in as; empty for none."`
	SMTPPassword string `name:"smtp-password" help:"Their password."`
	SMTPTLS      string `name:"smtp-tls" help:"starttls, implicit or none." enum:"starttls,implicit,none" default:"starttls"`
	MailFrom     string `name:"mail-from" help:"Sender's address, as in \"Lumen <desk@lumen.example>\"."`
}

// SMS says how text messages leave: over a provider whose interface is like Twilio's.
type SMS struct {
	SMSURL     string `name:"sms-url" help:"Address of the SMS provider; without one, phones are not written to." placeholder:"URL"`
	SMSAccount string `name:"sms-account" help:"Account there."`
	SMSToken   string `name:"sms-token" help:"Its secret, which also signs receipts."`
	SMSFrom    string `name:"sms-from" help:"Our number, or the sender's name that we may use."`

	SMSCodes          int `name:"sms-codes" help:"Codes by SMS a day and business: so many to sign in, and again to book." default:"100"`
	SMSCodesCountry   int `name:"sms-codes-country" help:"Codes by SMS a day into one country, of all businesses." default:"300"`
	SMSNotices        int `name:"sms-notices" help:"Other SMS a day and business." default:"1000"`
	SMSNoticesCountry int `name:"sms-notices-country" help:"Other SMS a day into one country, of all businesses." default:"2000"`
}

// Files says how files of clients are taken in.
type Files struct {
	Clamd      string `help:"ClamAV daemon that looks at files, as tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl; none when missing." placeholder:"URL"`
	DocumentMB int    `name:"document-mb" help:"How large a file may be, in MiB, at most 60." default:"10"`
}

// check refuses what cannot work.
func (f Files) check() error {
	const most = 60
	if f.DocumentMB < 0 || f.DocumentMB > most {
		return fmt.Errorf("--document-mb %d: 1 to %d", f.DocumentMB, most)
	}
	return nil
}

// Outside says at which other house, besides here, people may sign in (OpenID Connect).
type Outside struct {
	OIDCIssuer string `name:"oidc-issuer" help:"Address of the OpenID Connect provider, as its tokens name it; none when missing." placeholder:"URL"`
	OIDCClient string `name:"oidc-client" help:"Kept's client id there." placeholder:"ID"`
	OIDCSecret string `name:"oidc-secret" help:"Its secret; empty for a public client."`
}

// check refuses what cannot work.
func (o Outside) check() error {
	if o.OIDCIssuer == "" && o.OIDCClient == "" {
		return nil
	}
	u, err := url.Parse(o.OIDCIssuer)
	host := ""
	if err == nil {
		host = u.Hostname()
	}
	if host == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(host)) {
		return fmt.Errorf("--oidc-issuer %q: write it as https://login.example", o.OIDCIssuer)
	}
	if o.OIDCClient == "" {
		return errors.New("--oidc-issuer needs --oidc-client")
	}
	return nil
}

// Serve is what the serve command can be told.
type Serve struct {
	Store
	Mail
	Outside
	SMS
	Files
	Addr        string    `help:"Address to listen on." default:"127.0.0.1:8080"`
	BaseURL     string    `name:"base-url" help:"How the outside reaches this program, for links in messages; from the address when missing." placeholder:"URL"`
	Breached    string    `name:"breached-passwords" help:"File of SHA-1 hashes of passwords known from breaches, sorted (Have I Been Pwned, ordered by hash); none of them is taken." placeholder:"FILE"`
	Demo        bool      `help:"Fill an empty database with three sample businesses; loopback only."`
	Clock       time.Time `help:"Where time starts, RFC 3339; it then runs." placeholder:"TIME"`
	PublicRate  int       `name:"public-rate" help:"Public POSTs a minute from one address; 0 is no limit." default:"120"`
	Synchronous string    `help:"SQLite durability: FULL survives loss of power, NORMAL may lose the last moments." enum:"FULL,NORMAL" default:"FULL"`
	AllowNet    []string  `name:"allow-net" help:"Networks of the house that outside calendars may be read from, as 192.168.1.0/24; else only the public internet." placeholder:"CIDR"`
	HomeHost    []string  `name:"home-host" help:"Hosts that are not abroad, as mail.example.ru or .ru; for businesses that shut channels abroad." placeholder:"HOST"`
	Pprof       string    `help:"Loopback address for profiles; none when missing." placeholder:"ADDR"`
}

// Check refuses what cannot work.
func (s *Serve) Check() error {
	host, _, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return fmt.Errorf("--addr %q: %w", s.Addr, err)
	}
	if err := s.Files.check(); err != nil {
		return err
	}
	if s.Demo && !loopback(host) {
		return errors.New("--demo listens on loopback only: its keys are public; try --addr 127.0.0.1:8080")
	}
	if _, err := dial.ParseNets(s.AllowNet); err != nil {
		return fmt.Errorf("--allow-net: %w", err)
	}
	if s.Pprof != "" {
		if host, _, err := net.SplitHostPort(s.Pprof); err != nil || !loopback(host) {
			return errors.New("--pprof listens on loopback only")
		}
	}
	if s.Demo {
		s.PublicRate = 0
	}
	if s.BaseURL != "" {
		u, err := url.Parse(s.BaseURL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return fmt.Errorf("--base-url %q: write it as https://kept.example", s.BaseURL)
		}
	}
	if err := s.Outside.check(); err != nil {
		return err
	}
	if s.SMTPHost != "" && s.MailFrom == "" {
		return errors.New("--smtp-host needs --mail-from")
	}
	if s.SMSURL != "" && (s.SMSAccount == "" || s.SMSToken == "" || s.SMSFrom == "") {
		return errors.New("--sms-url needs --sms-account, --sms-token and --sms-from")
	}
	if min(s.SMSCodes, s.SMSCodesCountry, s.SMSNotices, s.SMSNoticesCountry) < 0 {
		return errors.New("--sms-codes, --sms-notices and their countries' cannot be below 0")
	}
	return nil
}

// Base is the address under which links are written.
func (s *Serve) Base() string {
	if s.BaseURL != "" {
		return strings.TrimRight(s.BaseURL, "/")
	}
	return "http://" + s.Addr
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
