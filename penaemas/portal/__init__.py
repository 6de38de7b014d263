"""What people see, rendered on the server."""
