"""Records found by name, code, reading or initials; lists sorted as a Chinese reader expects.

The keys are filled by every save and every bulk_create. Rows written by SQL of one's own start with empty keys, which
`fill_missing_keys` completes.
"""

import re
import unicodedata
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Func, IntegerField, QuerySet, Value, When

from common.pinyin import read_aloud

_GAPS = re.compile(r"[\s'’\0]+")
_LONGEST = 60
_BATCH = 2000


class DerivedTextField(models.TextField):
    """A text that the model's `derive_<name>` gives at every save and bulk_create."""

    # Like a time of change: written along with every partial save, no part of what a person changed.
    auto_now = True

    def pre_save(self, model_instance: Any, add: bool) -> str:
        """Return the text for the row; the instance keeps what it was read with."""
        derive = getattr(model_instance, f"derive_{self.attname}", None)
        return str(derive()) if derive else str(getattr(model_instance, self.attname))


class SearchableModel(models.Model):
    """A record with a code and a name; `SEARCH_NAME` says which field is the name.

    `SEARCHES_BY_PAIRS` goes with a `search_index`; without one, rows are read one by one.
    """

    SEARCH_NAME: ClassVar[str] = "name"
    SEARCHES_BY_PAIRS: ClassVar[bool] = False

    pinyin = DerivedTextField("拼音", default="", db_default="", blank=True, editable=False)
    search_text = DerivedTextField("检索文本", default="", db_default="", blank=True, editable=False)

    class Meta:
        abstract = True

    def derive_pinyin(self) -> str:
        return read_aloud(getattr(self, self.SEARCH_NAME))[0]

    def derive_search_text(self) -> str:
        return search_text_of(getattr(self, self.SEARCH_NAME), getattr(self, "code"))  # noqa: B009 - subclass's field


def search_index(name: str) -> GinIndex:
    """Return the index of pairs of characters that serves searches from two characters on."""
    return GinIndex(_pairs_expression(), name=name)


def search_text_of(name: str, code: str) -> str:
    """Return what a record is found by: name, code, reading and initials, line by line."""
    return "\n".join([plain_query(name), plain_query(code), *read_aloud(name)])


def plain_query(text: str) -> str:
    """Bring text into the form of search: half-width, lower case, without blanks."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", text)).casefold()[: _LONGEST * 4]


def found_by(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Narrow rows to those that contain the query, by `closeness`: beginning with it first, then by reading."""
    plain = plain_query(query)[:_LONGEST]
    pairs = sorted({plain[start : start + 2] for start in range(len(plain) - 1)})
    if pairs and rows.model.SEARCHES_BY_PAIRS:
        rows = rows.alias(pairs=_pairs_expression()).filter(pairs__contains=pairs)
    begins = When(search_text__startswith=plain, then=Value(0))
    return rows.filter(search_text__contains=plain).annotate(
        closeness=Case(begins, default=Value(1), output_field=IntegerField())
    )


def fill_missing_keys(model: Any, name_field: str, *, only_empty: bool = True) -> int:
    """Complete the keys of rows that were written by SQL, and return how many there were.

    `model` may be a historical model of a migration.
    """
    rows = model._default_manager.all().order_by("pk")
    if only_empty:
        rows = rows.filter(search_text="")
    filled, last = 0, 0
    while batch := list(rows.filter(pk__gt=last).only("pk", name_field, "code")[:_BATCH]):
        for row in batch:
            name = getattr(row, name_field)
            row.pinyin, row.search_text = read_aloud(name)[0], search_text_of(name, row.code)
        model._default_manager.bulk_update(batch, ["pinyin", "search_text"])
        filled, last = filled + len(batch), batch[-1].pk
    return filled


def _pairs_expression() -> Func:
    return Func("search_text", function="character_pairs", output_field=ArrayField(models.TextField()))
