"""Acting for somebody who is away, by decree."""
