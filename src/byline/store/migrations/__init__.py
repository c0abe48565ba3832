"""Alembic's scripts: what makes of each version of the schema the next."""
