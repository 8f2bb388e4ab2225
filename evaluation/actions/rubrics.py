"""Load rubrics as draft versions and freeze them."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.models import AuditEvent
from common.refusals import Refused
from common.verdicts import require
from common.yaml_files import InvalidFile, read_yaml
from evaluation import policies
from evaluation.choices import RubricState
from evaluation.models import Rubric, RubricVersion
from evaluation.scoring.problems import RubricInvalid
from evaluation.scoring.rubric import parse_rubric
from indicators.models import Indicator

DEFAULT_RUBRIC = "default"
LARGEST_FILE = 1024 * 1024


@transaction.atomic
def load_rubric(*, text: str, by: Any, at: datetime) -> tuple[RubricVersion, bool]:
    """Check a rubric file and store it as a draft version; return it and whether it is new.

    A file with the same content as the newest version adds nothing. Raises: Refused("rubric_invalid") whose details
    name every problem by item.
    """
    try:
        rubric = parse_rubric(_read(text), known_indicators=frozenset(Indicator.objects.values_list("code", flat=True)))
    except RubricInvalid as invalid:
        raise Refused(
            "rubric_invalid",
            f"指标体系文件有{len(invalid.problems)}处问题，未载入。请逐项修改后重新载入。",
            invalid.problems,
        ) from invalid
    record, is_new = Rubric.objects.select_for_update().get_or_create(code=rubric.code, defaults={"name": rubric.name})
    if is_new:
        AuditEvent.objects.record("rubric.loaded", record, by=by, at=at, changes={"name": (None, rubric.name)})
    digest = rubric.digest()
    newest = record.versions.order_by("-number").first()
    if newest is not None and newest.digest == digest:
        return newest, False
    if not is_new and record.name != rubric.name:
        old_name, record.name = record.name, rubric.name
        record.save(update_fields=["name"])
        AuditEvent.objects.record("rubric.changed", record, by=by, at=at, changes={"name": (old_name, rubric.name)})
    version = RubricVersion.objects.create(
        rubric=record,
        number=1 if newest is None else newest.number + 1,
        content=rubric.as_content(),
        digest=digest,
        loaded_at=at,
    )
    AuditEvent.objects.record("rubricversion.loaded", version, by=by, at=at, changes={"digest": (None, digest)})
    return version, True


@transaction.atomic
def freeze_rubric(*, version: RubricVersion, by: Any, at: datetime) -> RubricVersion:
    """Make a draft version unchangeable.

    Raises: Refused if role or state forbid it.
    """
    version = RubricVersion.objects.select_for_update().get(pk=version.pk)
    require(policies.may_freeze(by, version))
    return _freeze(version, by, at)


@transaction.atomic
def ensure_default_rubric(at: datetime) -> RubricVersion:
    """Return the newest frozen version of the default rubric, loading and freezing the delivered file if need be.

    Raises: Refused("rubric_invalid") if the plan with its indicators is not loaded yet.
    """
    path = Path(settings.BASE_DIR) / "data" / "rubrics" / f"{DEFAULT_RUBRIC}.yaml"
    frozen = RubricVersion.objects.filter(rubric__code=DEFAULT_RUBRIC, state=RubricState.FROZEN)
    newest = frozen.order_by("-number").first()
    if newest is not None:
        return newest
    version, _ = load_rubric(text=path.read_text(encoding="utf-8"), by=None, at=at)
    return _freeze(RubricVersion.objects.select_for_update().get(pk=version.pk), None, at)


def _read(text: str) -> Any:
    if len(text.encode()) > LARGEST_FILE:
        raise RubricInvalid([("文件", "超过1MB，不是一份指标体系。请核对文件。")])
    try:
        return read_yaml(text)
    except InvalidFile as invalid:
        raise RubricInvalid([(f"第{each.line}行", each.sentence) for each in invalid.problems]) from invalid
    except RecursionError as error:
        raise RubricInvalid([("文件", "层次过深，不是一份指标体系。请核对文件。")]) from error


def _freeze(version: RubricVersion, by: Any, at: datetime) -> RubricVersion:
    version.move_to(RubricState.FROZEN)
    version.frozen_at = at
    version.save(update_fields=["state", "frozen_at"])
    AuditEvent.objects.record(
        "rubricversion.frozen", version, by=by, at=at, changes={"state": (RubricState.DRAFT, RubricState.FROZEN)}
    )
    return version
