// Package control is a client for the control plane of fakemanila. It has a method for each operation except the event
// stream.
//
// The types and methods are generated from GET /_fakemanila/control.json. A null in JSON becomes the zero value in Go.
// Tests usually use package fakemanila, in the parent directory, which is easier to use.
package control

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// longest is the time limit of a call. It is longer than the minute that a call may wait on the server.
const longest = 75 * time.Second

// Client calls the control plane of one world. It is safe for concurrent use by multiple goroutines.
type Client struct {
	base  string
	token string
	http  *http.Client
}

// Option configures a Client.
type Option func(*Client) error

// WithToken sets the control token. A server that listens on other addresses than loopback requires one.
func WithToken(token string) Option {
	return func(c *Client) error {
		c.token = token
		return nil
	}
}

// WithCACert trusts the certificates in a PEM file, for a server with HTTPS. If file is empty, it does nothing.
func WithCACert(file string) Option {
	return func(c *Client) error {
		if file == "" {
			return nil
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(content) {
			return fmt.Errorf("%s contains no certificate", file)
		}
		c.http.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: pool}
		return nil
	}
}

// New returns a client for the world at the given URL: http://127.0.0.1:8786 for the default world, or
// http://127.0.0.1:8786/worlds/NAME for another one. It sends no request.
func New(base string, options ...Option) (*Client, error) {
	parsed, err := url.Parse(base)
	if err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return nil, fmt.Errorf("fakemanila: %q is not the URL of a server", base)
	}
	// A connection per call leaves no goroutine behind. The transport doesn't use proxies.
	client := &Client{
		base: strings.TrimRight(base, "/"),
		http: &http.Client{Timeout: longest, Transport: &http.Transport{DisableKeepAlives: true}},
	}
	for _, option := range options {
		if err := option(client); err != nil {
			return nil, fmt.Errorf("fakemanila: %w", err)
		}
	}
	return client, nil
}

// World returns a client for another world of the same server. An empty name means the default world.
func (c *Client) World(name string) *Client {
	other := *c
	other.base, _, _ = strings.Cut(c.base, "/worlds/")
	if name != "" {
		other.base += "/worlds/" + url.PathEscape(name)
	}
	return &other
}

// URL returns the address of the world.
func (c *Client) URL() string {
	return c.base
}

// Error is returned if the control plane rejects a call or doesn't answer.
type Error struct {
	// Operation is the operationId of the call, such as faults.create.
	Operation string
	// Status is the HTTP status, or 0 if there was no answer.
	Status int
	// Message is the error message. If a field is wrong, it names the field, its value and the valid values.
	Message string
	// Body is the body of the answer. With status 408 it contains the state when the wait timed out.
	Body []byte

	err error
}

func (e *Error) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("fakemanila: %s: %s", e.Operation, e.Message)
	}
	return fmt.Sprintf("fakemanila: %s: %s (%d)", e.Operation, e.Message, e.Status)
}

// Unwrap returns the cause if there was no answer, such as context.DeadlineExceeded.
func (e *Error) Unwrap() error {
	return e.err
}

// Call sends a request to the given path below /_fakemanila. If in is not nil, it is the body, sent as JSON. Call
// decodes a JSON answer into out. If out is a *string, it stores the answer as text; if out is nil, it ignores the
// answer. If the status is not 2xx, or there is no answer, it returns an *Error.
func (c *Client) Call(ctx context.Context, operation, method, path string, query url.Values, in, out any) error {
	failed := func(err error) error {
		return &Error{Operation: operation, Message: err.Error(), err: err}
	}
	var body io.Reader
	if !empty(in) {
		encoded, err := json.Marshal(in)
		if err != nil {
			return failed(err)
		}
		body = bytes.NewReader(encoded)
	}
	address := c.base + "/_fakemanila" + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return failed(err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("X-Fakemanila-Token", c.token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return failed(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return failed(err)
	}
	if response.StatusCode/100 != 2 {
		return refused(operation, response.StatusCode, address, answer)
	}
	switch out := out.(type) {
	case nil:
		return nil
	case *string:
		*out = string(answer)
		return nil
	default:
		if err := json.Unmarshal(answer, out); err != nil {
			return failed(fmt.Errorf("unexpected answer from %s, is it a fakemanila server? %w", address, err))
		}
		return nil
	}
}

// empty reports whether there is no body. Methods with an optional body pass a nil of its type.
func empty(in any) bool {
	switch in := in.(type) {
	case nil:
		return true
	case *Fork:
		return in == nil
	case Scenario:
		return in == nil
	}
	return false
}

func refused(operation string, status int, address string, answer []byte) error {
	var told struct {
		Error string `json:"error"`
	}
	if err := json.Unmarshal(answer, &told); err != nil || told.Error == "" {
		told.Error = "unexpected answer from " + address + ", is it a fakemanila server?"
	}
	return &Error{Operation: operation, Status: status, Message: told.Error, Body: answer}
}

// IsStatus reports whether err is an *Error with the given status, such as 404, or 408 if a wait timed out.
func IsStatus(err error, status int) bool {
	var told *Error
	return errors.As(err, &told) && told.Status == status
}
