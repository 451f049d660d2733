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
	p.command.Wait() // what it says of a kill is no news
	return nil
}

func logFile() (*os.File, error) {
	return os.CreateTemp("", "fakemanila-*.log")
}
