"""Who comes in at a listener, and who can listen in (ETSI EN 303 645, 5.5; ASVS 12.1)."""

from collections.abc import Iterator

from hub.mosquitto.found import House, Weakness
from hub.mosquitto.settings import Listener


def way_in(one: Listener) -> Iterator[Weakness]:
    """See that nobody comes in without a name that is proved."""
    open_to_all = one.security.get("allow_anonymous")
    if open_to_all and open_to_all.on:
        yield Weakness(
            open_to_all.where, f"{one.called} lets everybody in without a name", "set: allow_anonymous false"
        )
    named = one.is_on("use_identity_as_username") or one.is_on("use_subject_as_username")
    proved = one.asks_for_certificates and named
    if not (proved or one.plugin or one.security.keys() & {"password_file", "psk_file"}):
        remedy = "give a password_file; or require_certificate true and use_identity_as_username true"
        yield Weakness(one.line.where, f"{one.called} asks nobody to prove who they are", remedy)
    if not one.is_on("use_username_as_clientid"):
        wrong = f"at {one.called} a client can take another's client id and so end its session"
        yield Weakness(one.line.where, wrong, "set for it: use_username_as_clientid true")


def encryption(one: Listener, house: House) -> Iterator[Weakness]:
    """See that what crosses a network is TLS 1.3.

    1.2 is enough where passwords open, for devices of other makers that cannot do more (decision 68). With certificates
    it is not: TLS 1.2 shows them to whoever listens.
    """
    version = one.own.get("tls_version")
    if not one.encrypts:
        if one.reaches_out and one.host not in house.apart:
            wrong = f"{one.called} is open to the network without TLS: passwords can be read there"
            remedy = "give it certfile, keyfile and tls_version tlsv1.3, or bind it to 127.0.0.1"
            yield Weakness(one.line.where, wrong, remedy)
        return
    said = version.value if version else "tlsv1.2 (Mosquitto's own choice)"
    least = ("tlsv1.3",) if one.asks_for_certificates else ("tlsv1.3", "tlsv1.2")
    if (version.value if version else "tlsv1.2") not in least:
        at = version.where if version else one.line.where
        yield Weakness(at, f"{one.called} takes {said}", "set: tls_version tlsv1.3")


def certificates(one: Listener, house: House) -> Iterator[Weakness]:
    """See that devices that join prove it with a certificate, and that one that is revoked does not count."""
    if house.joins and one.reaches_out and not one.asks_for_certificates and one.port != house.password_port:
        wrong = f"{one.called} lets devices in without a certificate"
        yield Weakness(one.line.where, wrong, "set for it: require_certificate true")
    if not one.asks_for_certificates:
        return
    at = one.own["require_certificate"].where
    if "crlfile" not in one.own:
        wrong = f"{one.called} lets certificates in that were revoked"
        yield Weakness(at, wrong, "give crlfile, the authority's list of what is revoked")
    if not one.own.keys() & {"cafile", "capath"}:
        wrong = f"{one.called} asks for certificates and knows no authority"
        yield Weakness(at, wrong, "give cafile, the certificate of the house's authority")
