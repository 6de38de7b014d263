"""Checks of the ledger that share nothing with the code that writes it, so that a fault there cannot hide itself."""
