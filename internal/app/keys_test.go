package app_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestKeysAndBackups carries a house into another folder, turns its keys, and
// sees that each root opens what belongs to it and nothing else.
func TestKeysAndBackups(t *testing.T) {
	t.Parallel()
	dir, other := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "other")
	file := filepath.Join(t.TempDir(), "all.kept")
	step := func(name string, status int, out string, args ...string) {
		t.Helper()
		got, said, wrong := command(args...)
		if got != status || !regexp.MustCompile(out).MatchString(said+wrong) {
			t.Fatalf("%s: status %d, out %q, err %q", name, got, said, wrong)
		}
	}
	copyKey := func(from, to string) {
		t.Helper()
		raw, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(to, raw, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	key := filepath.Join(dir, "master.key")
	step("business", 0, ``, "business", "create", "north", "--data", dir, "--name", "North", "--zone", "Europe/Berlin", "--preset", "salon", "--language", "en")
	step("user", 0, ``, "user", "create", "--data", dir, "--business", "north", "--email", "o@north.example", "--name", "O", "--role", "owner", "--password", "long enough to be one")
	step("backup", 0, `(?s)1  [0-9a-f]{16}  business.*copied`, "backup", file, "--portable", "--data", dir)
	step("backup over a file", 1, `exists`, "backup", file, "--portable", "--data", dir)

	step("restore without the key", 0, `master key back`, "restore", file, "--data", other)
	copyKey(key, filepath.Join(other, "master.key"))
	step("doctor", 0, `master key belongs`, "doctor", "--data", other)
	step("restore again", 0, `(?s)kept what was there.*restored`, "restore", file, "--data", other)
	step("to PostgreSQL from a SQLite file", 1, `portable`, "restore", filepath.Join(dir, "kept.db"), "--data", other, "--db", "postgres://nobody@127.0.0.1:1/none")

	raw, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	before := hex.EncodeToString(raw)
	step("root in the environment", 0, `master key belongs`, "doctor", "--data", dir, "--master-key", before)
	step("root in the environment is not turned", 1, `environment`, "rotate", "master", "--data", dir, "--master-key", before, "--wait", "1ms")
	step("turn the root", 0, `turned the master key; [1-9]`, "rotate", "master", "--data", dir, "--wait", "1ms")
	step("turn a business", 0, `turned the key of north`, "rotate", "business", "north", "--data", dir, "--wait", "1ms")
	step("turn nobody", 1, ``, "rotate", "business", "nobody", "--data", dir, "--wait", "1ms")
	step("doctor after", 0, `master key belongs`, "doctor", "--data", dir)
	step("the root before", 1, `not the one of this database`, "doctor", "--data", dir, "--master-key", before)
	step("a key is read by the new root", 0, `^\S+\n$`, "key", "create", "--data", dir, "--business", "north", "--role", "owner")
	step("a user's address is found", 1, `(?i)already|exists`, "user", "create", "--data", dir, "--business", "north", "--email", "o@north.example", "--name", "O", "--role", "owner", "--password", "long enough to be one")
	if _, err := os.Stat(filepath.Join(dir, "master.wrapped")); err == nil {
		t.Error("a wrapped root was made unasked")
	}
	_, out, _ := command("doctor", "--data", dir, "--kms-url", "http://vault.example", "--kms-token", "hvs.canary")
	if strings.Contains(out, "canary") {
		t.Errorf("a token is told: %s", out)
	}
}
