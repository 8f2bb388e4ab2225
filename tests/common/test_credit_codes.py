import pytest
from django.core.exceptions import ValidationError

from common.credit_codes import check_credit_code, credit_code_check_character, normalise_credit_code


@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y43", "11500112009315877L", "11500000MB15895317", "11500104009286420B", "11500000009275780L"],
)
def test_check_credit_code_accepts_published_codes(code: str) -> None:
    check_credit_code(code)


def test_check_character_of_the_standard_example() -> None:
    assert credit_code_check_character("91350100M000100Y4") == "3"


@pytest.mark.parametrize(
    ("code", "reason"),
    [("9135", "length"), ("91350100M000100Y44", "check"), ("91350100I000100Y43", "alphabet")],
)
def test_check_credit_code_names_the_cause(code: str, reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        check_credit_code(code)
    assert caught.value.code == reason


def test_normalise_credit_code_accepts_full_width_lower_case_and_blanks() -> None:
    assert normalise_credit_code(" 91350100m000100y43 ") == "91350100M000100Y43"
