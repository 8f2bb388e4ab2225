"""Invented organisations and figures, all marked 演示; they exist only in the private database."""
