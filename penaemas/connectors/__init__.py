"""The only code that calls other systems: per system a port, a local and an HTTP implementation."""
