"""How a link to the broker is kept secret, and proves to both sides who the other one is."""

import ssl

from devices.ports import LinkSettings


def secure(settings: LinkSettings) -> ssl.SSLContext:
    """Return how we speak: TLS 1.3 (RFC 8446), the broker's name checked against its certificate (RFC 9525).

    Raises OSError where a file cannot be read.
    """
    context = ssl.create_default_context(cafile=settings.tls_ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.sslsocket_class = _Shaking
    if settings.certificate is not None:
        context.load_cert_chain(settings.certificate)
    return context


class _Shaking(ssl.SSLSocket):
    """Closes itself when the handshake fails: paho leaves the socket open, one more with each attempt."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature of the standard library
        """Agree on TLS. Raises OSError."""
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise
