"""Electronic signatures: the port, the office's own authority, and how a signed paper is checked."""
