"""Taxonomies: versions with validity, marks for what is not verified or not public, forms offer what is in force."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from complexes.actions.fields import load_fields
from complexes.models import IndustryField, Taxonomy
from tests.factories import make_complex, make_field, make_taxonomy

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
DATA = Path(settings.BASE_DIR) / "data"


def load() -> int:
    return load_fields(taxonomies=DATA / "taxonomies.csv", fields=DATA / "fields.csv", at=AT)


def names_of(code: str) -> list[str]:
    return list(IndustryField.objects.filter(taxonomy__code=code).order_by("position").values_list("name", flat=True))


def test_the_files_hold_the_five_versions_and_are_loaded_once():
    assert load() == Taxonomy.objects.count() + IndustryField.objects.count()
    assert (load(), Taxonomy.objects.count()) == (0, 5)
    assert AuditEvent.objects.filter(kind="taxonomy.loaded").count() == 5
    assert [len(names_of(code)) for code in ("directions_2025", "clusters_33618", "frontiers_416")] == [7, 30, 4]
    assert Taxonomy.objects.get(code="frontiers_416").missing == 16


def test_the_six_future_industries_give_way_to_nine_in_september_2024():
    load()
    in_force = {
        day: [taxonomy.code for taxonomy in Taxonomy.objects.valid_on(day).filter(scheme="future")]
        for day in (date(2024, 8, 11), date(2024, 9, 26), date(2024, 9, 27))
    }
    assert list(in_force.values()) == [[], ["future_2024_08"], ["future_2024_09"]]
    assert names_of("future_2024_08") == ["卫星互联网", "生物制造", "生命科学", "元宇宙", "前沿新材料", "未来能源"]
    tiers = IndustryField.objects.filter(taxonomy__code="future_2024_09").values_list("tier", flat=True)
    assert (list(tiers).count("高成长性"), list(tiers).count("高潜力")) == (6, 3)


def test_names_from_general_knowledge_carry_their_mark():
    load()
    unverified = IndustryField.objects.filter(is_verified=False)
    assert set(unverified.values_list("taxonomy__code", flat=True)) == {"clusters_33618"}
    assert unverified.count() == 15


def test_two_versions_of_one_scheme_are_never_in_force_together():
    make_taxonomy(valid_from=date(2024, 1, 1), valid_to=date(2025, 1, 1))
    make_taxonomy(valid_from=date(2025, 1, 1))
    with pytest.raises(IntegrityError, match="taxonomy_versions_do_not_overlap"), transaction.atomic():
        make_taxonomy(valid_from=date(2024, 12, 31), valid_to=date(2025, 1, 1))
    with pytest.raises(IntegrityError, match="taxonomy_ends_after_start"), transaction.atomic():
        make_taxonomy(scheme="future", valid_from=date(2024, 1, 1), valid_to=date(2024, 1, 1))
    with pytest.raises(IntegrityError, match="taxonomy_scheme_is_known"), transaction.atomic():
        make_taxonomy(scheme="other")


def test_a_file_with_overlapping_versions_is_refused_whole(tmp_path: Path):
    wrong = tmp_path / "taxonomies.csv"
    wrong.write_text((DATA / "taxonomies.csv").read_text().replace("2024-09-27,未来", ",未来"))
    with pytest.raises(ValidationError):
        load_fields(taxonomies=wrong, fields=DATA / "fields.csv", at=AT)
    assert Taxonomy.objects.count() == 0


def test_the_form_of_a_complex_offers_valid_entries_and_keeps_those_it_has(client: Client, filer: User):
    old = make_field(taxonomy=make_taxonomy(scheme="future", valid_to=date(2025, 1, 1)))
    gone = make_field(taxonomy=old.taxonomy)
    current = make_field()
    later = make_field(taxonomy=make_taxonomy(scheme="future", valid_from=date(2099, 1, 1)))
    innovation_complex = make_complex(reporting_district=filer.district)
    innovation_complex.fields.add(old)
    client.force_login(filer)
    addresses = {
        reverse("complexes:complex-edit", args=[innovation_complex.code]): {old, current},
        reverse("complexes:complex-new"): {current},
    }
    for address, offered in addresses.items():
        form = client.get(address).context["form"]
        assert set(form.fields["fields"].queryset) == offered
    assert {gone, later}.isdisjoint({old, current})


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_shows_versions_and_marks_in_the_same_queries(
    rows: int, client: Client, filer: User, django_assert_num_queries: Any
):
    for year in range(rows):
        taxonomy = make_taxonomy(
            scheme="future", valid_from=date(2020 + year, 1, 1), valid_to=date(2021 + year, 1, 1), missing=16
        )
        make_field(taxonomy=taxonomy, is_verified=False)
    client.force_login(filer)
    client.get(reverse("complexes:taxonomy-list"))
    with django_assert_num_queries(5):
        response = client.get(reverse("complexes:taxonomy-list"))
    text = response.content.decode()
    assert len(response.context["versions"]) == rows
    assert all(mark in text for mark in ("待核实", "待补16项", "已被接替"))
