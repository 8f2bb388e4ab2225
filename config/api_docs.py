"""The interface's own pages: its resources, its OpenAPI document, its documentation."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from common.api.filtering import refuse_unknown


class ResourceSerializer(serializers.Serializer):
    name = serializers.CharField()
    address = serializers.URLField()


class IndexSerializer(serializers.Serializer):
    resources = ResourceSerializer(many=True)
    schema = serializers.URLField()
    docs = serializers.URLField()


class ApiIndex(APIView):
    """Name the resources and where they are described."""

    resources: tuple[str, ...] = ()

    @extend_schema(responses=IndexSerializer, operation_id="index")
    def get(self, request: Request) -> Response:
        refuse_unknown(request, set())
        listed = [{"name": name, "address": reverse(f"api:{name}-list", request=request)} for name in self.resources]
        schema, docs = (reverse(f"api:{name}", request=request) for name in ("schema", "docs"))
        return Response({"resources": listed, "schema": schema, "docs": docs})


class Schema(SpectacularAPIView):
    """Serve the OpenAPI document as JSON, or as YAML when asked for."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer]

    def _get_filename(self, request: Request, version: str | None) -> str:
        return "portal-openapi"


class Documentation(SpectacularSwaggerSplitView):
    """Show the OpenAPI document with our own copies of its script and style; a browser signs in first."""

    url_name = "api:schema"
    template_name = "portal/api_docs_page.html"

    def handle_exception(self, error: Exception) -> HttpResponseBase:
        if isinstance(error, NotAuthenticated):
            return redirect_to_login(self.request.get_full_path())
        return super().handle_exception(error)
