package secret

import "log/slog"

const redactedText = "[redacted]"

// Redacted is a secret text, such as a provider's password in the settings,
// that prints, logs and marshals as "[redacted]". Convert it to string to use it.
type Redacted string

// String hides the text from fmt.
func (Redacted) String() string { return redactedText }

// GoString hides the text from %#v.
func (Redacted) GoString() string { return redactedText }

// LogValue hides the text from slog.
func (Redacted) LogValue() slog.Value { return slog.StringValue(redactedText) }

// MarshalText hides the text from JSON and the like; it never fails.
func (Redacted) MarshalText() ([]byte, error) { return []byte(redactedText), nil }

// hidden gives the types that embed it the methods of Redacted. It's a type of
// its own, without content, because an embedded Redacted would be an exported field.
type hidden struct{}

// String hides the key from fmt.
func (hidden) String() string { return redactedText }

// GoString hides the key from %#v.
func (hidden) GoString() string { return redactedText }

// LogValue hides the key from slog.
func (hidden) LogValue() slog.Value { return slog.StringValue(redactedText) }

// MarshalText hides the key from JSON and the like; it never fails.
func (hidden) MarshalText() ([]byte, error) { return []byte(redactedText), nil }
