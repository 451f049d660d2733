//go:build unix

package fakemanila

import (
	"os"
	"os/exec"
	"syscall"
	"time"
)

// supervisor runs a server for as long as its own input is open. However a test binary ends, by a panic or a kill, the
// kernel closes the other end of that pipe. (A signal of Linux to the children of a dead parent comes when the thread
// ends that has started them, which in Go may be long before the process does.) It has no trap: a signal that came
// between the fork and the exec of the server would be taken by that, and lost.
const supervisor = `"$@" </dev/null &
exec >/dev/null
read -r line
kill "$!" 2>/dev/null
wait "$!"`

// patience is how long a server may take to stop, which says itself that it does within two seconds.
const patience = 20 * time.Second

func supervised(words []string) *exec.Cmd {
	command := exec.Command("/bin/sh", append([]string{"-c", supervisor, "fakemanila"}, words...)...)
	// A group of its own, so that an interrupt at the terminal ends the tests first, and can then be cleaned up after.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return command
}

// end waits until the server has ended.
func end(p *process) error {
	p.input.Close()
	late := time.AfterFunc(patience, func() { syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL) })
	defer late.Stop()
	return p.command.Wait()
}

// logFile is a file without a name, which is gone with those who have it open.
func logFile() (*os.File, error) {
	file, err := os.CreateTemp("", "fakemanila-*.log")
	if err != nil {
		return nil, err
	}
	return file, os.Remove(file.Name())
}
