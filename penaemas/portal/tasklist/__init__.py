"""The officers' tasks: the list, one task with its form, and what can be done with several at once."""
