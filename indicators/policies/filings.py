"""Who may do what with a filing; the action asks again after the row lock."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accounts.choices import Permission
from accounts.models import User
from accounts.policies import holds
from common.verdicts import ALLOWED, Verdict, denied, first_denial
from indicators.choices import FilingState, ReviewLevel, SignOffRule
from indicators.models import Filing, FilingRound, FilingVersion, SignOff

# How a filing that is not open comes back to the filer, by who holds it.
_WAYS_BACK: dict[str, str] = {
    FilingState.SUBMITTED: "如需修改，请提交人在审核开始前撤回，或请区县审核人员退回。",
    FilingState.DISTRICT_APPROVED: "如需修改，请市级退回。",
    **dict.fromkeys(
        (FilingState.COMMISSION_APPROVED, FilingState.LOCKED, FilingState.RESTORED_PRIOR),
        "该年度已审定，更正须由市级批准重新开放。请联系市级管理部门。",
    ),
}


def may_plan_round(user: User) -> Verdict:
    """Allow the commission to set up a round."""
    return holds(user, Permission.APPROVE_AS_COMMISSION)


def may_open_round(user: User, filing_round: FilingRound, at: datetime) -> Verdict:
    """Allow the commission to open a round, or to add complexes that joined since, from its opening until its lock."""
    return first_denial(holds(user, Permission.APPROVE_AS_COMMISSION), round_takes_filings(filing_round, at))


def may_extend_round(user: User) -> Verdict:
    """Allow the commission to give a round later times, also once it is locked."""
    return holds(user, Permission.APPROVE_AS_COMMISSION)


def round_has_begun(filing_round: FilingRound, at: datetime) -> Verdict:
    """Allow once the opening time has passed."""
    if at >= filing_round.opens_at:
        return ALLOWED
    opens = timezone.localtime(filing_round.opens_at)
    return denied("not_open", f"“{filing_round.name}”将于{opens:%Y-%m-%d %H:%M}开放。请届时再办理。")


def round_takes_filings(filing_round: FilingRound, at: datetime) -> Verdict:
    """Allow between opening and lock."""
    verdict = round_has_begun(filing_round, at)
    if not verdict or filing_round.is_open_at(at):
        return verdict
    return denied(
        "round_locked",
        f"{_locked_since(filing_round)}，不再接收提交和补建填报。如确需补报，请市级管理部门先延长该批次。",
    )


def may_save_filing(user: User, filing: Filing) -> Verdict:
    """Allow a filer of the complex's district while the filing is a draft, returned or reopened."""
    return first_denial(holds(user, Permission.FILL_FILING), _is_of_district(user, filing), _is_open(filing))


def may_submit_filing(user: User, filing: Filing, at: datetime) -> Verdict:
    """Allow a filer of the district while filing and round are open; completeness is checked by the action."""
    return first_denial(may_save_filing(user, filing), round_takes_filings(filing.filing_round, at))


def may_answer_remark(user: User, filing: Filing) -> Verdict:
    """Allow a filer of the district while the filing is returned."""
    return may_save_filing(user, filing)


def may_withdraw_filing(user: User, filing: Filing, version: FilingVersion | None, at: datetime) -> Verdict:
    """Allow the submitter until the district has begun to review the version, or the round is locked."""
    verdict = first_denial(
        holds(user, Permission.FILL_FILING),
        _is_of_district(user, filing),
        _is_in(filing, FilingState.SUBMITTED, "只有已提交、待区县审核的填报可以撤回"),
    )
    if not verdict or version is None:
        return verdict
    if version.submitted_by_id != user.pk:
        return denied("not_submitter", "只有提交人本人可以撤回。请联系提交人，或请区县审核人员退回。")
    if version.review_started_at is not None:
        return denied("review_started", "区县已开始审核，不能撤回。如需修改，请联系区县审核人员退回。")
    return _may_be_refiled(filing, at)


def may_review(user: User, filing: Filing) -> Verdict:
    """Allow an approver of the level that has the filing before it."""
    if filing.review_level == ReviewLevel.DISTRICT:
        return first_denial(holds(user, Permission.APPROVE_AS_DISTRICT), _is_of_district(user, filing))
    if filing.review_level == ReviewLevel.COMMISSION:
        return holds(user, Permission.APPROVE_AS_COMMISSION)
    return first_denial(
        _holds_any(user, Permission.APPROVE_AS_DISTRICT, Permission.APPROVE_AS_COMMISSION),
        _state_denial(filing, "只有已提交或区县已审的填报可以审核"),
    )


def may_begin_review(user: User, filing: Filing, version: FilingVersion | None) -> Verdict:
    """Allow an approver of the level to open the version for review, which ends the right to withdraw."""
    verdict = may_review(user, filing)
    if verdict and version is not None and version.review_started_at is not None:
        return denied("review_started", "审核已经开始，无需重复操作。请直接审核或退回。")
    return verdict


def may_review_at(user: User, filing: Filing, level: str) -> Verdict:
    """Allow an approver of the level, if that level has the filing before it."""
    return first_denial(_holds_level(user, level), _is_at(filing, level), may_review(user, filing))


