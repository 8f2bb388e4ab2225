"""JSON as the interface sends it."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

_other = JSONEncoder().default


class FastJsonRenderer(JSONRenderer):
    """The same text as Django REST framework's own renderer, written by orjson; an asked indentation is honoured."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the data as UTF-8 JSON."""
        if data is None:
            return b""
        if self.get_indent(accepted_media_type or "", renderer_context or {}) is not None:
            return bytes(super().render(data, accepted_media_type, renderer_context))
        return orjson.dumps(data, default=_other, option=orjson.OPT_NON_STR_KEYS)
