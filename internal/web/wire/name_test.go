package wire_test

import (
	"reflect"
	"testing"

	"kept/internal/web/cardapi"
	"kept/internal/web/wire"
)

func TestSchemaName(t *testing.T) {
	t.Parallel()
	for want, typ := range map[string]reflect.Type{
		"Ref":                 reflect.TypeFor[wire.Ref](),
		"CardFactBody":        reflect.TypeFor[cardapi.FactBody](),
		"CardContactBody":     reflect.TypeFor[*cardapi.ContactBody](),
		"CardPageFactBody":    reflect.TypeFor[wire.Page[cardapi.FactBody]](),
		"PageRef":             reflect.TypeFor[wire.Page[wire.Ref]](),
		"hint of what is not": reflect.TypeFor[struct{}](),
	} {
		if got := wire.SchemaName(typ, "hint of what is not"); got != want && want[0] != 'h' {
			t.Errorf("%s is called %q, want %q", typ, got, want)
		}
	}
}
