package wire

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// SchemaName names a type in the description of the operations: by its own
// name, behind that of its group where it is not package api's, so that two
// groups may call what they have alike.
func SchemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return name
	}
	for _, path := range strings.Split(t.PkgPath()+" "+t.Name(), "kept/internal/web/")[1:] {
		group, rest, _ := strings.Cut(path, "api")
		if group == "" || strings.ContainsAny(group, "/. ") || rest != "" && !strings.ContainsAny(rest[:1], ". ") {
			continue
		}
		prefix := strings.ToUpper(group[:1]) + group[1:]
		return prefix + strings.TrimPrefix(name, prefix)
	}
	return name
}
