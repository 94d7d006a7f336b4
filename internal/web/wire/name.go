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
	_, group, ok := strings.Cut(t.PkgPath()+" "+t.Name(), "kept/internal/web/")
	group, _, isGroup := strings.Cut(group, "api")
	if t.Name() == "" || !ok || !isGroup || group == "" || strings.ContainsAny(group, "/. ") {
		return name
	}
	prefix := strings.ToUpper(group[:1]) + group[1:]
	if strings.HasPrefix(name, prefix) {
		return name
	}
	return prefix + name
}
