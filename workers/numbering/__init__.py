"""Numbers of the register."""
