"""What is kept: SQLAlchemy models, the unit of work, Alembic migrations. SQLite by default, PostgreSQL in production."""
