//go:build !unix

package fakemanila

import (
	"os"
	"os/exec"
)

func supervised(words []string) *exec.Cmd {
	return exec.Command(words[0], words[1:]...)
}

func end(p *process) {
	p.input.Close()
	p.command.Process.Kill()
}

func logFile() (*os.File, error) {
	return os.CreateTemp("", "fakemanila-*.log")
}
