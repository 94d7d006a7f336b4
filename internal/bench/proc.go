package bench

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// tick is the unit in which Linux tells the processor time of a process.
const tick = 10 * time.Millisecond

// stat are the fields of /proc/PID/stat from the third on: the name before them may contain anything.
func stat(pid int) ([]string, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return nil, fmt.Errorf("processor time is read from /proc: %w", err)
	}
	return statFields(pid, text)
}

func statFields(pid int, text []byte) ([]string, error) {
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 15 {
		return nil, fmt.Errorf("stat of %d has %d fields", pid, len(fields))
	}
	return fields, nil
}

// cpuOf is the processor time that a process has used; with its ended children, that too.
func cpuOf(pid int, children bool) (time.Duration, error) {
	fields, err := stat(pid)
	if err != nil {
		return 0, err
	}
	end := 13
	if children {
		end = 15
	}
	var ticks int64
	for _, field := range fields[11:end] { // utime, stime, cutime, cstime
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("stat of %d: %w", pid, err)
		}
		ticks += n
	}
	return time.Duration(ticks) * tick, nil
}

// familyCPU is the processor time of a process and all its children, ended or not.
func familyCPU(parent int) (time.Duration, error) {
	sum, err := cpuOf(parent, true)
	if err != nil {
		return 0, err
	}
	found, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	for _, file := range found {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		fields, err := stat(pid)
		if err != nil || fields[1] != strconv.Itoa(parent) {
			continue // gone since, or somebody else's
		}
		used, err := cpuOf(pid, false)
		if err == nil {
			sum += used
		}
	}
	return sum, nil
}

// ownCPU is the processor time that this process has used: the client's share.
func ownCPU() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// memoryOf is what a process holds in memory: all of it, and what is its own and not a file's. In MiB.
func memoryOf(pid int) (resident, anonymous float64, err error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, 0, err
	}
	if resident, err = kib(text, "VmRSS:"); err != nil {
		return 0, 0, err
	}
	anonymous, err = kib(text, "RssAnon:")
	return resident / 1024, anonymous / 1024, err
}

func kib(status []byte, name string) (float64, error) {
	for line := range bytes.Lines(status) {
		if fields := strings.Fields(string(line)); len(fields) == 3 && fields[0] == name {
			return strconv.ParseFloat(fields[1], 64)
		}
	}
	return 0, fmt.Errorf("no %s in the status of the process", name)
}

// machine says on what the figures were taken.
func machine() string {
	model, memory, kernel := "unknown processor", "", ""
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			if n, err := strconv.Atoi(fields[1]); err == nil {
				memory = fmt.Sprintf(", %d GiB", (n+1<<19)>>20)
			}
		}
	}
	if text, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		kernel = " " + strings.TrimSpace(string(text))
	}
	return fmt.Sprintf("%s, %d cores%s, %s%s, %s", model, runtime.NumCPU(), memory, runtime.GOOS, kernel, runtime.Version())
}

// A watcher is a command that runs beside a work, such as a profiler.
type watcher struct{ cmd *exec.Cmd }

// watch starts a shell command that sees PID (the server's), WORK and ENGINE in its environment.
func watch(command, work, engine string, pid int) (*watcher, error) {
	if command == "" {
		return &watcher{}, nil
	}
	cmd := exec.Command("sh", "-c", command) //nolint:gosec,noctx // the user's own words; stop ends it
	cmd.Env = append(os.Environ(), "PID="+strconv.Itoa(pid), "WORK="+work, "ENGINE="+engine)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	return &watcher{cmd}, nil
}

// stop interrupts the command and waits until it has ended.
func (w *watcher) stop() {
	if w.cmd != nil {
		_ = w.cmd.Process.Signal(os.Interrupt) // else it has ended already
		_ = w.cmd.Wait()                       // its status is its own affair
	}
}
