"""Is the tax object (PBB-P2) known, whose is it, and is the tax paid?"""
