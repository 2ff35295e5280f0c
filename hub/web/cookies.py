"""Cookies as all pages set them: for this host alone, not for scripts, and over HTTPS never in the clear."""

from typing import Literal

from flask import Response, request


def called(name: str) -> str:
    """Return a cookie's name: over HTTPS one that no other host and no plain page can set (ASVS 3.3.1, RFC 6265bis)."""
    return f"__Host-{name}" if request.is_secure else name


def read(name: str) -> str:
    """Return what a cookie holds; empty where there is none."""
    return request.cookies.get(called(name), "")


def keep(answer: Response, name: str, value: str, max_age: int, site: Literal["Strict", "Lax"] = "Strict") -> None:
    """Let this browser keep a value for so many seconds."""
    answer.set_cookie(called(name), value, max_age=max_age, httponly=True, samesite=site, secure=request.is_secure)
