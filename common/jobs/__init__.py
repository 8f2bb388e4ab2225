"""Background work that survives: rows in PostgreSQL, wake-up calls through Celery.

`outbox.enqueue` asks for work, `tasks.handles` registers who does it, `lease.Lease` keeps it alive.
"""
