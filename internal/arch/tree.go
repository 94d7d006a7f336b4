// Package arch holds the house rules of the source tree: who may import whom, and a handful of habits that a
// compiler does not know. Each rule carries the reason why it stands, each exception why it is one, and the
// test prints them: a rule that cannot say what it is good for should go.
//
// The domain stands at the root of the module in four rings, all machinery under internal/. An arrow points
// inwards or not at all:
//
//	ring 0  words       id span money fault event
//	ring 1  things      catalog schedule client account
//	ring 2  decisions   policy availability pricing predict
//	ring 3  use cases   booking repair waitlist message reminder campaign payment billing ...
//	        machinery   internal/...           may import all of the above
//	        programs    cmd/...
//
// The tree is only parsed, never type-checked, so the whole test takes less than a second. Command budget, in
// the folder below, measures sizes on the same [Tree].
package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Module is the import path of the module's root.
const Module = "kept"

// A Tree is the parsed source of the module.
type Tree struct {
	Fset  *token.FileSet
	Files []*File // by path
}

// A File is one parsed Go file.
type File struct {
	Path      string // from the module's root, with slashes
	Test      bool   // a _test.go file
	Generated bool   // carries the "Code generated ... DO NOT EDIT." line
	Lines     int    // as wc -l counts them
	Syntax    *ast.File
}

// Dir is the folder of the file from the module's root, "." for the root itself.
func (f *File) Dir() string { return path.Dir(f.Path) }

// Imports are the paths the file imports.
func (f *File) Imports() []string {
	var all []string
	for _, spec := range f.Syntax.Imports {
		if name, err := strconv.Unquote(spec.Path.Value); err == nil {
			all = append(all, name)
		}
	}
	return all
}

// Load parses every Go file under root, except in folders that the go command leaves out too (testdata, names
// with a leading dot or underscore), in bin and data, where programs and their data lie, and in folders that
// are modules of their own.
func Load(root fs.FS) (*Tree, error) {
	tree := &Tree{Fset: token.NewFileSet()}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != "." && leftOut(root, name) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(tree.Fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		tree.Files = append(tree.Files, &File{
			Path: name, Test: strings.HasSuffix(name, "_test.go"), Generated: ast.IsGenerated(syntax),
			Lines: bytes.Count(text, []byte("\n")), Syntax: syntax,
		})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("arch: %w", err)
	}
	return tree, nil
}

func leftOut(root fs.FS, dir string) bool {
	base := path.Base(dir)
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || dir == "bin" || dir == "data" {
		return true
	}
	_, err := fs.Stat(root, path.Join(dir, "go.mod"))
	return err == nil
}

// Dirs are the folders that hold Go files, in order.
func (t *Tree) Dirs() []string {
	var dirs []string
	for _, f := range t.Files {
		dirs = append(dirs, f.Dir())
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// In are the files of one folder.
func (t *Tree) In(dir string) []*File {
	var files []*File
	for _, f := range t.Files {
		if f.Dir() == dir {
			files = append(files, f)
		}
	}
	return files
}

// line says where in the file a node stands, as compilers do.
func (t *Tree) line(f *File, node ast.Node) string {
	return fmt.Sprintf("%s:%d", f.Path, t.Fset.Position(node.Pos()).Line)
}
