// Package control is a client of fakemanila's control plane, one method for each of its operations but the
// stream of events.
//
// Its types and methods are generated from GET /_fakemanila/control.json. What is null there is empty here: "", 0, nil.
// Package fakemanila, one folder up, is more comfortable in tests.
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

// longest is a little more than the minute that a call may wait.
const longest = 75 * time.Second

// Client asks about one world of a server. It may be used by several goroutines at once.
type Client struct {
	base  string
	token string
	http  *http.Client
}

// Option changes how a Client reaches its server.
type Option func(*Client) error

// WithToken sends a control token, as a server on anything but loopback wants to see it.
func WithToken(token string) Option {
	return func(c *Client) error {
		c.token = token
		return nil
	}
}

// WithCACert trusts the certificates in a PEM file, for a server with HTTPS. An empty name changes nothing.
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
			return fmt.Errorf("%s has no certificate in it", file)
		}
		c.http.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: pool}
		return nil
	}
}

// New returns a client of the world that a URL is about: http://127.0.0.1:8786 for the world default,
// http://127.0.0.1:8786/worlds/NAME for another one. It asks nothing yet.
func New(base string, options ...Option) (*Client, error) {
	parsed, err := url.Parse(base)
	if err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return nil, fmt.Errorf("fakemanila: %q is not the URL of a server", base)
	}
	// One connection for each call leaves no goroutine behind. Proxies are passed by.
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

// World returns a client of another world of the same server; "" is the world default.
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

// Error says that a call was refused, or that nobody answered.
type Error struct {
	// Operation is the call's operationId, such as faults.create.
	Operation string
	// Status is that of the answer; 0 where there was none.
	Status int
	// Message is what the control plane said: the field, its value, and what would be right.
	Message string
	// Body is the whole answer: one of status 408 has in it what was seen instead.
	Body []byte

	err error
}

func (e *Error) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("fakemanila: %s: %s", e.Operation, e.Message)
	}
	return fmt.Sprintf("fakemanila: %s: %s (%d)", e.Operation, e.Message, e.Status)
}

// Unwrap gives what went wrong where nobody answered, such as context.DeadlineExceeded.
func (e *Error) Unwrap() error {
	return e.err
}

// Call sends one call by its path below /_fakemanila. Out is a pointer to what JSON is read into, or to a string for
// an answer of text; nil drops the answer. It returns an *Error for anything but success.
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
			return failed(fmt.Errorf("%s answers, but not as a fakemanila: %w", address, err))
		}
		return nil
	}
}

// empty says whether there is no body: the methods that may be called without one get a nil of their own type.
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
		told.Error = address + " answered as no fakemanila does"
	}
	return &Error{Operation: operation, Status: status, Message: told.Error, Body: answer}
}

// IsStatus says whether an error is an answer of the control plane with this status: 404, or 408 for a wait in vain.
func IsStatus(err error, status int) bool {
	var told *Error
	return errors.As(err, &told) && told.Status == status
}
