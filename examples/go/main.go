// A client of Manila without an OpenStack library. It logs in, creates a share that takes half a minute, advances the
// fake's clock instead of waiting, and reads the share again.
//
//	FAKEMANILA_URL=http://127.0.0.1:8786 go run .
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

const microversion = "2.65"

var client = &http.Client{Timeout: 10 * time.Second}

// call sends JSON and reads JSON; it returns the headers of the response.
func call(method, url string, headers map[string]string, body, answer any) (http.Header, error) {
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
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s: %s: %s", method, url, response.Status, text)
	}
	if answer != nil {
		err = json.Unmarshal(text, answer)
	}
	return response.Header, err
}

type object = map[string]any

func login(base string) (string, error) {
	domain := object{"id": "default"}
	headers, err := call("POST", base+"/identity/v3/auth/tokens", nil, object{"auth": object{
		"identity": object{
			"methods":  []string{"password"},
			"password": object{"user": object{"name": "demo", "domain": domain, "password": "secret"}},
		},
		"scope": object{"project": object{"name": "demo", "domain": domain}},
	}}, nil)
	if err != nil {
		return "", err
	}
	return headers.Get("X-Subject-Token"), nil
}

func run(base string) error {
	control := base + "/_fakemanila"
	if _, err := call("PATCH", control+"/delays", nil, object{"shares.create": "30s"}, nil); err != nil {
		return err
	}
	token, err := login(base)
	if err != nil {
		return err
	}
	manila := map[string]string{"X-Auth-Token": token, "X-OpenStack-Manila-API-Version": microversion}

	var made, found struct {
		Share struct{ ID, Name, Status string }
	}
	share := object{"share": object{"share_proto": "NFS", "size": 1, "name": "from-go"}}
	if _, err := call("POST", base+"/v2/shares", manila, share, &made); err != nil {
		return err
	}
	fmt.Println(made.Share.Name, made.Share.Status)

	if _, err := call("POST", control+"/clock/advance", nil, object{"duration": "30s"}, nil); err != nil {
		return err
	}
	if _, err := call("GET", base+"/v2/shares/"+made.Share.ID, manila, nil, &found); err != nil {
		return err
	}
	fmt.Println(found.Share.Name, found.Share.Status)
	return nil
}

func main() {
	base := os.Getenv("FAKEMANILA_URL")
	if base == "" {
		base = "http://127.0.0.1:8786"
	}
	if err := run(base); err != nil {
		log.Fatal(err)
	}
}
