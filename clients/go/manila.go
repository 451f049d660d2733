package fakemanila

import (
	"context"
	"net/url"
	"os"
	"strings"

	"github.com/fakemanila/fakemanila/clients/go/control"
)

// Password is that of all built-in users.
const Password = "secret"

// Error is what a call of the control plane returns that was refused, or that nobody answered.
type Error = control.Error

// Manila is one world of a server: a cloud of its own, with its own users, records, clock, faults and journal.
type Manila struct {
	// URL is where the world is: http://127.0.0.1:40123/worlds/NAME. Shares are below it, at /v2/shares.
	URL string
	// AuthURL is the address that clients log in at.
	AuthURL string
	// Name is the world's.
	Name string
	// CACert is the file of the authority that clients have to trust, for a server with HTTPS.
	CACert string

	// Control has every call of the control plane; the fields below are more comfortable.
	Control *control.Client

	Clock       *Clock
	Delays      *Delays
	Faults      *Faults
	Requests    *Requests
	Transitions *Transitions
	Records     *Records
	Paused      *Paused
	Checkpoints *Checkpoints
}

func newManila(client *control.Client, cacert string) *Manila {
	base := client.URL()
	_, name, found := strings.Cut(base, "/worlds/")
	if unescaped, err := url.PathUnescape(name); found && err == nil {
		name = unescaped
	}
	if !found {
		name = "default"
	}
	return &Manila{
		URL:         base,
		AuthURL:     base + "/identity/v3",
		Name:        name,
		CACert:      cacert,
		Control:     client,
		Clock:       &Clock{client},
		Delays:      &Delays{client},
		Faults:      &Faults{client},
		Requests:    &Requests{client},
		Transitions: &Transitions{client},
		Records:     &Records{client},
		Paused:      &Paused{client},
		Checkpoints: &Checkpoints{client},
	}
}

// Create puts a resource into the world, as a scenario would: m.Create(ctx, "share", fakemanila.Fields{"name": "db",
// "size": 5}). The kinds and their fields are those of scenario files.
func (m *Manila) Create(ctx context.Context, kind string, fields Fields) (*control.Resource, error) {
	resource := Fields{"kind": kind}
	for name, value := range fields {
		resource[name] = value
	}
	made, err := m.Control.ScenarioApply(ctx, control.Scenario{"resources": []Fields{resource}})
	if err != nil {
		return nil, err
	}
	return &made.Resources[0], nil
}

// Fields are what a resource or a scenario has, as JSON has it.
type Fields map[string]any

// Reset puts the world back to what it started from: records, clock, faults, journal, users, seed.
func (m *Manila) Reset(ctx context.Context) error {
	_, err := m.Control.WorldReset(ctx, nil)
	return err
}

// AuthOptions are what a client needs to log in. The fields have the names of gophercloud.AuthOptions, and Region is
// that of gophercloud.EndpointOpts.
type AuthOptions struct {
	IdentityEndpoint string
	Username         string
	Password         string
	DomainID         string
	TenantName       string
	Region           string
}

// projects are where the built-in users work.
var projects = map[string]string{
	"admin":           "admin",
	"demo":            "demo",
	"demo_manager":    "demo",
	"demo_reader":     "demo",
	"demo_admin":      "demo",
	"alt_demo":        "alt_demo",
	"alt_demo_reader": "alt_demo",
}

// AuthOptions returns the login of a user, demo where the name is empty. A user that a scenario has made is taken to
// work in a project of the same name: set TenantName where it is another one.
func (m *Manila) AuthOptions(user string) AuthOptions {
	if user == "" {
		user = "demo"
	}
	project, found := projects[user]
	if !found {
		project = user
	}
	return AuthOptions{
		IdentityEndpoint: m.AuthURL,
		Username:         user,
		Password:         Password,
		DomainID:         "default",
		TenantName:       project,
		Region:           "RegionOne",
	}
}

// Env returns the environment of a program that is to reach this world and no other cloud: what this process has,
// without its OS_ variables, and with those of a user's login. It is for the field Env of an exec.Cmd.
func (m *Manila) Env(user string) []string {
	var kept []string
	passedBy := ""
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		switch {
		case strings.HasPrefix(name, "OS_"), name == "FAKEMANILA_URL":
		case strings.EqualFold(name, "no_proxy"):
			passedBy = "," + value
		default:
			kept = append(kept, variable)
		}
	}
	login := m.AuthOptions(user)
	direct := "127.0.0.1,localhost" + passedBy
	if parsed, err := url.Parse(m.URL); err == nil && parsed.Hostname() != "127.0.0.1" {
		direct = parsed.Hostname() + "," + direct
	}
	kept = append(kept,
		"OS_AUTH_URL="+login.IdentityEndpoint,
		"OS_AUTH_TYPE=password",
		"OS_IDENTITY_API_VERSION=3",
		"OS_USERNAME="+login.Username,
		"OS_PASSWORD="+login.Password,
		"OS_PROJECT_NAME="+login.TenantName,
		"OS_USER_DOMAIN_ID="+login.DomainID,
		"OS_PROJECT_DOMAIN_ID="+login.DomainID,
		"OS_REGION_NAME="+login.Region,
		"FAKEMANILA_URL="+m.URL,
		"no_proxy="+direct,
		"NO_PROXY="+direct,
	)
	if m.CACert != "" {
		kept = append(kept, "OS_CACERT="+m.CACert)
	}
	return kept
}
