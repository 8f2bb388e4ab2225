"""No write path without an event: every model is accounted for, and every writing function of an action tells it."""

import ast

from django.apps import apps

from audit.rows import audited_models
from tests.test_architecture import APPS, sources

# Parts of a record have no events of their own: the record's event comes after them and covers them.
PARTS_AND_EXEMPT = {
    "accounts.UserSession",
    "common.Heartbeat",
    "common.Job",
    "complexes.PeriodLock",
    "complexes.ReportingTerm",
    "evaluation.ScoreLine",
    "evaluation.ScoreSheet",
    "indicators.Citation",
    "indicators.FigureValue",
    "indicators.FilingVersion",
    "indicators.Remark",
    "indicators.Responsibility",
    "indicators.SignOff",
    "indicators.TargetBaseline",
    "members.ReportLock",
}
_WRITES = {"save", "delete", "bulk_create", "bulk_update", "update_or_create"}
_EVENTS = {"record", "record_many", "note"}
# Written here, told in the same transaction by the caller or by a helper; signing out elsewhere goes with an event.
TOLD_BY_THE_CALLER = {
    "accounts/actions/sessions.py:end_other_sessions",
    "complexes/actions/ledger.py:confirm_participation",
    "complexes/actions/ledger.py:withdraw_participation",
    "complexes/actions/locks.py:lock_period",
    "complexes/actions/locks.py:release_period",
    "indicators/actions/reviews.py:_mark_review",
    "indicators/actions/reviews.py:_sign",
    "indicators/actions/reviews.py:return_filing",
    "members/actions/locks.py:lock_reports",
    "members/actions/locks.py:release_reports",
}


def test_every_model_is_audited_or_accounted_for():
    own = {model._meta.label for name in APPS for model in apps.get_app_config(name).get_models() if name != "audit"}
    audited = {model._meta.label for model in audited_models()}
    assert {label for label in own - audited if not label.endswith("Participation")} == PARTS_AND_EXEMPT


def _calls(function: ast.FunctionDef) -> set[str]:
    return {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
    }


def untold_writes(*names: str) -> set[str]:
    """Return the functions of actions that write rows and no event."""
    return {
        f"{path}:{node.name}"
        for path, tree in sources(*names)
        if "/actions/" in path
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and _calls(node) & _WRITES and not _calls(node) & _EVENTS
    }


def test_every_write_of_an_action_leaves_an_event():
    assert untold_writes(*APPS) == TOLD_BY_THE_CALLER


def test_a_write_without_an_event_is_noticed():
    """Negative control of the test above."""
    tree = ast.parse("def act(record):\n    record.save()\n")
    (function,) = tree.body
    assert isinstance(function, ast.FunctionDef)
    assert _calls(function) & _WRITES
    assert not _calls(function) & _EVENTS
