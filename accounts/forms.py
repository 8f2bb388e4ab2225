from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm


class SignInForm(AuthenticationForm):
    """User name and password."""

    error_messages = {
        "invalid_login": "用户名或密码不正确。请核对大小写后重试;连续5次失败将锁定15分钟。",
        "inactive": "该账户已停用。请联系系统管理员。",
    }


class ChangePasswordForm(PasswordChangeForm):
    """Old password once, new password twice."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "原密码不正确。请重新输入原密码。",
        "password_mismatch": "两次输入的新密码不一致。请重新输入。",
    }
