"""`issue_token` prints a key once, as the last word of its last line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.choices import Role
from accounts.models import ApiToken
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_key_is_the_last_word_and_works_once_looked_up():
    user = make_user(Role.CLIENT)
    out = StringIO()
    call_command("issue_token", user.username, "--name", "演示系统", "--scopes", "read", "--days", "30", stdout=out)
    key = out.getvalue().strip().splitlines()[-1].split()[-1]
    token = ApiToken.objects.get(digest=ApiToken.compute_digest(key))
    assert (token.user, token.name, token.scopes) == (user, "演示系统", "read")


def test_unknown_account_is_named():
    with pytest.raises(CommandError, match="nobody"):
        call_command("issue_token", "nobody", "--name", "演示系统", "--days", "30", stdout=StringIO())
