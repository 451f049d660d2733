package fakemanila

import (
	"context"
	"net/url"
	"os"
	"strings"

	"github.com/fakemanila/fakemanila/clients/go/control"
)

// Password is the password of all built-in users.
const Password = "secret"

// Error is returned if the control plane rejects a call or doesn't answer.
type Error = control.Error

// Manila is one world of a server. Each world is a separate cloud with its own users, records, clock, faults and
// journal.
type Manila struct {
	// URL is the address of the world, such as http://127.0.0.1:40123/worlds/NAME. The shares are at URL + "/v2/shares".
	URL string
	// AuthURL is the address of Keystone, where clients log in.
	AuthURL string
	// Name is the name of the world.
	Name string
	// CACert is the file of the CA certificate that clients must trust if the server uses HTTPS.
	CACert string

	// Control has all operations of the control plane. The fields below are easier to use.
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

// Create adds a resource to the world. Kinds and fields are the same as in scenario files:
//
//	m.Create(ctx, "share", fakemanila.Fields{"name": "db", "size": 5})
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

// Fields are the fields of a JSON object, such as a resource or a scenario.
type Fields map[string]any

// Reset restores the initial state of the world: its records, clock, faults, journal, users and seed.
func (m *Manila) Reset(ctx context.Context) error {
	_, err := m.Control.WorldReset(ctx, nil)
	return err
}

// AuthOptions contains what a client needs to log in. The fields have the same names as in gophercloud.AuthOptions;
// Region is the field of gophercloud.EndpointOpts.
type AuthOptions struct {
	IdentityEndpoint string
	Username         string
	Password         string
	DomainID         string
	TenantName       string
	Region           string
}

// projects maps the built-in users to their projects.
var projects = map[string]string{
	"admin":           "admin",
	"demo":            "demo",
	"demo_manager":    "demo",
	"demo_reader":     "demo",
	"demo_admin":      "demo",
	"alt_demo":        "alt_demo",
	"alt_demo_reader": "alt_demo",
}

// AuthOptions returns the login of a user. An empty name means demo. For a user from a scenario, TenantName is the name
// of the user; change it if the project has another name.
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

// Env returns the environment for a program that works with this world, for the field Env of an exec.Cmd. It is the
// environment of this process, but all OS_ variables are replaced by the login of the user, and the host of the server
// is added to NO_PROXY.
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
