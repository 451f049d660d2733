package fakemanila

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// process is a server process. It needs no goroutines: its output is read on demand, and its log goes to a file.
type process struct {
	command *exec.Cmd
	input   *os.File
	output  *os.File
	errors  *os.File
	once    sync.Once
	ended   error
}

// ready is the content of the ready line, which a server prints as soon as it accepts connections.
type ready struct {
	url, cacert string
}

// startProcess runs a command and waits for its ready line. The token for the control plane may be empty.
func startProcess(ctx context.Context, words []string, token string) (*process, *ready, error) {
	if _, err := exec.LookPath(words[0]); err != nil {
		return nil, nil, fmt.Errorf("cannot start a server: %w; run pip install fakemanila, or set FAKEMANILA_COMMAND", err)
	}
	childInput, input, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	defer childInput.Close()
	output, childOutput, err := os.Pipe()
	if err != nil {
		return nil, nil, errors.Join(err, input.Close())
	}
	defer childOutput.Close()
	log, err := logFile()
	if err != nil {
		return nil, nil, errors.Join(err, input.Close(), output.Close())
	}
	command := supervised(words)
	if token != "" {
		command.Env = append(os.Environ(), "FAKEMANILA_CONTROL_TOKEN="+token) // other users can see arguments
	}
	command.Stdin, command.Stdout, command.Stderr = childInput, childOutput, log
	p := &process{command: command, input: input, output: output, errors: log}
	if err := command.Start(); err != nil {
		return nil, nil, errors.Join(err, input.Close(), output.Close(), log.Close())
	}
	childOutput.Close()
	found, err := p.ready(ctx)
	if err != nil {
		told := p.log()
		p.stop()
		return nil, nil, fmt.Errorf("%s: %w\n%s", strings.Join(words, " "), err, strings.TrimSpace(told))
	}
	return p, found, nil
}

func (p *process) ready(ctx context.Context) (*ready, error) {
	stop := context.AfterFunc(ctx, func() { p.output.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	line, err := bufio.NewReader(p.output).ReadString('\n')
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err == io.EOF {
		return nil, errors.New("exited before it was ready")
	}
	if err != nil {
		return nil, err
	}
	return parseReady(line)
}

// parseReady reads fakemanila ready url=… auth_url=… cacert=….
func parseReady(line string) (*ready, error) {
	said, found := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "fakemanila ready ")
	if !found {
		return nil, fmt.Errorf("unexpected output %q, want the ready line of a server", line)
	}
	// The file name may contain spaces, and is the last field.
	said, cacert, _ := strings.Cut(said, " cacert=")
	for _, field := range strings.Fields(said) {
		if url, found := strings.CutPrefix(field, "url="); found {
			return &ready{url, cacert}, nil
		}
	}
	return nil, fmt.Errorf("no url in the ready line %q", line)
}

func (p *process) log() string {
	info, err := p.errors.Stat()
	if err != nil {
		return ""
	}
	content := make([]byte, info.Size())
	n, _ := p.errors.ReadAt(content, 0)
	return string(content[:n])
}

func (p *process) stop() error {
	p.once.Do(func() {
		p.ended = end(p)
		p.output.Close()
		p.errors.Close()
	})
	return p.ended
}
