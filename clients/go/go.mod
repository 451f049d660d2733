module github.com/fakemanila/fakemanila/clients/go

go 1.24
