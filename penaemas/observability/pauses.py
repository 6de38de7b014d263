"""Pauses that the language itself makes."""

import gc


def spare_what_lives_on() -> None:
    """Call it once, when a process has made what it needs as long as it lives.

    A full collection looks at every object that is alive: some 50 ms for the half million that imports leave behind, in
    which nobody is answered. What is there now is not looked at any more; what comes later is, as before.
    """
    gc.collect()
    gc.freeze()
