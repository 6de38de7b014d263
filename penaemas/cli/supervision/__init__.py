"""One office on one machine: its data folder, its ports, and its tree of processes."""
