"""Is this business number (NIB) in force?"""
