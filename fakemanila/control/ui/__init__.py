"""The dashboard: the same worlds and the same buttons as the control plane's, for people with a browser."""
