"""Nova: servers, as far as shares are attached to them."""
