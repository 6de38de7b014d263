"""Is the applicant who they say they are?"""
