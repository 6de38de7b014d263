"""What is personal or must happen once: case files, outbox, acts. Writes the office database."""
