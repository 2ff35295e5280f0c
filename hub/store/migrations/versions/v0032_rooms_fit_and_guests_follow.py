"""How many a room seats in each style and how long it is made ready; guests' levels, and who is off their list."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table and the columns. Who was a VIP so far is one of the first level."""
    op.create_table(
        "room_set_ups",
        sa.Column("room", TEXT, nullable=False),
        sa.Column("style", TEXT, nullable=False),
        sa.Column("capacity", sa.BigInteger, nullable=False),
        sa.Column("set_up_s", sa.BigInteger),
        sa.Column("strike_s", sa.BigInteger),
        sa.PrimaryKeyConstraint("room", "style", name="pk_room_set_ups"),
        sa.ForeignKeyConstraint(["room"], ["rooms.key"], name="fk_room_set_ups_room"),
    )
    op.add_column("invitations", sa.Column("vip_level", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("invitations", sa.Column("off_list", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("UPDATE invitations SET vip_level = 1 WHERE vip")
