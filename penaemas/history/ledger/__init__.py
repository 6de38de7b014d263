"""The ledger: one Merkle tree per partition and one for the portal's acts, as files that anybody can check.

Formats: RFC 6962 section 2.1; C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature, tlog-witness.
"""
