"""One folder per capability, one module per job type: path = job type."""
