package main

import (
	"context"
	"errors"
	"os"
	"os/user"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// asPerson is set in the context by tests alone: a command is given by whoever
// the operating system says it is, and by no flag or variable.
type asPerson struct{}

// errNobody says that it is not known who gives a command.
var errNobody = errors.New("it is not clear who you are: log in under your own name, or give the command through sudo")

// personName is what a user of the operating system can be called.
var personName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.@\\+-]*\$?$`)

// whoActs tells who gives a command: the user of the operating system, or who
// used sudo to become that user.
func whoActs(ctx context.Context) (string, error) {
	if name, set := ctx.Value(asPerson{}).(string); set {
		return name, nil
	}
	u, err := user.Current()
	if err != nil {
		return "", errNobody
	}
	name := u.Username
	if by := os.Getenv("SUDO_USER"); by != "" && bySudo(os.Getppid()) {
		if login := loginName(); login != "" && login != by {
			return "", errNobody // they are logged in as another than sudo is said to have been used by
		}
		name = by
	}
	if !personName.MatchString(name) || slices.Contains(nobodies, name) {
		return "", errNobody
	}
	return name, nil
}

// nobodies are names in the log of publications that are no person's.
var nobodies = []string{"first start", "demo", "unknown", ""}

// bySudo tells whether sudo really started this process: the variable alone
// says nothing, everybody can set it. Nobody but root can have a process that
// runs as root and is called sudo.
func bySudo(parent int) bool {
	for depth := 0; parent > 1 && depth < 20; depth++ {
		data, err := os.ReadFile("/proc/" + strconv.Itoa(parent) + "/status")
		if err != nil {
			return os.Geteuid() == 0 // no /proc: root may say who it is
		}
		name, next, root := status(string(data))
		if name == "sudo" && root {
			return true
		}
		parent = next
	}
	return false
}

// status reads the name, the parent and whether it runs as root of /proc/*/status.
func status(text string) (name string, parent int, root bool) {
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, ":")
		fields := strings.Fields(value)
		switch {
		case key == "Name":
			name = strings.TrimSpace(value)
		case key == "PPid" && len(fields) == 1:
			parent, _ = strconv.Atoi(fields[0])
		case key == "Uid" && len(fields) == 4:
			root = fields[1] == "0" // the effective one
		}
	}
	return name, parent, root
}

// loginName is who logged in, as the kernel keeps it; "" where it does not.
func loginName() string {
	data, err := os.ReadFile("/proc/self/loginuid")
	id := strings.TrimSpace(string(data))
	if err != nil || id == "4294967295" || id == "" {
		return ""
	}
	u, err := user.LookupId(id)
	if err != nil {
		return ""
	}
	return u.Username
}
