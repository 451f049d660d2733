"""What `make package` builds and checks. It runs these tests, in the environment of its tools; `make test` doesn't."""
