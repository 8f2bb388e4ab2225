"""The rule types by name; a new type is one module and one entry here."""

from evaluation.scoring.rules.base import Item, Rule
from evaluation.scoring.rules.completion import Completion
from evaluation.scoring.rules.judgement import Judgement

RULES: dict[str, type[Rule]] = {Completion.TYPE: Completion, Judgement.TYPE: Judgement}

__all__ = ["RULES", "Completion", "Item", "Judgement", "Rule"]
