"""Parts of addresses; what does not fit is a page that does not exist, with the same bytes as a hidden one."""

from django.urls import register_converter


class CodeConverter:
    """A record's code: CQ-0001, a credit code, rd_intensity-2025."""

    regex = "[0-9A-Za-z._-]{1,80}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class YearConverter:
    """A year of the portal's century."""

    regex = "20[0-9]{2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(CodeConverter, "code")
register_converter(YearConverter, "year")
