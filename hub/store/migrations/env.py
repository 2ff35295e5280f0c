"""Alembic runs the migrations through this, on the connection and in the transaction of ``hub.store.migrate``.

A new version is written by hand beside the last one, with the next number; tests/hub/store/test_migrate.py says what
it still lacks against ``hub.store.tables``. A version that has left the house is never changed.
"""

from alembic import context

from hub.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
