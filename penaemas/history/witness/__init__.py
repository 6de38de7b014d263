"""A stand-alone co-signer for an inspectorate or a partner region: C2SP tlog-witness and tlog-cosignature.

It holds, of each log that it follows, the newest checkpoint it has seen, and signs only what continues it. So nothing
before a checkpoint that it has signed can be changed, left out or added unseen.
"""
