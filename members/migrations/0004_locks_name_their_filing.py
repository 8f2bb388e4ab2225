from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0003_standings_are_withdrawn_not_deleted")]

    operations = [
        migrations.AddField(
            model_name="reportlock",
            name="holder_label",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="锁定者名称"),
            preserve_default=False,
        ),
    ]
