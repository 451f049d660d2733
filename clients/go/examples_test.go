package fakemanila_test

import (
	"os"
	"os/exec"
	"testing"

	fakemanila "github.com/fakemanila/fakemanila/clients/go"
)

func TestExampleWithoutAnyLibrarySaysWhatItShould(t *testing.T) {
	t.Parallel()
	const folder = "../../examples/go"
	if _, err := os.Stat(folder); err != nil {
		t.Skip("this is not a checkout of the project")
	}
	m := fakemanila.New(t)
	command := exec.Command("go", "run", ".")
	command.Dir, command.Env = folder, m.Env("demo")
	output, err := command.CombinedOutput()
	if want := "from-go creating\nfrom-go available\n"; err != nil || string(output) != want {
		t.Errorf("%v: output: %s", err, output)
	}
}
