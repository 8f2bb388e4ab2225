from django.urls import path

from portal.views import components, home

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("components/", components.components, name="components"),
]
