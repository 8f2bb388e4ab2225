"""Start, check and stop the portal and its private servers, with the standard library only.

`setup_portal` and `checks` are the two modules that need the virtual environment.
"""
