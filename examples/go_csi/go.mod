module fakemanila-example-csi

go 1.24

require github.com/fakemanila/fakemanila/clients/go v0.0.0

replace github.com/fakemanila/fakemanila/clients/go => ../../clients/go
