package arch

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// machinery is the ring of what stands under internal/ and cmd/: it may import every ring of the domain.
const machinery = 4

// Ring says in which ring a folder of the module root stands. A new domain package is entered here in the
// commit that makes it; one that is not entered fails the test.
func Ring(top string) (ring int, known bool) {
	rings := map[string]int{
		"id": 0, "span": 0, "money": 0, "fault": 0, "event": 0,
		"recur": 1, "catalog": 1, "schedule": 1, "client": 1, "account": 1,
		"policy": 2, "availability": 2, "pricing": 2, "predict": 2,
		"booking": 3, "repair": 3, "waitlist": 3, "message": 3, "reminder": 3, "campaign": 3, "payment": 3,
		"billing": 3, "setup": 3, "calsync": 3, "dialog": 3, "trigger": 3, "insight": 3, "privacy": 3, "plan": 3, "visitor": 3, "audit": 3, "intake": 3, "chain": 3,
		"internal": machinery, "cmd": machinery,
	}
	ring, known = rings[top]
	return ring, known
}

// sideways are the imports inside a ring that are allowed, each with its reason.
func sideways() map[string]string {
	return map[string]string{
		"event → id":         "a fact names whom it happened to",
		"event → span":       "a fact names when it happened, and which span was freed",
		"event → money":      "a fact names what was captured or refunded",
		"reminder → message": "a plan says which message, when: its result is a message",
		"campaign → message": "a campaign is many messages; the pipeline is one for all",
		"billing → payment":  "an invoice is settled by payments",
	}
}

// top is the first folder of a path.
func top(dir string) string {
	first, _, _ := strings.Cut(dir, "/")
	return first
}

// ours returns the folder of an imported package of this module.
func ours(imported string) (dir string, ok bool) {
	if imported == Module {
		return ".", true
	}
	return strings.CutPrefix(imported, Module+"/")
}

// inDomain tells whether a folder holds a package of rings 0 to 3, and of which.
func inDomain(dir string) (ring int, ok bool) {
	ring, known := Ring(top(dir))
	return ring, known && ring < machinery
}

// domainRules are those about what the domain imports.
func domainRules() []Rule {
	return []Rule{
		{
			Name:   "no Go file in the root",
			Reason: "`ls` is the map of the business; a root package would be the place where everything meets",
			check:  each(func(_ *Tree, f *File) []string { return only(f.Dir() == ".", f.Path) }),
		},
		{
			Name:   "every package has a ring",
			Reason: "a package without a place in the house soon imports everything; enter it in rings.go",
			check: each(func(_ *Tree, f *File) []string {
				_, known := Ring(top(f.Dir()))
				return only(!known && f.Dir() != ".", f.Dir())
			}),
		},
		{
			Name:   "imports point inwards",
			Reason: "a word must not know a use case: what lies inside is read, tested and changed without what lies outside",
			check:  imports(inwards),
		},
		{
			Name: "the domain does not import internal/",
			Reason: "who can book what must be decidable without a server or a database; machinery implements the domain's " +
				"interfaces and never the other way round",
			check: imports(func(f *File, imported string) string {
				dir, _ := ours(imported)
				if _, domain := inDomain(f.Dir()); !domain || top(dir) != "internal" {
					return ""
				}
				if f.Test && (within(dir, "internal/testkit") || within(dir, "internal/store")) {
					return "" // a use case is tested over the real store, on real engines
				}
				return imported
			}),
		},
		{
			Name:   "ring 0 imports the standard library only",
			Reason: "everybody depends on these words; what they depend on, everybody does",
			check: imports(func(f *File, imported string) string {
				_, mine := ours(imported)
				if ring, domain := inDomain(f.Dir()); !domain || ring != 0 || f.Test || mine {
					return ""
				}
				return when(strings.Contains(top(imported), "."), imported)
			}),
		},
		{
			Name:   "the domain does no input or output",
			Reason: "files, sockets, SQL and HTTP are machinery; a use case that speaks them cannot be moved to another edge",
			check:  forbid(0, 3, "database/sql", "net", "net/http", "os", "os/exec", "syscall"),
		},
		{
			Name: "ring 2 is pure",
			Reason: "values in, values out: the same question has the same answer in a test, in a replay and next year; " +
				"a context means waiting, a log means a side effect",
			check: forbid(2, 2, "context", "log", "log/slog"),
		},
	}
}

// machineryRules are those about who imports what under internal/.
func machineryRules() []Rule {
	return []Rule{
		{
			Name:   "adapters stand alone",
			Reason: "an adapter translates between one provider and one domain package; two that know each other are one that cannot be removed",
			check:  adapters,
		},
		{
			Name:   "only programs know the app",
			Reason: "internal/app builds the graph and so knows everybody; if anybody knew it in turn, everything would hang together",
			check: imports(func(f *File, imported string) string {
				dir, _ := ours(imported)
				mayKnow := f.Test || top(f.Dir()) == "cmd" || within(f.Dir(), "internal/app") || within(f.Dir(), "internal/bench")
				return when(!mayKnow && within(dir, "internal/app"), imported)
			}),
		},
		{
			Name:   "testkit and package testing stay out of the program",
			Reason: "what only tests need must not reach those who run the program",
			check: imports(func(f *File, imported string) string {
				dir, _ := ours(imported)
				free := f.Test || within(f.Dir(), "internal/testkit") || within(f.Dir(), "internal/bench") ||
					strings.HasSuffix(f.Dir(), "test") // conformance suites: storetest and the like
				return when(!free && (within(dir, "internal/testkit") || within(imported, "testing")), imported)
			}),
		},
	}
}

// inwards returns the import when it points outwards, or sideways without leave.
func inwards(f *File, imported string) string {
	dir, mine := ours(imported)
	from, domain := inDomain(f.Dir())
	to, toDomain := inDomain(dir)
	if !mine || !domain || !toDomain || top(dir) == top(f.Dir()) || to < from {
		return ""
	}
	if _, allowed := sideways()[top(f.Dir())+" → "+top(dir)]; allowed {
		return ""
	}
	if f.Test && to == from {
		return "" // a test may play two domains against each other; what is tested stays apart
	}
	return fmt.Sprintf("%s (ring %d → ring %d)", imported, from, to)
}

// adapters finds adapters that know each other, or more than one domain package past ring 0.
func adapters(t *Tree) []string {
	var bad []string
	for _, dir := range t.Dirs() {
		if !adapter(dir) {
			continue
		}
		var domains []string
		for _, f := range t.In(dir) {
			for _, imported := range f.Imports() {
				other, mine := ours(imported)
				if !mine || f.Test || other == dir {
					continue
				}
				if adapter(other) {
					bad = append(bad, f.Path+" imports the adapter "+other)
				}
				if ring, domain := inDomain(other); domain && ring > 0 && !slices.Contains(domains, top(other)) {
					domains = append(domains, top(other))
				}
			}
		}
		if len(domains) > 1 {
			bad = append(bad, dir+" imports "+strings.Join(domains, " and "))
		}
	}
	return bad
}

// adapter tells whether a folder holds the code for one provider.
func adapter(dir string) bool {
	switch path.Dir(dir) {
	case "internal/channel", "internal/gateway", "internal/calendar":
		return true
	}
	return false
}

// within tells whether dir is parent or lies in it.
func within(dir, parent string) bool {
	return dir == parent || strings.HasPrefix(dir, parent+"/")
}
