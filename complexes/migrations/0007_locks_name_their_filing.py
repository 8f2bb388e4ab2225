from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complexes", "0006_governance_and_terms_of_contracts")]

    operations = [
        migrations.AddField(
            model_name="periodlock",
            name="holder_label",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="锁定者名称"),
            preserve_default=False,
        ),
    ]
