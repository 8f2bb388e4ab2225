"""Rules of layout and habit that a machine can read from the sources."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.template.loader import get_template
from django.views.decorators.csrf import csrf_exempt

from config.api_urls import DETAILS, LISTS

ROOT = Path(__file__).resolve().parents[1]
APPS = ("common", "audit", "accounts", "members", "complexes", "tasks", "indicators", "evaluation", "portal")
RECORD_APPS = ("members", "complexes", "tasks", "indicators", "evaluation")
# Parts of a record are reached through it; the rest is public policy or a reference list.
WITHOUT_REACH = {
    "members.ReportLock",
    "members.Standing",
    "complexes.AchievementParticipation",
    "complexes.CaseParticipation",
    "complexes.ContractParty",
    "complexes.GovernanceBody",
    "complexes.GovernanceSeat",
    "complexes.Meeting",
    "complexes.IndustryField",
    "complexes.PeriodLock",
    "complexes.ReportingTerm",
    "complexes.Taxonomy",
    "tasks.Assessment",
    "tasks.Bid",
    "tasks.Funding",
    "tasks.Match",
    "tasks.Milestone",
    "tasks.NeedParticipation",
    "tasks.OpenCall",
    "tasks.ReadinessLevel",
    "tasks.TacklingTaskParticipation",
    "indicators.Citation",
    "indicators.ComplexTarget",
    "indicators.FilingRound",
    "indicators.Indicator",
    "indicators.Plan",
    "indicators.PlanGroup",
    "indicators.Remark",
    "indicators.Responsibility",
    "indicators.SignOff",
    "indicators.Target",
    "indicators.TargetBaseline",
    "evaluation.Judgement",
    "evaluation.Rubric",
    "evaluation.RubricVersion",
    "evaluation.ScoreLine",
}


def sources(*names: str) -> Iterator[tuple[str, ast.Module]]:
    for name in names:
        for path in sorted((ROOT / name).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def found(names: tuple[str, ...], pattern: str, *, allowed: tuple[str, ...] = ()) -> list[str]:
    """Return the calls that match, as file:line name, outside the allowed files."""
    return [
        f"{path}:{line} {name}"
        for path, tree in sources(*names)
        if not path.startswith(allowed or ("\0",))
        for line, name in calls(tree)
        if re.search(pattern, name)
    ]


def test_imports_keep_their_contracts():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize(
    "name", sorted(str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html"))
)
def test_template_compiles(name: str):
    get_template(name)


def test_work_is_asked_for_through_the_outbox_only():
    assert found(APPS, r"\.(delay|apply_async|send_task)$", allowed=("common/jobs/",)) == []


def test_numbers_are_rounded_in_one_place_and_never_floats():
    # The attainment's own decimals of an exact fraction, and PostgreSQL's in metrics, are not display.
    allowed = ("common/rounding.py", "indicators/attainment.py", "evaluation/scoring/")
    assert found(RECORD_APPS, r"(^|\.)(round|quantize)$", allowed=allowed) == []
    assert found(RECORD_APPS, r"^float$") == []
    floats = [
        f"{path}:{node.lineno}"
        for path, tree in sources(*RECORD_APPS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert floats == []
    fields = [field for model in apps.get_models() for field in model._meta.fields if model._meta.app_label in APPS]
    assert [str(field) for field in fields if field.get_internal_type() == "FloatField"] == []


def test_forms_and_serializers_name_their_fields():
    wrong = [
        f"{path}:{node.lineno}"
        for path, tree in sources(*APPS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(target := node.targets[0], ast.Name)
        and (
            target.id in {"exclude", "filterset_fields"}
            or (target.id == "fields" and isinstance(node.value, ast.Constant) and node.value.value == "__all__")
        )
    ]
    assert wrong == []


def test_nothing_switches_protection_off():
    assert found(APPS, r"(^|\.)(mark_safe|SafeString|csrf_exempt|cache_page|RawSQL|extra)$") == []
    names = [
        f"{path}:{node.lineno}"
        for path, tree in sources(*APPS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in {"mark_safe", csrf_exempt.__name__, "cache_page"}
    ]
    assert names == []
    unsafe = re.compile(r"\|\s*safe\b|autoescape off|<script>|<style|\son[a-z]+=|\sstyle=")
    templates = (ROOT / "templates").rglob("*.html")
    assert [str(path) for path in templates if unsafe.search(path.read_text())] == []


def test_the_clock_is_an_argument():
    assert found(APPS, r"(datetime\.(now|utcnow|today)|date\.today)$") == []
    inner = tuple(f"{name}/{room}" for name in RECORD_APPS for room in ("actions", "policies", "models", "validation"))
    wrong = [place for place in found(APPS, r"timezone\.(now|localdate)$") if place.startswith(inner)]
    assert [place for place in wrong if "localdate" not in place] == []


def test_queries_are_not_built_from_requests():
    wrong = [
        f"{path}:{node.lineno}"
        for path, tree in sources(*APPS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg is None and re.search(r"request\.(GET|POST|query_params)", ast.unparse(keyword.value))
    ]
    assert wrong == []


def test_business_records_are_not_in_the_admin():
    registered = {model._meta.app_label for model in admin.site._registry}
    assert registered <= {"accounts", "auth", "axes"}


def test_every_record_says_who_may_see_it():
    models = [model for name in RECORD_APPS for model in apps.get_app_config(name).get_models()]
    without = {model._meta.label for model in models if not hasattr(model._default_manager.all(), "visible_to")}
    assert without == WITHOUT_REACH


def test_the_interface_is_closed_by_default():
    rest = settings.REST_FRAMEWORK
    assert rest["DEFAULT_PERMISSION_CLASSES"] == ["accounts.api.permissions.MayReadApi"]
    assert rest["DEFAULT_RENDERER_CLASSES"] == ["common.api.rendering.FastJsonRenderer"]
    assert rest["DEFAULT_THROTTLE_RATES"].keys() == {"user"}
    assert "BasicAuthentication" not in str(rest)
    for view in [*LISTS.values(), *DETAILS.values()]:
        assert view.permission_classes
        assert not {"post", "put", "patch", "delete"} & set(dir(view))
