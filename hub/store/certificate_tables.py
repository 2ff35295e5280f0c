"""The part of the schema for devices' certificates and the windows through which devices join."""

from sqlalchemy import Index, Table, UniqueConstraint

from hub.domain.joining import Stage
from hub.store import columns as cols
from hub.store.columns import metadata

device_certificates = Table(
    "device_certificates",
    metadata,
    cols.key("serial"),
    cols.text("device"),
    cols.text("fingerprint"),
    cols.text("issued_by"),
    *cols.instants("issued_at", "until"),
    *cols.instants("revoked_at", "put_out_at", nullable=True),
    Index(None, "device"),
)
"""Every one that was ever signed: what is revoked stays known for as long as it would hold."""

join_windows = Table(
    "join_windows",
    metadata,
    cols.key("id"),
    cols.text("device"),
    cols.text("code"),
    cols.text("opened_by"),
    *cols.instants("opened_at", "closes_at"),
    cols.text("stage"),
    cols.text("csr"),
    cols.text("ticket"),
    cols.text("fingerprint"),
    cols.text("certificate"),
    cols.one_of("stage", Stage),
    UniqueConstraint("code"),
)
"""Codes and tickets are kept as hashes."""
