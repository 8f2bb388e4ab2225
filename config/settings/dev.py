"""`make run` on loopback: plain HTTP, a secret key of this checkout's own."""

from config.settings.base import *  # noqa: F403
from config.settings.base import VAR_DIR
from config.settings.environment import kept_secret

SECRET_KEY = kept_secret(VAR_DIR / "secret_key")
SHOWS_COMPONENTS = True
