from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0004_progress_of_tasks_and_matches_of_needs")]

    operations = [
        migrations.AddConstraint(
            model_name="tacklingtask",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("innovation_complex", "title"),
                name="tacklingtask_title_once",
                violation_error_message="本综合体已有同名的记录。请在名称中加以区分。",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("innovation_complex", "title"),
                name="need_title_once",
                violation_error_message="本综合体已有同名的记录。请在名称中加以区分。",
            ),
        ),
    ]
