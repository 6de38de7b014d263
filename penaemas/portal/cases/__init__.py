"""A case: everything about it on one page, its documents and papers, and the diagram it runs on."""
