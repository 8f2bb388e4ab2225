app_name = "complexes"
urlpatterns: list = []
