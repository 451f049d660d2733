module fakemanila-example

go 1.18
