package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"kept/internal/db"
	"kept/internal/store/storetest"
)

// TestEveryStatementPreparesOnBothEngines reads the statements out of the
// generated code, which keeps them to itself, and has both databases parse
// them against the schema.
func TestEveryStatementPreparesOnBothEngines(t *testing.T) {
	t.Parallel()
	statements := statements(t)
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			for query, text := range statements {
				prepared, err := d.SQL().PrepareContext(t.Context(), text)
				if err != nil {
					t.Errorf("%s: %v", query, err)
					continue
				}
				_ = prepared.Close()
			}
		})
	}
}

// statements are those of the generated code, by the names of their constants.
func statements(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("sqlgen/*.sql.go")
	storetest.Must(t, err)
	statements := map[string]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		storetest.Must(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
				if text, ok := v.Values[0].(*ast.BasicLit); ok && strings.HasPrefix(text.Value, "`-- name: ") {
					statements[v.Names[0].Name], err = strconv.Unquote(text.Value)
				}
			}
			return err == nil
		})
		storetest.Must(t, err)
	}
	if len(statements) < 50 {
		t.Fatalf("only %d statements were found", len(statements))
	}
	return statements
}
