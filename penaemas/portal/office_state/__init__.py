"""The first page: is the office's system well, and what is going on in it."""
