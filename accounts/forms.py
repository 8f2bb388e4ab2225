from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UsernameField
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator

NAME_LENGTH = 150


class SignInForm(AuthenticationForm):
    """User name and password."""

    error_messages = {
        "invalid_login": "用户名或密码不正确。请核对大小写后重试；连续5次失败将锁定15分钟。",
        "inactive": "该账户已停用。请联系系统管理员。",
    }
    # Django sets the length on the widget only: without the validator a longer name would reach the list of attempts.
    username = UsernameField(
        label="用户名",
        validators=[
            MaxLengthValidator(NAME_LENGTH, "“用户名”超过%(limit_value)d字，现为%(show_value)d字。请核对后重新输入。")
        ],
        widget=forms.TextInput(attrs={"autofocus": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = f"“{field.label}”未填写。请填写后再登录。"
            for validator in field.validators:
                if isinstance(validator, ProhibitNullCharactersValidator):
                    validator.message = f"“{field.label}”含有不可见的控制字符。请删除后重新输入。"


class ChangePasswordForm(PasswordChangeForm):
    """Old password once, new password twice."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "原密码不正确。请重新输入原密码。",
        "password_mismatch": "两次输入的新密码不一致。请重新输入。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "new_password1"
        ].help_text = "密码至少9个字符，不能与您的用户名、姓名等相近，不能是常见密码，也不能全是数字。"
