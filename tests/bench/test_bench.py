"""The benchmarks measure what they say, on a handful of complexes."""

import json

import pytest
from django.test import override_settings

from bench import figures, pages, scores, table, world
from bench.table import AT_LEAST, AT_MOST, Row
from complexes.models import InnovationComplex
from indicators.models import FigureValue
from members.models import UnitReport
from tasks.models import Need, TacklingTask


@pytest.fixture
def complexes(db, monkeypatch) -> int:
    """Four complexes with sealed and approved filings."""
    monkeypatch.setattr(world, "refresh_statistics", lambda: None)  # VACUUM runs in no transaction
    world.prepare_reference()
    world.add_complexes(1, 4)
    version_ids = figures.unsealed_versions()
    figures.seal(version_ids, is_kept=True)
    world.approve(version_ids)
    figures.store_plainly(version_ids)
    return len(version_ids)


@override_settings(ROOT_URLCONF="bench.urls")
def test_everything_that_is_measured_answers_and_agrees(complexes):
    assert complexes == InnovationComplex.objects.count() == 4
    assert UnitReport.objects.count() == Need.objects.count() == 4 * 30
    assert TacklingTask.objects.count() == 4 * 10
    assert figures.count_differences() == 0
    run = scores.run_scores()
    scores.store_plainly(scores.items_of(run))
    assert scores.count_differences(run) == 0
    assert run.sheets.exclude(rank=None).count() == complexes
    client = pages.signed_in()
    ours, stock = (json.loads(pages.fetch(client, page)) for page in (pages.JSON_PAGE, pages.STOCK_JSON_PAGE))
    assert len(ours["results"]) == len(stock["results"]) == complexes * 5
    assert [row["complex"] for row in ours["results"]] == [row["complex"] for row in stock["results"]]
    assert ours["results"][0].keys() == stock["results"][0].keys()
    assert pages.queries_of(client, [pages.TRIVIAL]) == [3]
    for address in pages.pages().values():
        assert pages.fetch(client, address)
    # Negative control: a wrong figure is noticed.
    figure = FigureValue.objects.filter(indicator__code="rd_intensity").first()
    FigureValue.objects.filter(pk=figure.pk).update(numerator=figure.numerator + 1)
    assert figures.count_differences() == 1


def test_table_says_what_falls_short(capsys, tmp_path):
    rows = [Row("fast", 1, 2, 0.5, 2, AT_MOST), Row("slow", 0.5, 1, 9.9, 10, AT_LEAST)]
    table.print_table(rows)
    lines = capsys.readouterr().out.splitlines()
    assert (lines[1].endswith("ok"), lines[2].endswith("FALLS SHORT")) == (True, True)
    saved = json.loads(table.save_rows(rows, scale=4, folder=tmp_path).read_text())
    assert [(row["name"], row["ratio"], row["goal"], row["direction"]) for row in saved] == [
        ("fast", 0.5, 2, "at_most"),
        ("slow", 9.9, 10, "at_least"),
    ]
