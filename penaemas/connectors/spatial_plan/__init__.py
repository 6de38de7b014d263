"""Does the regional spatial plan (RTR, KKPR) allow this use in this place?"""
