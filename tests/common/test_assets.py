"""Front-end assets: an absent one leaves every page standing."""

from pathlib import Path

from common.assets import NODE_ASSETS, NodeAssetsFinder, PortalStaticStorage


def test_absent_file_keeps_its_plain_address(tmp_path: Path) -> None:
    storage = PortalStaticStorage(location=tmp_path, base_url="/static/")

    assert storage.url("vendor/tabler.min.css") == "/static/vendor/tabler.min.css"


def test_finder_lists_what_npm_installed_and_nothing_else(tmp_path: Path, settings: object) -> None:
    settings.BASE_DIR = tmp_path  # type: ignore[attr-defined]
    place = tmp_path / "node_modules" / NODE_ASSETS["vendor/htmx.min.js"]
    place.parent.mkdir(parents=True)
    place.write_text("code()\n//# sourceMappingURL=htmx.js.map\n")
    finder = NodeAssetsFinder()

    assert [name for name, _ in finder.list([])] == ["vendor/htmx.min.js"]
    assert finder.find("vendor/htmx.min.js") == str(place)
    assert finder.find("vendor/echarts.min.js") == []
    assert finder.storage.open("vendor/htmx.min.js").read() == b"code()\n"
