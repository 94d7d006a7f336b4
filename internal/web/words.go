package web

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed problems.json
var problemTexts []byte

// Texts are the translations of problems, by language: the title of each code,
// what happened where the code alone tells it (422), the sentence for each rule that shuts a time or refuses an act, and the
// sentence for each way in which a field can be wrong.
type Texts map[string]struct {
	Titles  map[string]string `json:"titles"`
	Details map[string]string `json:"details"`
	Rules   map[string]string `json:"rules"`
	Fields  map[string]string `json:"fields"`
}

// LoadTexts reads the translations that are built in.
func LoadTexts() (Texts, error) {
	var t Texts
	if err := json.Unmarshal(problemTexts, &t); err != nil {
		return nil, fmt.Errorf("web: problem texts: %w", err)
	}
	return t, nil
}

// Problem implements Words.
func (t Texts) Problem(language, code, rule string) (title, detail string) {
	if rule == "" {
		return t[language].Titles[code], t[language].Details[code]
	}
	return t[language].Titles[code], t[language].Rules[rule]
}

// Rule implements Words.
func (t Texts) Rule(language, rule string) string { return t[language].Fields[rule] }

var _ Words = Texts{}
