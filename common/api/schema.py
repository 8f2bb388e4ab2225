"""What the OpenAPI document says beyond the serializers: the refusals of every operation."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from common.api.errors import ErrorSerializer

_REFUSALS = {
    "400": "Unknown or malformed parameter; `errors` names each.",
    "401": "No valid token and no session.",
    "403": "The role or the token's scope does not allow it.",
    "404": "Missing, or hidden from the caller: the same bytes.",
    "429": "Too many requests; `Retry-After` says when to come back.",
}


class PortalSchema(AutoSchema):
    """Adds the refusals, in their one shape."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for code, description in _REFUSALS.items():
            refusal = OpenApiResponse(response=ErrorSerializer, description=description)
            bodies.setdefault(code, self._get_response_for_code(refusal, code, direction=direction))
        return bodies
