from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from evaluation.scoring.ranking import rank_totals

totals = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3),
    st.decimals(min_value=0, max_value=100, places=2).map(lambda value: value.quantize(Decimal("0.1"))),
    max_size=30,
)


def test_ties_share_a_rank_and_the_next_one_counts_everybody_before():
    assert rank_totals({"a": Decimal(90), "b": Decimal(80), "c": Decimal("80.0"), "d": Decimal(70)}) == {
        "a": 1,
        "b": 2,
        "c": 2,
        "d": 4,
    }


@given(totals)
def test_rank_is_one_plus_the_number_of_larger_totals(given_totals):
    ranks = rank_totals(given_totals)
    assert ranks == {
        code: 1 + sum(other > total for other in given_totals.values()) for code, total in given_totals.items()
    }


@given(totals, st.randoms(use_true_random=False))
def test_rank_does_not_depend_on_the_order(given_totals, random):
    items = list(given_totals.items())
    random.shuffle(items)
    assert rank_totals(dict(items)) == rank_totals(given_totals)


@given(totals)
def test_a_worse_newcomer_moves_nobody(given_totals):
    before = rank_totals(given_totals)
    after = rank_totals({**given_totals, "newcomer": Decimal(-1)})
    assert {code: rank for code, rank in after.items() if code != "newcomer"} == before
