package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/prometheus/procfs"
)

// ownCPU is what this process used so far: the service, the load and the fake.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0 // only a note says it
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// ticks is how often a second Linux counts the time of a process.
const ticks = 100

// serverCPU is what the database's server used so far, all its processes
// together, those that ended too; zero where the system does not tell.
func (s *benchSite) serverCPU() (time.Duration, error) {
	system, err := procfs.NewDefaultFS()
	if err != nil {
		return 0, nil // not Linux
	}
	data, err := os.ReadFile(filepath.Join(s.server.Data(), "postmaster.pid"))
	if err != nil {
		return 0, fmt.Errorf("the server's process: %w", err)
	}
	first, _, _ := bytes.Cut(data, []byte("\n"))
	postmaster, err := strconv.Atoi(string(first))
	if err != nil {
		return 0, fmt.Errorf("the server's process: %w", err)
	}
	all, err := system.AllProcs()
	if err != nil {
		return 0, fmt.Errorf("processes: %w", err)
	}
	var used uint64
	for _, p := range all {
		stat, err := p.Stat()
		if err != nil {
			continue // it just ended
		}
		if stat.PID == postmaster {
			used += uint64(max(0, stat.CUTime+stat.CSTime))
		}
		if stat.PID == postmaster || stat.PPID == postmaster {
			used += uint64(stat.UTime + stat.STime)
		}
	}
	return time.Duration(used) * time.Second / ticks, nil
}
