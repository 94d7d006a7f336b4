package secret

import (
	"context"
	"testing"
)

const benchmarkText = "ann.lee@example.com"

func BenchmarkSeal(b *testing.B) {
	_, bundle := setup(b)
	b.ReportAllocs()
	for b.Loop() {
		bundle.client.SealString("client.email", clientA, benchmarkText)
	}
}

func BenchmarkOpen(b *testing.B) {
	_, bundle := setup(b)
	sealed := bundle.client.SealString("client.email", clientA, benchmarkText)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bundle.client.OpenString("client.email", clientA, sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewClient(b *testing.B) {
	_, bundle := setup(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := bundle.business.NewClient(clientA); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClient(b *testing.B) {
	_, bundle := setup(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bundle.business.Client(clientA, bundle.clientKey); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBusiness(b *testing.B) {
	m, bundle := setup(b)
	b.Run("remembered", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := m.Business(businessA, bundle.businessKey); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("unwrapped", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m.Forget(businessA)
			if _, err := m.Business(businessA, bundle.businessKey); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkIndex(b *testing.B) {
	_, bundle := setup(b)
	b.ReportAllocs()
	for b.Loop() {
		bundle.business.Index("email", benchmarkText)
	}
}

func BenchmarkSign(b *testing.B) {
	m, _ := setup(b)
	b.ReportAllocs()
	for b.Loop() {
		m.Sign(Token{businessA, KindManage, clientA, 1})
	}
}

func BenchmarkVerify(b *testing.B) {
	m, _ := setup(b)
	text := m.Sign(Token{businessA, KindManage, clientA, 1})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Verify(text, KindManage); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPassword(b *testing.B) {
	p := NewPasswords(1)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := p.Verify(context.Background(), "correct horse", ""); err != nil {
			b.Fatal(err)
		}
	}
}
