package oidc

// Methods of authentication (RFC 8176, section 2) by what they show: something
// that one knows, has or is. The others, such as "rba" or "user", show none.
var methods = map[string]string{ //nolint:gochecknoglobals // never changed
	"pwd": "knows", "pin": "knows", "kba": "knows",
	"otp": "has", "hwk": "has", "swk": "has", "sc": "has", "sms": "has", "tel": "has",
	"face": "is", "fpt": "is", "iris": "is", "retina": "is", "vbm": "is",
}

// Classes of authentication that promise several factors: of OpenID's PAPE and
// EAP (phishing-resistant), and of REFEDS.
var classes = map[string]bool{ //nolint:gochecknoglobals // never changed
	"http://schemas.openid.net/pape/policies/2007/06/multi-factor": true,
	"https://refeds.org/profile/mfa":                               true,
	"phr":                                                          true,
	"phrh":                                                         true,
}

// several tells whether a house says that it saw more than one factor: by "mfa",
// by methods of two sorts, or by a class that promises it. A house that says
// nothing has seen one.
func several(amr any, acr string) bool {
	if classes[acr] {
		return true
	}
	list, ok := amr.([]any)
	if !ok {
		list = []any{amr}
	}
	sorts := map[string]bool{}
	for _, one := range list {
		word, _ := one.(string)
		if word == "mfa" {
			return true
		}
		if sort := methods[word]; sort != "" {
			sorts[sort] = true
		}
	}
	return len(sorts) > 1
}
