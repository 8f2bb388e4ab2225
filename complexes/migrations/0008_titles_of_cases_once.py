from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complexes", "0007_locks_name_their_filing")]

    operations = [
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("innovation_complex", "title"),
                name="case_title_once",
                violation_error_message="本综合体已有同名的记录。请在名称中加以区分。",
            ),
        ),
    ]
