"""Ask the REST interface as its users do."""

from typing import Any

from django.test import Client

BASE = "/api/v1"


def ask(address: str, key: str | None = None, *, method: str = "get", **parameters: Any) -> Any:
    """Send a request with a token, or without one."""
    headers = {"Authorization": f"Token {key}"} if key else {}
    return getattr(Client(), method)(f"{BASE}/{address}", parameters or None, headers=headers)


def rows(address: str, key: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return the rows of a list that answers 200."""
    answer = ask(address, key, **parameters)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["results"]
