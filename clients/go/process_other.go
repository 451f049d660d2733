//go:build !unix

package fakemanila

import (
	"os"
	"os/exec"
)

func supervised(words []string) *exec.Cmd {
	return exec.Command(words[0], words[1:]...)
}

func end(p *process) error {
	p.input.Close()
	p.command.Process.Kill()
	p.command.Wait() // the error only says that it was killed
	return nil
}

func logFile() (*os.File, error) {
	return os.CreateTemp("", "fakemanila-*.log")
}
