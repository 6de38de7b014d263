"""What ./pena calls, one module per subcommand."""
