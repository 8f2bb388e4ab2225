from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账户与区县"
    default = True


class PortalAdminConfig(admin_apps.AdminConfig):
    default_site = "accounts.admin_site.PortalAdminSite"
    default = False
