from django.db import migrations

# Two-character searches never use a trigram index; an index on pairs of characters answers them.
CREATE = """
CREATE FUNCTION character_pairs(given text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(given, number, 2)), '{}'::text[])
    FROM generate_series(1, length(given) - 1) AS number
$$
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0002_heartbeats_and_causes_of_failed_jobs")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION character_pairs(text)")]
