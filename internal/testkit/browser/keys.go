package browser

import (
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

// Keys plugs a device into the tab that keeps passkeys and says yes to every
// question, as a phone does whose owner holds their thumb on it.
func Keys(t testing.TB, tab *Tab) {
	t.Helper()
	if err := (proto.WebAuthnEnable{}).Call(tab); err != nil {
		t.Fatal(err)
	}
	_, err := proto.WebAuthnAddVirtualAuthenticator{Options: &proto.WebAuthnVirtualAuthenticatorOptions{
		Protocol: proto.WebAuthnAuthenticatorProtocolCtap2, Ctap2Version: proto.WebAuthnCtap2VersionCtap21,
		Transport: proto.WebAuthnAuthenticatorTransportInternal, HasResidentKey: true, HasUserVerification: true,
		AutomaticPresenceSimulation: true, IsUserVerified: true,
	}}.Call(tab)
	if err != nil {
		t.Fatal(err)
	}
}
