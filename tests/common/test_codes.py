"""Numbers of records."""

import pytest
from django.db import transaction

from common.codes import next_code
from complexes.models import InnovationComplex
from members.models import Unit
from tests.factories import make_complex, make_unit


@pytest.mark.django_db
def test_first_code_is_one() -> None:
    assert next_code(InnovationComplex, "CQ", 4) == "CQ-0001"


@pytest.mark.django_db
def test_next_code_follows_the_highest_number_not_the_highest_text() -> None:
    make_complex(code="CQ-9999")
    make_complex(code="CQ-10000")

    assert next_code(InnovationComplex, "CQ", 4) == "CQ-10001"


@pytest.mark.django_db
def test_codes_of_other_forms_do_not_count() -> None:
    make_unit(code="U-00007")
    make_unit(code="U-ABC")
    make_unit()

    assert next_code(Unit, "U", 5) == "U-00008"


@pytest.mark.django_db(transaction=True)
def test_number_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        next_code(Unit, "U", 5)
    with transaction.atomic():
        assert next_code(Unit, "U", 5) == "U-00001"
