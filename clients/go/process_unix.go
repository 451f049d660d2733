//go:build unix

package fakemanila

import (
	"os"
	"os/exec"
	"syscall"
	"time"
)

// supervisor runs a server as long as its standard input is open. Even if the test binary panics or is killed, the
// kernel closes the other end of that pipe. Pdeathsig of Linux doesn't work here: it is sent when the thread that started
// the process ends, and in Go that can be long before the parent process ends. The script sets no trap, because a signal
// between fork and exec of the server would run the trap and be lost.
const supervisor = `"$@" </dev/null &
exec >/dev/null
read -r line
kill "$!" 2>/dev/null
wait "$!"`

// patience is how long a server may take to stop. It normally takes less than two seconds.
const patience = 20 * time.Second

func supervised(words []string) *exec.Cmd {
	command := exec.Command("/bin/sh", append([]string{"-c", supervisor, "fakemanila"}, words...)...)
	// In a separate process group, an interrupt from the terminal ends only the tests, which can then clean up.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return command
}

// end stops the server and waits until it has ended.
func end(p *process) error {
	p.input.Close()
	late := time.AfterFunc(patience, func() { syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL) })
	defer late.Stop()
	return p.command.Wait()
}

// logFile returns a file that is already unlinked, so it disappears when the last process closes it.
func logFile() (*os.File, error) {
	file, err := os.CreateTemp("", "fakemanila-*.log")
	if err != nil {
		return nil, err
	}
	return file, os.Remove(file.Name())
}
