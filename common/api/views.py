"""Lists and single rows of the REST interface."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.filtering import refuse_unknown
from common.api.rows import RowSerializer


class RowView(generics.GenericAPIView):
    """Rows that the caller may see; only a resource marked `is_public_policy` is not narrowed by `visible_to`."""

    serializer_class: type[RowSerializer]
    is_public_policy = False

    def get_queryset(self) -> QuerySet:
        rows: Any = super().get_queryset()
        return rows if self.is_public_policy else rows.visible_to(self.request.user)


class RowList(RowView, generics.ListAPIView):
    """A list of rows.

    `ordering_fields` maps names of the interface to columns that are never NULL; `default_ordering` ends in the
    primary key.
    """

    ordering_fields: Mapping[str, str] = {}
    default_ordering: tuple[str, ...] = ("pk",)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.filter_queryset(self.get_queryset())
        return self.get_paginated_response(self.paginate_queryset(rows))


class RowDetail(RowView, generics.RetrieveAPIView):
    """One row by its stable code; hidden and missing rows answer the same bytes."""

    filter_backends: list[Any] = []
    pagination_class = None
    lookup_field = "code"

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        refuse_unknown(request, set())
        rows, _ = self.serializer_class.read(self.get_queryset().filter(**{self.lookup_field: kwargs["code"]}))
        if not rows:
            raise Http404
        return Response(rows[0])


class UnknownResource(APIView):
    """Every other address below the interface: the same 404 as a hidden row."""

    permission_classes: list[Any] = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404
