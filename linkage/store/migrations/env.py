"""Run by Alembic: migrates over the connection that `Database` hands in."""

from alembic import context

from linkage.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_server_default=True,
)
context.run_migrations()
