"""Pages and a page of JSON, asked through the whole stack in this process."""

from collections.abc import Sequence

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.table import percentile, seconds_of
from bench.world import YEAR, make_officer
from indicators.models import FilingRound

TRIVIAL = "/bench/page/"
JSON_PAGE, STOCK_JSON_PAGE = "/api/v1/values/?page_size=1000", "/bench/values/"


def pages() -> dict[str, str]:
    """Return the addresses of lists and dashboards by name."""
    filing_round = FilingRound.objects.get(year=YEAR)
    return {
        "complexes": "/complexes/",
        "units": "/units/",
        "filings": f"/indicators/filings/?filing_round={filing_round.code}",
        "progress": f"/progress/?plan=cq-complex-2024-2027&year={YEAR}",
        "home": "/",
    }


def signed_in() -> Client:
    """Return a client of an officer who sees the whole city."""
    client = Client()
    client.force_login(make_officer("bench_officer"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def fetch(client: Client, address: str) -> bytes:
    """Return the body of a page. Raises: RuntimeError for anything but 200."""
    response = client.get(address, secure=False)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answers {response.status_code}")
    return b"".join(response.streaming_content) if response.streaming else response.content


def times_of(client: Client, addresses: Sequence[str], *, times: int) -> list[list[float]]:
    """Return the seconds of each request; the pages are asked in turn, after two warm rounds."""
    taken: list[list[float]] = [[] for _ in addresses]
    for round_number in range(-2, times):
        for number, address in enumerate(addresses):
            seconds = seconds_of(lambda address=address: fetch(client, address))  # type: ignore[misc]
            if round_number >= 0:
                taken[number].append(seconds)
    return taken


def p95_of(client: Client, addresses: Sequence[str], *, times: int) -> list[float]:
    return [percentile(each, 0.95) for each in times_of(client, addresses, times=times)]


def queries_of(client: Client, addresses: Sequence[str]) -> list[int]:
    """Return how many queries each page takes once it is warm."""
    counts = []
    for address in addresses:
        fetch(client, address)
        with CaptureQueriesContext(connection) as queries:
            fetch(client, address)
        counts.append(len(queries))
    return counts
