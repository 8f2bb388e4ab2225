"""Lost updates: a record carries a revision, a save names the one it read."""

from collections.abc import Mapping

from django.db import models

from common.refusals import Refused


class RevisedModel(models.Model):
    """A record edited on pages; every save through an action raises its revision by one."""

    revision = models.PositiveIntegerField("修订号", default=0, editable=False)

    class Meta:
        abstract = True

    def require_revision(self, expected: int | None) -> None:
        """Refuse a save from a stale page; None means the caller has just locked and read the row.

        Raises: Refused("stale").
        """
        if expected is not None and expected != self.revision:
            raise Refused(
                "stale",
                "这条记录在您打开页面之后已被他人修改，您的修改尚未保存。请核对下方的最新内容后重新提交。",
            )


def typed_revision(data: Mapping[str, str]) -> int:
    """Return the revision that a page of buttons was opened with; −1, which no record has, if it did not send it."""
    typed = data.get("revision", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
