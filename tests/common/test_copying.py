import pytest

from common.copying import copy_rows
from evaluation.models import Rubric


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["演示", "a\tb", "a\nb", "a\rb", "a\\b", "\\N", "", '{"q": "\\"x\\""}', "\\t\t\\\n"])
def test_text_arrives_as_it_was(name):
    copy_rows(Rubric, ("code", "name"), [("demo", name)])
    assert Rubric.objects.get().name == name