def may_return(user: User, filing: Filing, level: str, at: datetime) -> Verdict:
    """Allow an approver of the level that has the filing before it, while it could be submitted again."""
    return first_denial(may_review_at(user, filing, level), _may_be_refiled(filing, at))


def may_approve_as_district(
    user: User, filing: Filing, version: FilingVersion | None, sign_offs: Iterable[SignOff]
) -> Verdict:
    """Allow a district approver who neither entered nor submitted anything of the version, once per department."""
    verdict = first_denial(
        holds(user, Permission.APPROVE_AS_DISTRICT),
        _is_of_district(user, filing),
        _is_at(filing, ReviewLevel.DISTRICT),
    )
    if not verdict or version is None:
        return verdict
    if any(sign_off.department == user.department for sign_off in sign_offs):
        return denied(
            "department_signed",
            f"{user.get_department_display()}部门已审核此版本，尚待另一部门审核。请联系另一部门办理。",
        )
    return first_denial(_has_no_part_in(user, version), _has_not_signed(user, sign_offs))


def may_approve_as_commission(
    user: User, filing: Filing, version: FilingVersion | None, sign_offs: Iterable[SignOff]
) -> Verdict:
    """Allow a commission officer who had no part in the version, neither in filing nor in the district's approval."""
    verdict = first_denial(
        holds(user, Permission.APPROVE_AS_COMMISSION),
        _is_at(filing, ReviewLevel.COMMISSION),
    )
    if not verdict or version is None:
        return verdict
    return first_denial(_has_no_part_in(user, version), _has_not_signed(user, sign_offs))


def level_of(user: User, filing: Filing) -> ReviewLevel:
    """Return the level at which a person reviews; for those who review nowhere, the one that has the filing."""
    if holds(user, Permission.APPROVE_AS_DISTRICT):
        return ReviewLevel.DISTRICT
    if holds(user, Permission.APPROVE_AS_COMMISSION) or not filing.review_level:
        return ReviewLevel.COMMISSION
    return ReviewLevel(filing.review_level)


def departments_needed() -> int:
    """Return how many departments of a district sign a version."""
    return 2 if SignOffRule(settings.FILING_SIGN_OFF) == SignOffRule.BOTH else 1


def _is_of_district(user: User, filing: Filing) -> Verdict:
    if user.district_id is not None and user.district_id == filing.innovation_complex.reporting_district_id:
        return ALLOWED
    return denied("district", "此综合体由其他区县填报。请联系其填报区县办理。")


def _is_open(filing: Filing) -> Verdict:
    if filing.is_open:
        return ALLOWED
    return denied("state", f"此填报当前为“{filing.get_state_display()}”，不能修改。{_WAYS_BACK[filing.state]}")


def _may_be_refiled(filing: Filing, at: datetime) -> Verdict:
    """Keep a filing from going back to a desk from which it could not be submitted again."""
    if at < filing.filing_round.locks_at:
        return ALLOWED
    return denied(
        "round_locked",
        f"{_locked_since(filing.filing_round)}，退回或撤回后将无法再提交。请按现状审核，或请市级管理部门先延长该批次。",
    )


def _locked_since(filing_round: FilingRound) -> str:
    return f"“{filing_round.name}”已于{timezone.localtime(filing_round.locks_at):%Y-%m-%d %H:%M}锁定"


def _is_in(filing: Filing, state: str, rule: str) -> Verdict:
    return ALLOWED if filing.state == state else _state_denial(filing, rule)


def _is_at(filing: Filing, level: str) -> Verdict:
    if filing.review_level == level:
        return ALLOWED
    return _state_denial(filing, f"现在不在{ReviewLevel(level).label}审核环节")


def _state_denial(filing: Filing, rule: str) -> Verdict:
    return denied("state", f"此填报当前为“{filing.get_state_display()}”：{rule}。请刷新页面查看最新状态。")


def _holds_level(user: User, level: str) -> Verdict:
    needed = {
        ReviewLevel.DISTRICT: Permission.APPROVE_AS_DISTRICT,
        ReviewLevel.COMMISSION: Permission.APPROVE_AS_COMMISSION,
    }
    return holds(user, needed[ReviewLevel(level)])


def _holds_any(user: User, *permissions: Permission) -> Verdict:
    verdicts = [holds(user, permission) for permission in permissions]
    return next((verdict for verdict in verdicts if verdict), verdicts[0])


def _has_no_part_in(user: User, version: FilingVersion) -> Verdict:
    entered = {person.pk for person in version.entered_by.all()}
    if user.pk == version.submitted_by_id or user.pk in entered:
        return denied("four_eyes", "您录入或提交过此版本的内容，不能再审核。请由另一位审核人员办理。")
    return ALLOWED


def _has_not_signed(user: User, sign_offs: Iterable[SignOff]) -> Verdict:
    if any(sign_off.signed_by_id == user.pk for sign_off in sign_offs):
        return denied("four_eyes", "您已审核过此版本，不能再次审核。请由另一位审核人员办理。")
    return ALLOWED
