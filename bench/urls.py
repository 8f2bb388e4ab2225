"""The portal's addresses with two yardsticks beside them."""

from django.urls import include, path

from bench import stock

urlpatterns = [
    path("bench/page/", stock.trivial_page),
    path("bench/values/", stock.ValueList.as_view()),
    path("", include("config.urls")),
]
