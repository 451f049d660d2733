package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// microversion is the microversion of all requests except AccessRules.
const microversion = "2.37"

// Login contains the credentials of a user.
type Login struct {
	AuthURL, User, Password, Domain, Project, Region string
}

// Manila is a client for the part of the Manila API that a CSI driver needs.
type Manila struct {
	endpoint, token string
	http            *http.Client
}

// StatusError is returned if Manila answers with an error status.
type StatusError struct {
	Status int
	Body   string
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("manila answered %d: %s", e.Status, e.Body)
}

func isStatus(err error, status int) bool {
	var answered *StatusError
	return errors.As(err, &answered) && answered.Status == status
}

type object = map[string]any

// Connect logs in and finds the Manila endpoint in the service catalog.
func Connect(ctx context.Context, login Login, client *http.Client) (*Manila, error) {
	m := &Manila{http: client}
	domain := object{"id": login.Domain}
	body := object{"auth": object{
		"identity": object{
			"methods":  []string{"password"},
			"password": object{"user": object{"name": login.User, "domain": domain, "password": login.Password}},
		},
		"scope": object{"project": object{"name": login.Project, "domain": domain}},
	}}
	var answer struct {
		Token struct {
			Catalog []struct {
				Type      string
				Endpoints []struct{ Interface, Region, URL string }
			}
		}
	}
	header, err := m.send(ctx, "POST", login.AuthURL+"/auth/tokens", "", body, &answer)
	if err != nil {
		return nil, fmt.Errorf("log in: %w", err)
	}
	m.token = header.Get("X-Subject-Token")
	for _, service := range answer.Token.Catalog {
		for _, endpoint := range service.Endpoints {
			if service.Type == "sharev2" && endpoint.Interface == "public" && endpoint.Region == login.Region {
				m.endpoint = endpoint.URL
				return m, nil
			}
		}
	}
	return nil, errors.New("no public endpoint of type sharev2 in the catalog")
}

// Share contains the fields of a share that the driver uses.
type Share struct {
	ID, Name, Status string
	Size             int
	ShareProto       string `json:"share_proto"`
}

// ShareByName returns the share with the given name, or nil if there is none. It returns an error if several shares
// have the name.
func (m *Manila) ShareByName(ctx context.Context, name string) (*Share, error) {
	var found struct{ Shares []Share }
	if err := m.call(ctx, "GET", "/shares/detail?name="+url.QueryEscape(name), nil, &found); err != nil {
		return nil, err
	}
	switch len(found.Shares) {
	case 0:
		return nil, nil
	case 1:
		return &found.Shares[0], nil
	}
	return nil, fmt.Errorf("%d shares are named %s", len(found.Shares), name)
}

// ShareByID returns the share with the given id.
func (m *Manila) ShareByID(ctx context.Context, id string) (*Share, error) {
	var found struct{ Share Share }
	err := m.call(ctx, "GET", "/shares/"+id, nil, &found)
	return &found.Share, err
}

// CreateShare creates a share. The size is in GiB.
func (m *Manila) CreateShare(ctx context.Context, name, protocol string, size int) (*Share, error) {
	var made struct{ Share Share }
	body := object{"share": object{"name": name, "size": size, "share_proto": protocol}}
	err := m.call(ctx, "POST", "/shares", body, &made)
	return &made.Share, err
}

// DeleteShare deletes a share.
func (m *Manila) DeleteShare(ctx context.Context, id string) error {
	return m.call(ctx, "DELETE", "/shares/"+id, nil, nil)
}

// LastMessage returns the newest user message about a resource.
func (m *Manila) LastMessage(ctx context.Context, id string) (string, error) {
	var found struct {
		Messages []struct {
			UserMessage string `json:"user_message"`
		}
	}
	query := url.Values{"resource_id": {id}, "sort_key": {"created_at"}, "sort_dir": {"desc"}, "limit": {"1"}}
	if err := m.call(ctx, "GET", "/messages?"+query.Encode(), nil, &found); err != nil {
		return "", err
	}
	if len(found.Messages) == 0 {
		return "no message", nil
	}
	return found.Messages[0].UserMessage, nil
}

// AccessRule lets a client mount a share.
type AccessRule struct {
	ID, State   string
	AccessTo    string `json:"access_to"`
	AccessType  string `json:"access_type"`
	AccessLevel string `json:"access_level"`
}

// AccessRules returns the access rules of a share. The request needs microversion 2.45.
func (m *Manila) AccessRules(ctx context.Context, share string) ([]AccessRule, error) {
	var found struct {
		Rules []AccessRule `json:"access_list"`
	}
	_, err := m.send(ctx, "GET", m.endpoint+"/share-access-rules?share_id="+share, "2.45", nil, &found)
	return found.Rules, err
}

// Grant gives a client address read-write access to a share.
func (m *Manila) Grant(ctx context.Context, share, client string) (*AccessRule, error) {
	var made struct{ Access AccessRule }
	body := object{"allow_access": object{"access_type": "ip", "access_level": "rw", "access_to": client}}
	err := m.call(ctx, "POST", "/shares/"+share+"/action", body, &made)
	return &made.Access, err
}

// ExportLocation is a path to mount a share from.
type ExportLocation struct {
	Path      string
	Preferred bool
	AdminOnly bool `json:"is_admin_only"`
}

// ExportLocations returns the export locations of a share.
func (m *Manila) ExportLocations(ctx context.Context, share string) ([]ExportLocation, error) {
	var found struct {
		Locations []ExportLocation `json:"export_locations"`
	}
	err := m.call(ctx, "GET", "/shares/"+share+"/export_locations", nil, &found)
	return found.Locations, err
}

func (m *Manila) call(ctx context.Context, method, path string, body, answer any) error {
	_, err := m.send(ctx, method, m.endpoint+path, microversion, body, answer)
	return err
}

func (m *Manila) send(ctx context.Context, method, url, version string, body, answer any) (http.Header, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, url, content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if version != "" {
		request.Header.Set("X-Auth-Token", m.token)
		request.Header.Set("X-OpenStack-Manila-API-Version", version)
	}
	response, err := m.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= 300 {
		return nil, &StatusError{response.StatusCode, string(text)}
	}
	if answer != nil {
		err = json.Unmarshal(text, answer)
	}
	return response.Header, err
}
