package fakemanila

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/fakemanila/fakemanila/clients/go/control"
)

// shown is how many of the newest requests a report lists.
const shown = 20

// Report returns a readable summary of the world: its time, the newest requests, the transitions in progress and the
// fault rules. A test that fails logs it.
func (m *Manila) Report(ctx context.Context) (string, error) {
	clock, err := m.Clock.Show(ctx)
	if err != nil {
		return "", err
	}
	lines := []string{fmt.Sprintf("world %s at %s (%s clock)", m.Name, clock.Now, clock.Mode)}
	found, err := m.Control.RequestsList(ctx, &Filter{Limit: shown})
	if err != nil {
		return "", err
	}
	lines = append(lines, "requests: "+strconv.Itoa(found.Total))
	for _, request := range found.Requests {
		lines = append(lines, "  "+requestLine(request))
		if request.Refusal != nil {
			if told, err := m.Requests.Explain(ctx, request.ID); err == nil && len(told.Explanation) > 0 {
				lines = append(lines, "    why: "+told.Explanation[0])
			}
		}
	}
	pending, err := m.Transitions.List(ctx)
	if err != nil {
		return "", err
	}
	for _, each := range pending {
		lines = append(lines, fmt.Sprintf("under way: %s of %s, %s %s", each.Operation, each.ResourceID, each.Outcome, each.Due))
	}
	rules, err := m.Faults.List(ctx)
	if err != nil {
		return "", err
	}
	for _, rule := range rules {
		lines = append(lines, fmt.Sprintf("fault %s: matched %d, fired %d", label(rule), rule.Matched, rule.Fired))
	}
	return strings.Join(lines, "\n"), nil
}

// neverFired describes the rules that must fire but didn't.
func (m *Manila) neverFired(ctx context.Context) ([]string, error) {
	rules, err := m.Faults.List(ctx)
	var lines []string
	for _, rule := range rules {
		if rule.MustFire && rule.Fired == 0 {
			matched, _ := json.Marshal(rule.Match)
			lines = append(lines, fmt.Sprintf("the fault %s must fire, and never did; it matched %d requests with %s",
				label(rule), rule.Matched, matched))
		}
	}
	return lines, err
}

func label(rule control.Fault) string {
	for _, name := range []string{rule.Name, rule.Preset, rule.ID} {
		if name != "" {
			return strconv.Quote(name)
		}
	}
	return "without a name"
}

// requestLine is a request on one line: time, method, path, status, operation, who, faults, body.
func requestLine(request control.Request) string {
	status := "no answer"
	if request.Status != 0 {
		status = strconv.Itoa(request.Status)
	}
	operation := request.Operation
	if operation == "" {
		operation = "(" + string(request.Mark) + ")"
	}
	who := cmp.Or(request.UserName, "-")
	if request.ProjectName != "" {
		who += "@" + request.ProjectName
	}
	parts := []string{request.Time, request.Method, request.Path, "->", status, operation, who}
	for _, fault := range request.Faults {
		parts = append(parts, "fault="+strconv.Quote(fault))
	}
	login := request.Operation == "identity.tokens.create" && request.Status == 201
	if body, err := json.Marshal(request.Request.Body); err == nil && request.Request.Body != nil && !login {
		text := []rune(string(body))
		if len(text) > 160 {
			text = append(text[:159], '…')
		}
		parts = append(parts, string(text))
	}
	return strings.Join(parts, " ")
}
