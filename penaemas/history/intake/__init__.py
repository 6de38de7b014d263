"""How records come in: the exporter's interface, what is accepted of a batch, and the thread that writes it."""
