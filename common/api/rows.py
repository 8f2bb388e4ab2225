"""Rows of the REST interface, read as plain values: one query per list and one per nested list, no model instances.

A `RowSerializer` says once what a resource's fields are called, where each comes from and of which type it is. The
OpenAPI document is made from it, and so are the columns of the query and the conversion of every value.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Func, QuerySet, TextField
from django.utils import timezone
from rest_framework import serializers

from common.rounding import round_half_up

Row = dict[str, Any]
Converter = Callable[[Any], Any]


def plain_decimal(value: Decimal | None) -> str | None:
    """Return the exact number without exponent and without trailing zeros."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def local_moment(value: datetime | None) -> str | None:
    """Return the moment in the portal's time zone, with its offset."""
    return None if value is None else value.astimezone(timezone.get_default_timezone()).isoformat()


def plain_day(value: date | None) -> str | None:
    """Return the day as YYYY-MM-DD."""
    return None if value is None else value.isoformat()


class ExactDecimalField(serializers.DecimalField):
    """A decimal that travels as a string with all its digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=None, decimal_places=None, **kwargs)


class RoundedDecimalField(serializers.DecimalField):
    """A decimal rounded to two places, beside the exact one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=None, decimal_places=None, **kwargs)


class CodeListField(serializers.ListField):
    """Codes at the end of a path that leads to many rows; `source` is that path, the list is in code order."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(), **kwargs)


def _rounded(value: Decimal | None) -> str | None:
    return None if value is None else f"{round_half_up(value):f}"


_CONVERTERS: list[tuple[type[serializers.Field], Converter]] = [
    (RoundedDecimalField, _rounded),
    (serializers.DecimalField, plain_decimal),
    (serializers.DateTimeField, local_moment),
    (serializers.DateField, plain_day),
]


def _converter(field: serializers.Field) -> Converter | None:
    return next((convert for kind, convert in _CONVERTERS if isinstance(field, kind)), None)


def _converted(field: serializers.Field, value: Any) -> Any:
    if isinstance(field, RowSerializer):
        return None if value is None else field.convert([value])[0]
    convert = _converter(field)
    return convert(value) if convert else value


def _path(name: str, field: serializers.Field) -> str:
    return (field.source or name).replace(".", "__")


class _ExactText(Func):
    """What `plain_decimal` gives, written by PostgreSQL."""

    function = "trim_scale"
    template = "%(function)s(%(expressions)s)::text"
    output_field = TextField()


def _is_exact(field: serializers.Field) -> bool:
    return isinstance(field, serializers.DecimalField) and not isinstance(field, RoundedDecimalField)


def _column(path: str, field: serializers.Field) -> str | Func:
    return _ExactText(path) if _is_exact(field) else path


class RowSerializer(serializers.Serializer):
    """The fields of one resource; `source` names a column, a path to one, or an annotation of the queryset.

    A nested `RowSerializer(many=True)` follows a path to many rows. `order` is the order in which a nested list is
    given, as paths from the nested row, and `only` narrows it. Fields of the class `DerivedField` are filled in by
    `derive`.
    """

    order: tuple[str, ...] = ("pk",)
    only: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def derive(cls, row: Row) -> None:
        """Fill in what follows from the other fields of the row."""

    @classmethod
    def read(cls, rows: QuerySet, keys: Iterable[str] = ()) -> tuple[list[Row], list[tuple[Any, ...]]]:
        """Return the rows in their order, and the raw values of the `keys` of each.

        Effects: one query, and one more for each nested list.
        """
        keys = tuple(keys)
        plain = cls._plain_fields()
        nested = cls._nested_fields()
        columns = [_column(_path(name, field), field) for name, field in plain.items()]
        found = list(rows.values_list("pk", *keys, *columns))
        names = list(plain)
        start = 1 + len(keys)
        results = [dict(zip(names, values[start:], strict=True)) for values in found]
        for name, field in plain.items():
            if (convert := _converter(field)) and not _is_exact(field):
                for row in results:
                    row[name] = convert(row[name])
        if nested:
            cls._attach(rows, nested, {values[0]: row for values, row in zip(found, results, strict=True)})
        order = [name for name in cls._declared_fields]
        for row in results:
            cls.derive(row)
        if nested or len(order) != len(plain):
            results = [{name: row[name] for name in order} for row in results]
        return results, [values[1:start] for values in found]

    @classmethod
    def convert(cls, objects: Iterable[Any]) -> list[Row]:
        """Return rows of computed objects; a nested serializer reads one nested object, or None."""
        return [
            {
                name: _converted(field, getattr(found, field.source or name))
                for name, field in cls._declared_fields.items()
            }
            for found in objects
        ]

    @classmethod
    def _plain_fields(cls) -> dict[str, serializers.Field]:
        many = (serializers.ListSerializer, CodeListField, DerivedField, DerivedListField)
        return {name: field for name, field in cls._declared_fields.items() if not isinstance(field, many)}

    @classmethod
    def _nested_fields(cls) -> dict[str, serializers.Field]:
        many = (serializers.ListSerializer, CodeListField)
        return {name: field for name, field in cls._declared_fields.items() if isinstance(field, many)}

    @classmethod
    def _attach(cls, rows: QuerySet, nested: dict[str, Any], by_key: dict[int, Row]) -> None:
        owners = rows.model._base_manager.filter(pk__in=list(by_key))
        for name, field in nested.items():
            path = _path(name, field)
            given = defaultdict(list)
            if isinstance(field, CodeListField):
                pairs = owners.filter(**{f"{path}__isnull": False}).order_by(path).values_list("pk", path).distinct()
                for owner, code in pairs:
                    given[owner].append(code)
            else:
                for owner, item in field.child.read_below(owners, path):
                    given[owner].append(item)
            for owner, row in by_key.items():
                row[name] = given[owner]

    @classmethod
    def read_below(cls, owners: QuerySet, path: str) -> list[tuple[int, Row]]:
        """Return the rows at the end of a path, each with the key of the row it hangs on. Effects: one query."""
        plain = cls._plain_fields()
        converters = {name: _converter(field) for name, field in plain.items()}
        order = (f"{path}__{column}" for column in cls.order)
        columns = (f"{path}__{_path(name, field)}" for name, field in plain.items())
        wanted = {f"{path}__{column}": value for column, value in cls.only.items()}
        found = owners.filter(**{f"{path}__isnull": False}, **wanted).order_by(*order).values_list("pk", *columns)
        return [
            (
                owner,
                {
                    name: convert(value) if convert else value
                    for (name, convert), value in zip(converters.items(), values, strict=True)
                },
            )
            for owner, *values in found
        ]


class DerivedField(serializers.CharField):
    """A text that `derive` fills in from the other fields."""


class DerivedListField(serializers.ListField):
    """A list of codes that `derive` fills in from the other fields."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(), **kwargs)
