"""Stable codes in addresses."""


class CodeConverter:
    """The characters that codes are made of; any other address is unknown."""

    regex = r"[0-9A-Za-z][0-9A-Za-z._-]{0,119}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
