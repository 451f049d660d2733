// Package fakemanila gives each Go test its own fake of OpenStack Manila, the Shared File Systems API. The fake can also
// fail on request.
//
//	func TestProvision(t *testing.T) {
//		m := fakemanila.New(t,
//			fakemanila.WithManualClock(),
//			fakemanila.WithDelays(fakemanila.DelaysByOperation{"shares.create": fakemanila.Fixed(30 * time.Second)}),
//			fakemanila.WithFault(fakemanila.Preset("lb-502"), fakemanila.Times(1), fakemanila.MustFire()))
//		share, err := provision(m.AuthOptions("demo")) // your client
//		…
//		m.Requests.AssertCount(t, fakemanila.Filter{Operation: "shares.create"}, 2)
//	}
//
// # The server
//
// The first New of a test binary runs the command fakemanila serve (pip install fakemanila) on a free port. Set the
// variable FAKEMANILA_COMMAND to run another command, such as "python3 -m fakemanila". If FAKEMANILA_URL is set, the
// tests use the server at that URL, with the control token in FAKEMANILA_CONTROL_TOKEN. The server ends with the test
// binary, even if the binary panics or is killed.
//
// Each test has its own world, so tests may call t.Parallel. Start and Attach are for programs other than tests.
//
// # Time
//
// Each world has its own clock. It runs in real time unless you pass WithManualClock; Clock.Advance moves it. The
// contexts that methods take limit the real time of a call, not the time of the world.
package fakemanila
