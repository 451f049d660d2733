module fakemanila-example-gophercloud

go 1.25.0

require (
	github.com/fakemanila/fakemanila/clients/go v0.0.0
	github.com/gophercloud/gophercloud/v2 v2.14.0
)

replace github.com/fakemanila/fakemanila/clients/go => ../../clients/go
