"""Scoring as plain arithmetic: rubric, rules, sheets, ranks and digests, without Django.

Everything goes in and comes out as plain data (texts of decimals), so that a stored run is recomputed by the very
same call that made it.
"""

# Raised whenever a stored run would be computed or worded differently; every run keeps the version that made it.
ENGINE_VERSION = "1"
