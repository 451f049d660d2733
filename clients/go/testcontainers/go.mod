module github.com/fakemanila/fakemanila/clients/go/testcontainers

go 1.25.0

require (
	github.com/fakemanila/fakemanila/clients/go v0.0.0
	github.com/testcontainers/testcontainers-go v0.44.0
)

replace github.com/fakemanila/fakemanila/clients/go => ..
