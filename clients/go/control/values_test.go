package control

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestDurationIsReadInEveryForm(t *testing.T) {
	for text, want := range map[string]time.Duration{
		`2`: 2 * time.Second, `0.25`: 250 * time.Millisecond, `"250ms"`: 250 * time.Millisecond, `"5m"`: 5 * time.Minute,
		`"1h"`: time.Hour, `"1.5d"`: 36 * time.Hour, `"3"`: 3 * time.Second, `"2 s"`: 2 * time.Second,
	} {
		var got Duration
		if err := json.Unmarshal([]byte(text), &got); err != nil || time.Duration(got) != want {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{`"soon"`, `true`, `[]`} {
		if err := json.Unmarshal([]byte(text), new(Duration)); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}

func TestDelayIsWrittenAsItIsRead(t *testing.T) {
	for _, text := range []string{
		`90`, `{"uniform":[1,3]}`, `{"lognormal":{"median":2,"sigma":0.5}}`, `{"reads":3}`,
	} {
		var delay Delay
		if err := json.Unmarshal([]byte(text), &delay); err != nil {
			t.Fatal(err)
		}
		if written, err := json.Marshal(delay); err != nil || string(written) != text {
			t.Errorf("%s became %s, %v", text, written, err)
		}
	}
}

func TestOnePatternIsATextAndSeveralAreAList(t *testing.T) {
	for _, text := range []string{`"shares.*"`, `["shares.create","shares.delete"]`} {
		var patterns Patterns
		if err := json.Unmarshal([]byte(text), &patterns); err != nil {
			t.Fatal(err)
		}
		if written, err := json.Marshal(patterns); err != nil || string(written) != text {
			t.Errorf("%s became %s, %v", text, written, err)
		}
	}
}

func TestStrangerIsNotTakenForAFakemanila(t *testing.T) {
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/_fakemanila/clock" {
			w.Write([]byte("<html>hello</html>"))
			return
		}
		http.NotFound(w, r)
	}))
	defer stranger.Close()
	client, err := New(stranger.URL)
	if err != nil {
		t.Fatal(err)
	}
	var told *Error
	if _, err := client.ClockShow(t.Context()); !errors.As(err, &told) || told.Status != 0 {
		t.Errorf("it says %v", err)
	}
	if _, err := client.HealthShow(t.Context()); !IsStatus(err, 404) {
		t.Errorf("it says %v", err)
	}
	stranger.Close()
	if _, err := client.HealthShow(t.Context()); !errors.As(err, &told) || told.Status != 0 || told.Operation != "health.show" {
		t.Errorf("it says %v", err)
	}
}

func TestURLThatIsNoneIsRefused(t *testing.T) {
	for _, url := range []string{"", "127.0.0.1:8786", "ftp://127.0.0.1", "http://"} {
		if _, err := New(url); err == nil {
			t.Errorf("%q was taken", url)
		}
	}
}

func TestPathsAndQueriesAreEscaped(t *testing.T) {
	var asked string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + r.RequestURI + " " + r.Header.Get("X-Fakemanila-Token")
		w.Write([]byte(`{"requests": [], "total": 0}`))
	}))
	defer server.Close()
	client, err := New(server.URL+"/", WithToken("s3cret"))
	if err != nil {
		t.Fatal(err)
	}
	if err := client.World("a").FaultsDelete(t.Context(), "a/b c"); err != nil {
		t.Fatal(err)
	}
	if want := "DELETE /worlds/a/_fakemanila/faults/a%2Fb%20c s3cret"; asked != want {
		t.Errorf("asked for %s, not %s", asked, want)
	}
	if _, err := client.RequestsList(t.Context(), &RequestsListParams{Status: "4xx", Path: "/v2/a b", Limit: 2}); err != nil {
		t.Fatal(err)
	}
	if want := "GET /_fakemanila/requests?limit=2&path=%2Fv2%2Fa+b&status=4xx s3cret"; asked != want {
		t.Errorf("asked for %s, not %s", asked, want)
	}
}
