"""Rules of bids and matches that look at the row above them."""

from django.core.exceptions import ValidationError

from tasks.models import Bid, Match


def check_bid(bid: Bid) -> None:
    """Check that the bid was handed in while the call was open.

    Raises: ValidationError at the date.
    """
    call = bid.call
    if bid.submitted_on and not call.published_on <= bid.submitted_on <= call.closes_on:
        raise ValidationError(
            {
                "submitted_on": f"“揭榜日期”{bid.submitted_on}不在发榜（{call.published_on}）"
                f"至截止（{call.closes_on}）期间。请核对日期。"
            }
        )


def check_match(match: Match) -> None:
    """Check that the supplier is not the demand side itself.

    Raises: ValidationError at the supplier.
    """
    if match.supply_unit_id is not None and match.supply_unit_id == match.need.demand_unit_id:
        raise ValidationError({"supply_unit": "供给单位不能是提出需求的单位。请核对单位代码。"})
