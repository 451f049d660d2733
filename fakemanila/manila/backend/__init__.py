"""What stands behind the API: backends, pools, and where shares are placed."""
