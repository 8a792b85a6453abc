package store_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func lineOf(file string, line int) string { return fmt.Sprintf("%s:%d", file, line) }

// asks are the functions and methods by which the package asks its database something.
var asks = []string{"alone", "exec", "all", "one", "ExecContext", "GetContext", "SelectContext", "QueryContext", "QueryxContext", "QueryRowContext", "QueryRowxContext"}

// site is a place in the package from which a query is made.
type site struct {
	file, function string
	from, to       int // lines
}

// code is what the package consists of.
type code struct {
	sites   []site
	methods []string // the exported ones of Store
}

// readCode reads the package's own files, without the tests.
func readCode(t *testing.T) (c code) {
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files, error %v", len(names), err)
	}
	files := gotoken.NewFileSet()
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range file.Decls {
			if function, ok := declared.(*ast.FuncDecl); ok {
				c.read(files, name, function)
			}
		}
	}
	return c
}

func (c *code) read(files *gotoken.FileSet, file string, function *ast.FuncDecl) {
	if function.Recv != nil && function.Name.IsExported() {
		if of, ok := function.Recv.List[0].Type.(*ast.StarExpr); ok && of.X.(*ast.Ident).Name == "Store" {
			c.methods = append(c.methods, function.Name.Name)
		}
	}
	ast.Inspect(function, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if slices.Contains(asks, called(call.Fun)) {
			c.sites = append(c.sites, site{file, function.Name.Name, files.Position(call.Pos()).Line, files.Position(call.End()).Line})
		}
		return true
	})
}

// called is the name of a function, without its package, receiver and type.
func called(function ast.Expr) string {
	switch f := function.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.IndexExpr:
		return called(f.X)
	}
	return ""
}

func (s site) made(r *recorded) bool {
	for line := s.from; line <= s.to; line++ {
		if r.lines[lineOf(s.file, line)] {
			return true
		}
	}
	return false
}

// nothingForgotten sees that the day asked whatever the package can ask: what
// is added later has no plan that was looked at until the day does it too.
func (r *recorded) nothingForgotten(t *testing.T) {
	t.Helper()
	c, excuses := readCode(t), maps.Clone(notOfADay)
	for _, method := range c.methods {
		_, known := excuses[method]
		delete(excuses, method)
		if r.methods[method] == known {
			t.Errorf("Store.%s is called in the day: %t, and stands among what is not: %t", method, r.methods[method], known)
		}
	}
	excused := map[string]bool{}
	for _, s := range c.sites {
		name := s.file + " " + s.function
		if _, known := notOfADay[name]; known {
			excused[name] = true
		} else if !s.made(r) {
			t.Errorf("%s:%d %s asks the database something that the day does not", s.file, s.from, s.function)
		}
	}
	for name := range excuses {
		if !excused[name] {
			t.Errorf("%s is excused and is not there", name)
		}
	}
}

// notOfADay is what no day asks, each with why: methods of Store, and
// functions of the package as "file function".
var notOfADay = map[string]string{
	"Close": "asks nothing", "Ahead": "asks nothing", "OnAudit": "asks nothing", "Pools": "asks nothing",
	"Troubles": "asks nothing", "NewImport": "asks nothing itself", "Ping": "asks no query",

	"connect.go Connect":        "sets the limits of a connection",
	"migrate.go checkMigrated":  "looks at goose's own table at the start",
	"store.go checkKeys":        "looks at the one row of the installation at the start",
	"purge_clean.go cleanAgain": "writes the one row of the installation after a cleaning that failed",

	"backup_restore.go refuseRows":       inAnEmptyDatabase,
	"backup_restore.go mark":             inAnEmptyDatabase,
	"backup_restore.go begin":            inAnEmptyDatabase,
	"backup_restore.go row":              inAnEmptyDatabase,
	"backup_restore.go continueCounting": inAnEmptyDatabase,
	"backup_restore.go purgeKeyless":     inAnEmptyDatabase,
}

const inAnEmptyDatabase = "a restore, by an operator, into a database that nobody uses"
