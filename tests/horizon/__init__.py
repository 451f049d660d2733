"""The example of Horizon with manila-ui, in a real browser. Needs Horizon installed: `make horizon`."""
