"""Does the land belong to whom the application says?"""
