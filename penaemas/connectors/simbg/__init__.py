"""Does SIMBG know this registration, and this permit number?"""
