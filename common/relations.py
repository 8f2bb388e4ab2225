"""Reach the rows at the other end of a relation where the layers forbid importing their model."""

from typing import Any

from django.db import models


def rows_at(model: type[models.Model], relation: str) -> Any:
    """Return the manager of the model that a relation, forward or reverse, leads to.

    Querysets stand below the models of their own app, so they cannot import them.
    """
    related: Any = model._meta.get_field(relation).related_model
    return related.objects
