"""Permits are signed here, by their signer: read, passphrase typed, signed, the task completed, in one request."""
