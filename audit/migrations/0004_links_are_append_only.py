"""Refuse change and removal of links in the database itself, as of events."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_link_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'links of the audit chain are append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_link_refuses_change BEFORE UPDATE OR DELETE ON audit_auditlink
    FOR EACH ROW EXECUTE FUNCTION audit_link_is_append_only();
CREATE TRIGGER audit_link_refuses_truncate BEFORE TRUNCATE ON audit_auditlink
    FOR EACH STATEMENT EXECUTE FUNCTION audit_link_is_append_only();
"""
BACKWARD = """
DROP TRIGGER audit_link_refuses_truncate ON audit_auditlink;
DROP TRIGGER audit_link_refuses_change ON audit_auditlink;
DROP FUNCTION audit_link_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_row_digests_and_chain")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
