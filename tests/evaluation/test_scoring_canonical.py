"""The canonical text is that of the standard library's encoder, whoever writes it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.scoring.digests import canonical

_plain = st.none() | st.booleans() | st.integers() | st.text()
_contents = st.recursive(_plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def by_the_standard_library(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@given(_contents)
def test_canonical_is_what_the_standard_library_writes(content: object) -> None:
    assert canonical(content) == by_the_standard_library(content)


@pytest.mark.parametrize(
    "content",
    [{2024: 2025, 2023: 1}, 2**70, ("a", ("b",)), {"é": 1, "z": 2, "\U0001f600": 3, "\uffff": 4}, "\x00\x1f\x7f\u2028"],
)
def test_canonical_of_what_is_written_in_two_ways(content: object) -> None:
    assert canonical(content) == by_the_standard_library(content)


def test_canonical_refuses_what_it_does_not_know() -> None:
    with pytest.raises(TypeError):
        canonical({"day": object()})
