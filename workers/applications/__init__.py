"""Applications for PBG MBR: opened, described in routing facts, compared with others, handed over."""
