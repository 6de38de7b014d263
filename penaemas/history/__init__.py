"""The facts: intake of every record of the engine, projections, queries. Writes the history database."""
