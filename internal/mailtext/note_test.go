package mailtext_test

import (
	"strings"
	"testing"

	"kept/internal/mailtext"
)

func TestNote(t *testing.T) {
	t.Parallel()
	got, err := mailtext.New(nil).Note(mailtext.Note{
		Language: "ru", House: "<b>Лумен", Subject: "Приглашение", Hello: "Здравствуйте!", Lead: "Вас зовут.", Note: "Неделя.",
		Action: "Войти", Link: "https://kept.example/join/x", Footer: "Письмо от Лумена.",
	})
	if err != nil || got.Subject != "Приглашение" || got.Language != "ru" {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, want := range []string{"Здравствуйте!", "Вас зовут.", "Неделя.", "Войти", "https://kept.example/join/x", "Письмо от Лумена."} {
		if !strings.Contains(got.Text, want) || !strings.Contains(got.HTML, want) {
			t.Errorf("%q is missing in\n%s\n%s", want, got.Text, got.HTML)
		}
	}
	if strings.Contains(got.HTML, "<b>Лумен") {
		t.Error("a name becomes markup")
	}
}
