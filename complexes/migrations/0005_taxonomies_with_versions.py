import datetime

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

NAMES = {
    "directions_2025": ("directions", "2025年重点方向", datetime.date(2024, 9, 25)),
    "clusters_33618": ("clusters", "“33618”现代制造业集群", datetime.date(2023, 6, 6)),
    "frontiers_416": ("frontiers", "“416”科技创新布局", datetime.date(2024, 1, 22)),
}


def give_versions(apps, schema_editor):
    """Hang the fields that there are on a version of their scheme; the data files complete it."""
    field_model = apps.get_model("complexes", "IndustryField")
    taxonomy_model = apps.get_model("complexes", "Taxonomy")
    for code in field_model.objects.order_by().values_list("scheme", flat=True).distinct():
        scheme, name, valid_from = NAMES[code]
        taxonomy = taxonomy_model.objects.create(
            code=code, scheme=scheme, name=name, version="—", valid_from=valid_from, source="—"
        )
        field_model.objects.filter(scheme=code).update(taxonomy=taxonomy)


class Migration(migrations.Migration):
    # PostgreSQL changes no table that has waiting checks of foreign keys.
    atomic = False

    dependencies = [("complexes", "0004_search_keys")]

    operations = [
        migrations.CreateModel(
            name="Taxonomy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="代码")),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("directions", "重点方向"),
                            ("clusters", "现代制造业集群"),
                            ("frontiers", "科技创新布局"),
                            ("future", "未来产业"),
                        ],
                        max_length=20,
                        verbose_name="分类体系",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("version", models.CharField(max_length=20, verbose_name="版本")),
                ("valid_from", models.DateField(verbose_name="生效日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="失效日期")),
                ("source", models.CharField(max_length=200, verbose_name="依据")),
                ("is_verified", models.BooleanField(default=True, verbose_name="已核实")),
                ("missing", models.PositiveSmallIntegerField(default=0, verbose_name="待补项数")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
            ],
            options={"verbose_name": "分类体系版本", "verbose_name_plural": "分类体系版本"},
        ),
        migrations.AddField(
            model_name="industryfield",
            name="taxonomy",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fields",
                to="complexes.taxonomy",
                verbose_name="分类体系版本",
            ),
        ),
        migrations.RunPython(give_versions, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="industryfield", name="industryfield_scheme_is_known"),
        migrations.RemoveConstraint(model_name="industryfield", name="industryfield_once_per_scheme"),
        migrations.RemoveField(model_name="industryfield", name="scheme"),
        migrations.AlterField(
            model_name="industryfield",
            name="taxonomy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fields",
                to="complexes.taxonomy",
                verbose_name="分类体系版本",
            ),
        ),
        migrations.AddConstraint(
            model_name="industryfield",
            constraint=models.UniqueConstraint(fields=("taxonomy", "name"), name="industryfield_once_per_taxonomy"),
        ),
        migrations.AddConstraint(
            model_name="taxonomy",
            constraint=models.CheckConstraint(
                condition=models.Q(("scheme__in", ["directions", "clusters", "frontiers", "future"])),
                name="taxonomy_scheme_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxonomy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="taxonomy_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxonomy",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("scheme", "="),
                    (
                        models.Func(
                            models.F("valid_from"),
                            models.F("valid_to"),
                            models.Value("[)"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="taxonomy_versions_do_not_overlap",
            ),
        ),
    ]
