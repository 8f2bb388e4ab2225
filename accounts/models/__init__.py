from accounts.models.district import District, Succession
from accounts.models.session import UserSession
from accounts.models.token import ApiToken
from accounts.models.user import User

__all__ = ["ApiToken", "District", "Succession", "User", "UserSession"]
