"""The only code that knows pyzeebe and gRPC."""
