"""The same inputs give the same digest in every process (goal I6): hash seed, time zone, locale."""

import os
import subprocess
import sys

import pytest

from tests.evaluation.scoring.material import ROOT

_PROGRAM = """
from evaluation.scoring.digests import digest_of
from evaluation.scoring.engine import score_sheet
from tests.evaluation.scoring.material import absent, count, default_rubric, make_inputs, make_terms, ratio

figures = {"rd_intensity": ratio(7, 997), "tackling_tasks": count(2), "new_product_share": absent("not_applicable")}
print(digest_of(score_sheet(default_rubric(), make_inputs(figures=figures), make_terms()).as_content()))
"""
DIGEST = "4a013b5a5e22caf8d3ff6849ba873f6f7cf05977cdabc6e5add428bda6926313"


@pytest.mark.parametrize(
    "changes",
    [
        {"PYTHONHASHSEED": "0", "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"},
        {"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "4294967295", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    ],
)
def test_digest_does_not_depend_on_the_process(changes):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **changes}
    answer = subprocess.run(
        [sys.executable, "-c", _PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == DIGEST
