"""The case files of PBG MBR 3 Jam: one module per part of a case, each step one transaction.

Like every repository here, a step that is asked again returns what it did the first time.
"""
