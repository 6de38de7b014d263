"""The legal clock of a case: the service window opens and closes, and ladders ask what to do next."""
