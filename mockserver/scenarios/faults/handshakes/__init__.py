"""TLS handshakes: what goes wrong before there is a request."""
