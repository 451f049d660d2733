package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// main creates the volume that the argument names. It logs in with the OS_ environment variables:
//
//	eval "$(fakemanila env)"; go run . pvc-1
func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run . NAME")
	}
	ctx := context.Background()
	manila, err := Connect(ctx, Login{
		AuthURL:  os.Getenv("OS_AUTH_URL"),
		User:     os.Getenv("OS_USERNAME"),
		Password: os.Getenv("OS_PASSWORD"),
		Project:  os.Getenv("OS_PROJECT_NAME"),
		Domain:   cmp.Or(os.Getenv("OS_USER_DOMAIN_ID"), "default"),
		Region:   cmp.Or(os.Getenv("OS_REGION_NAME"), "RegionOne"),
	}, &http.Client{Timeout: time.Minute})
	if err != nil {
		log.Fatal(err)
	}
	driver := &Driver{Manila: manila, Sleep: sleep}
	volume, err := driver.Create(ctx, Request{Name: os.Args[1], SizeGiB: 1, Clients: []string{"10.0.0.0/24"}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("mount -t nfs %s:%s\n", volume.Server, volume.Path)
}
