package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// goFiles parses every file of ours that is no test.
func goFiles(t *testing.T) (*token.FileSet, map[string]*ast.File) {
	t.Helper()
	set, files := token.NewFileSet(), map[string]*ast.File{}
	for _, dir := range []string{"bot", "cmd", "store", "flows", "locales"} {
		err := filepath.WalkDir(filepath.Join("../..", dir), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(set, path, nil, 0)
			files[strings.TrimPrefix(filepath.ToSlash(path), "../../")] = file
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < 100 {
		t.Fatalf("only %d files were found", len(files))
	}
	return set, files
}

// named is "http.Client" for http.Client.
func named(e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := s.X.(*ast.Ident); ok {
			return x.Name + "." + s.Sel.Name
		}
	}
	return ""
}

func literalKeys(l *ast.CompositeLit) (names []string) {
	for _, e := range l.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				names = append(names, id.Name)
			}
		}
	}
	return names
}

// What may call out or listen without the house's way: the stand-ins for
// others' servers, which no installation runs.
var standIns = []string{"bot/channel/cloudapi/fakegraph/", "bot/channel/notifynl/fakenotify/", "store/throwaway/", "store/storetest/"}

func standIn(name string) bool {
	return slices.ContainsFunc(standIns, func(p string) bool { return strings.HasPrefix(name, p) })
}

func TestSource_everyClientAndListenerHasItsLimits(t *testing.T) {
	set, files := goFiles(t)
	clients, servers := 0, 0
	for name, file := range files {
		if standIn(name) || slices.Contains(otherWise, name) {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			at := func() string { return set.Position(n.Pos()).String() }
			switch n := n.(type) {
			case *ast.SelectorExpr:
				switch named(n) {
				case "http.Get", "http.Post", "http.PostForm", "http.Head", "http.DefaultClient", "http.DefaultTransport", "http.ListenAndServe", "http.ListenAndServeTLS", "http.Serve", "http.DefaultServeMux", "http.HandleFunc", "http.Handle":
					t.Errorf("%s: %s has no limits: use bot/outward, or newServer", at(), named(n))
				case "tls.Dial", "tls.VersionTLS10", "tls.VersionTLS11":
					t.Errorf("%s: %s", at(), named(n))
				}
			case *ast.KeyValueExpr:
				if id, ok := n.Key.(*ast.Ident); ok && id.Name == "InsecureSkipVerify" {
					t.Errorf("%s: certificates are always looked at", at())
				}
			case *ast.CompositeLit:
				switch has := literalKeys(n); named(n.Type) {
				case "http.Client":
					clients++
					if !slices.Contains(has, "Timeout") {
						t.Errorf("%s: a client without a time limit", at())
					}
					if name != "bot/outward/outward.go" {
						t.Errorf("%s: a client that goes anywhere: make it with bot/outward", at())
					}
				case "http.Server":
					servers++
					for _, limit := range []string{"ReadTimeout", "ReadHeaderTimeout", "WriteTimeout", "IdleTimeout"} {
						if !slices.Contains(has, limit) {
							t.Errorf("%s: a listener without %s: use newServer", at(), limit)
						}
					}
				case "net.Dialer":
					if !slices.Contains(has, "Timeout") {
						t.Errorf("%s: a dialer without a time limit", at())
					}
				}
			}
			return true
		})
	}
	if clients == 0 || servers == 0 {
		t.Errorf("%d clients and %d listeners: this test looks past them", clients, servers)
	}
}

// Pages set the headers that differ by page; those that no answer goes without
// are set in one place, which every listener has around it.
func TestSource_whatEveryAnswerHasIsSetByTheListenerAlone(t *testing.T) {
	set, files := goFiles(t)
	const place = "cmd/bode/listen.go"
	found := map[string]int{}
	for name, file := range files {
		if standIn(name) {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				switch n.Value {
				case `"X-Frame-Options"`, `"Cross-Origin-Opener-Policy"`, `"Cross-Origin-Resource-Policy"`:
					if found[n.Value]++; name != place {
						t.Errorf("%s: %s is set in %s for every answer", set.Position(n.Pos()), n.Value, place)
					}
				}
			case *ast.CompositeLit:
				if named(n.Type) == "http.Server" && name != place && name != "cmd/bode/bench_site.go" { // the bench's own, on loopback
					t.Errorf("%s: a listener whose answers lack the headers: use newServer", set.Position(n.Pos()))
				}
			}
			return true
		})
	}
	if len(found) != 3 {
		t.Errorf("%s sets %v", place, found)
	}
}

// otherWise have their limits elsewhere: the doctor asks the installation's own
// public address, each request within a context's time, and tries the old
// versions of TLS that it should refuse; the database's dialer gets its time
// with each connection, and may go where the database's address says.
var otherWise = []string{"cmd/bode/doctor_live_public.go", "store/connect.go"}

// secretNames are in the names of what is compared with a secret.
var secretNames = []string{"token", "secret", "signature", "mac", "sig", "password", "apikey"}

func TestSource_secretsAreComparedInConstantTime(t *testing.T) {
	set, files := goFiles(t)
	constant := 0
	for name, file := range files {
		if standIn(name) || !strings.HasPrefix(name, "bot/channel/") && !strings.HasPrefix(name, "bot/service/rights/") && !strings.HasPrefix(name, "bot/desk/") && !strings.HasPrefix(name, "cmd/bode/") {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				switch named(n.Fun) {
				case "hmac.Equal", "subtle.ConstantTimeCompare":
					constant++
				case "bytes.Equal", "strings.EqualFold", "strings.Compare", "bytes.Compare":
					if reveals(n.Args...) {
						t.Errorf("%s: %s takes longer the more of a secret is right: hmac.Equal does not", set.Position(n.Pos()), named(n.Fun))
					}
				}
			case *ast.BinaryExpr:
				if (n.Op == token.EQL || n.Op == token.NEQ) && !isEmptyText(n.X) && !isEmptyText(n.Y) && reveals(n.X, n.Y) {
					t.Errorf("%s: == takes longer the more of a secret is right: hmac.Equal does not", set.Position(n.Pos()))
				}
			}
			return true
		})
	}
	if constant < 3 {
		t.Errorf("%d comparisons in constant time: the signature, the verify token, the path secret and the receipts' token have one", constant)
	}
}

// reveals tells whether a value of a secret's name stands in the clear there.
func reveals(all ...ast.Expr) (found bool) {
	for _, e := range all {
		ast.Inspect(e, func(n ast.Node) bool {
			name := ""
			switch n := n.(type) {
			case *ast.Ident:
				name = n.Name
			case *ast.SelectorExpr:
				name = n.Sel.Name
			case *ast.FuncLit:
				return false
			case *ast.CallExpr: // len(token) and token.Empty() tell nothing of it
				if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "len" {
					return false
				}
				if s, ok := n.Fun.(*ast.SelectorExpr); ok && s.Sel.Name != "Reveal" {
					return false
				}
			}
			lower := strings.ToLower(name)
			for _, secret := range secretNames {
				if lower == secret || strings.HasSuffix(lower, secret) && len(secret) > 3 {
					found = true
				}
			}
			return true
		})
	}
	return found
}

func isEmptyText(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return e.Kind != token.STRING || e.Value == `""`
	case *ast.Ident:
		return e.Name == "nil" || e.Name == "true" || e.Name == "false"
	}
	return false
}
