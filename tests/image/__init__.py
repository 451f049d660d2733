"""The container image, built by Buildah and run by runc: `make image`. As root, on Debian; no registry is asked."""
