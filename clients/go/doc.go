// Package fakemanila gives Go tests a Manila of their own: a fake of OpenStack's Shared File Systems API that behaves,
// and that misbehaves on request.
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
// The first New of a test binary starts one, the command fakemanila serve (pip install fakemanila), on a free port.
// The words of the variable FAKEMANILA_COMMAND take its place: "python3 -m fakemanila". Where FAKEMANILA_URL is set, the
// server there is used, with the control token FAKEMANILA_CONTROL_TOKEN. The server ends with the test binary, also
// where that panics or is killed.
//
// Every test has a world of its own, so tests may call t.Parallel. Start and Attach are for programs that are no tests.
//
// # Time
//
// Every call takes a context, which bounds how long it may take in real time. The world's time is another thing: it runs
// with the real one unless WithManualClock is given, and Clock moves it.
package fakemanila
