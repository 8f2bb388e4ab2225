"""The unified social credit code 统一社会信用代码 (GB 32100-2015)."""

from django.core.exceptions import ValidationError

from common.normalising import to_half_width

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = [pow(3, position, 31) for position in range(17)]
CREDIT_CODE_LENGTH = 18


def normalise_credit_code(text: str) -> str:
    """Return a typed credit code in half-width capitals without blanks or hyphens."""
    return to_half_width(text).upper().replace(" ", "").replace("-", "")


def credit_code_check_character(body: str) -> str:
    """Return the 18th character for the first 17.

    Raises: ValueError for a character outside the alphabet of 31.
    Source: GB 32100-2015, weights 3^(i-1) mod 31, check value (31 − s mod 31) mod 31.
    """
    total = sum(_ALPHABET.index(character) * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return _ALPHABET[(31 - total % 31) % 31]


def check_credit_code(code: str) -> None:
    """Check length, alphabet and check character.

    Raises: ValidationError that names the cause and the next step.
    """
    if len(code) != CREDIT_CODE_LENGTH:
        raise ValidationError(f"统一社会信用代码应为18位，现为{len(code)}位。请对照营业执照核对。", code="length")
    wrong = sorted(set(code) - set(_ALPHABET))
    if wrong:
        raise ValidationError(
            f"统一社会信用代码含有不允许的字符“{'、'.join(wrong)}”（不使用字母I、O、S、V、Z）。请对照营业执照核对。",
            code="alphabet",
        )
    if credit_code_check_character(code[:17]) != code[17]:
        raise ValidationError("统一社会信用代码的校验位不符，可能有一位录错。请对照营业执照逐位核对。", code="check")
