"""Is this person who they say they are?"""
