package fakemanila_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"

	fakemanila "github.com/fakemanila/fakemanila/clients/go"
)

var ctx = context.Background()

// manila is a client of the Manila API, as a user of this module would have one.
type manila struct {
	url, token string
	http       *http.Client
}

type share struct {
	ID, Name, Status string
	Size             int
}

// login logs a user in, and ends the test if that fails.
func login(t testing.TB, m *fakemanila.Manila, user string) *manila {
	t.Helper()
	c, err := logIn(m, user)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func logIn(m *fakemanila.Manila, user string) (*manila, error) {
	c := &manila{url: m.URL, http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	a := m.AuthOptions(user)
	domain := map[string]any{"id": a.DomainID}
	body := map[string]any{"auth": map[string]any{
		"identity": map[string]any{
			"methods": []string{"password"},
			"password": map[string]any{
				"user": map[string]any{"name": a.Username, "domain": domain, "password": a.Password},
			},
		},
		"scope": map[string]any{"project": map[string]any{"name": a.TenantName, "domain": domain}},
	}}
	response, err := c.send("POST", a.IdentityEndpoint+"/auth/tokens", body, nil)
	if err != nil {
		return nil, err
	}
	c.token = response.Header.Get("X-Subject-Token")
	return c, nil
}

func (c *manila) create(name string) (share, error) {
	var made struct{ Share share }
	body := map[string]any{"share": map[string]any{"name": name, "size": 1, "share_proto": "NFS"}}
	_, err := c.send("POST", c.url+"/v2/shares", body, &made)
	return made.Share, err
}

func (c *manila) get(id string) (share, error) {
	var found struct{ Share share }
	_, err := c.send("GET", c.url+"/v2/shares/"+id, nil, &found)
	return found.Share, err
}

func (c *manila) list(name string) ([]share, error) {
	var found struct{ Shares []share }
	_, err := c.send("GET", c.url+"/v2/shares/detail?name="+name, nil, &found)
	return found.Shares, err
}

func (c *manila) snapshot(id string) error {
	body := map[string]any{"snapshot": map[string]any{"share_id": id}}
	_, err := c.send("POST", c.url+"/v2/snapshots", body, nil)
	return err
}

// status is the error for an answer that is not a success.
type status int

func (s status) Error() string { return fmt.Sprintf("status %d", int(s)) }

func (c *manila) send(method, url string, body, answer any) (*http.Response, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequest(method, url, content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-OpenStack-Manila-API-Version", "2.65")
	if c.token != "" {
		request.Header.Set("X-Auth-Token", c.token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		return nil, status(response.StatusCode)
	}
	if answer != nil {
		err = json.NewDecoder(response.Body).Decode(answer)
	}
	return response, err
}
