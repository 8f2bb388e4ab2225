"""Front-end files of package.json, found by an allow-list, so that nothing is loaded from outside."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

NODE_ASSETS = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/echarts.min.js": "echarts/dist/echarts.simple.min.js",
}
_SOURCE_MAP = re.compile(rb"(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")


class NodeAssetsStorage(FileSystemStorage):
    """Maps the allow-listed names to files below node_modules, without their source-map comments."""

    def path(self, name: str) -> str:
        return str(Path(settings.BASE_DIR) / "node_modules" / NODE_ASSETS[name])

    def _open(self, name: str, mode: str = "rb") -> ContentFile:
        return ContentFile(_SOURCE_MAP.sub(b"", Path(self.path(name)).read_bytes()), name=name)


class NodeAssetsFinder(BaseFinder):
    """Finds the allow-listed files that npm has installed."""

    storage = NodeAssetsStorage(location=str(settings.BASE_DIR), base_url=None)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the path of the file, or every path if asked for all."""
        known = path in NODE_ASSETS and Path(self.storage.path(path)).exists()
        if find_all:
            return [self.storage.path(path)] if known else []
        return self.storage.path(path) if known else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, FileSystemStorage]]:
        for name in NODE_ASSETS:
            if Path(self.storage.path(name)).exists():
                yield name, self.storage


class PortalStaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files; a page still works when npm could not install an asset."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Return the hashed name, or the plain one of a file that is not there; Django would answer with an error."""
        try:
            return super().stored_name(name)
        except ValueError:
            return name
