//go:build unix

package fakemanila

import (
	"os"
	"os/exec"
)

// supervisor runs a server for as long as its own input is open. However a test binary ends, by a panic or a kill, the
// kernel closes the other end of that pipe. (A signal of Linux to the children of a dead parent comes when the thread
// ends that has started them, which in Go may be long before the process does.)
const supervisor = `trap : INT HUP TERM
"$@" </dev/null &
exec >/dev/null
read -r line
kill "$!" 2>/dev/null
wait "$!"`

func supervised(words []string) *exec.Cmd {
	return exec.Command("/bin/sh", append([]string{"-c", supervisor, "fakemanila"}, words...)...)
}

func end(p *process) {
	p.input.Close()
}

// logFile is a file without a name, which is gone with those who have it open.
func logFile() (*os.File, error) {
	file, err := os.CreateTemp("", "fakemanila-*.log")
	if err != nil {
		return nil, err
	}
	return file, os.Remove(file.Name())
}
