"""What applicants are told."""
