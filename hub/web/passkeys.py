"""Passkeys (WebAuthn 3, with user verification): the hub says what to sign, the browser answers, once.

The challenge is a row until it is answered, so that any process can take the answer and none can twice.
"""

import json
import secrets

from flask import Blueprint, Response, jsonify, make_response, request
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hub.domain.accounts import Account, Passkey
from hub.domain.errors import InvalidInput, NotAllowed, SignInFirst
from hub.usecases.account_sign_in import (
    note_wrong_passkey,
    offer_challenge,
    owner_of,
    take_challenge,
    use_passkey,
)
from hub.usecases.acting import Deciding
from hub.usecases.change_accounts import add_passkey
from hub.web.changing import settled
from hub.web.entering import deciding, let_in, proven
from hub.web.guard import host_name
from hub.web.limits import PASSKEYS, address, spend, was_right
from hub.web.parts import shelf
from hub.web.visitor import visitor

CHALLENGE_BYTES = 32
_SIGN_IN = "sign-in"
_WRONG = ("passkey", "is not known here, or was not used by its owner", "try again, or use a password")

pages = Blueprint("passkeys", __name__)


@pages.post("/sign-in/passkey/options")
def ask() -> Response:
    """Say what a passkey is to sign to come in. The browser finds the key: nobody is named. Raises TooManyTries."""
    spend(PASSKEYS, address())
    return _asked(_SIGN_IN)


@pages.post("/sign-in/passkey")
def come() -> Response:
    """Let in whose passkey has signed. Raises InvalidInput."""
    account = _verified(_SIGN_IN)
    was_right(PASSKEYS, address())
    return _to(let_in(account, "passkey"))


@pages.post("/again/passkey/options")
def ask_again() -> Response:
    """Say what a passkey is to sign to show again who one is."""
    return _asked(_own().id)


@pages.post("/again/passkey")
def show_again() -> Response:
    """Take the proof, by a passkey of one's own. Raises InvalidInput."""
    account = _own()
    if _verified(account.id).id != account.id:
        raise InvalidInput(*_WRONG)
    return _to(proven())


@pages.post("/account/passkeys/options")
def ask_new() -> Response:
    """Say for whom a new passkey is made, and that it is to verify its user."""
    account = _own()
    with shelf().parts.store.read() as tx:
        known = [
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.id)) for one in tx.accounts.passkeys(account.id)
        ]
    options = generate_registration_options(
        rp_id=host_name(request.host),
        rp_name="Yingbin 迎宾",
        user_id=account.id.encode(),
        user_name=account.name,
        challenge=_challenge(f"new:{account.id}"),
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return jsonify(options=json.loads(options_to_json(options)))


@pages.post("/account/passkeys")
def keep_new() -> Response:
    """Keep a new passkey under a ``name``. Raises InvalidInput."""
    account, credential = _own(), _credential()
    challenge, who = _taken(credential, f"new:{account.id}"), deciding(_own().name)
    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host_name(request.host),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - whatever a browser may send
        raise InvalidInput(*_WRONG) from None
    made = Passkey(
        id=bytes_to_base64url(found.credential_id),
        account=account.id,
        public_key=bytes_to_base64url(found.credential_public_key),
        count=found.sign_count,
        name=request.form.get("name", "")[:200],
        made_at=who.at,
    )
    with settled() as tx:
        add_passkey(tx, made, who)
    return jsonify(to="/account")


def _asked(purpose: str) -> Response:
    options = generate_authentication_options(
        rp_id=host_name(request.host),
        challenge=_challenge(purpose),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return jsonify(options=json.loads(options_to_json(options)))


def _challenge(purpose: str) -> bytes:
    made = secrets.token_bytes(CHALLENGE_BYTES)
    with shelf().parts.store.write() as tx:
        offer_challenge(tx, made, purpose, deciding("sign-in"))
    return made


def _verified(purpose: str) -> Account:
    """Return whose passkey has signed the challenge; its uses are counted, its refusals noted. Raises InvalidInput."""
    credential = _credential()
    challenge, who = _taken(credential, purpose), deciding("sign-in")
    key = str(credential.get("id", ""))
    with shelf().parts.store.read() as tx:
        found = owner_of(tx, key)
    if found is None:
        raise _refused(key, "", who)
    account, passkey = found
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host_name(request.host),
            expected_origin=_origin(),
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.count,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - whatever a browser may send
        raise _refused(key, account.id, who) from None
    with shelf().parts.store.write() as tx:
        use_passkey(tx, passkey, verified.new_sign_count, who)
    return account


def _refused(key: str, owner: str, who: Deciding) -> InvalidInput:
    """Note a passkey that is nobody's, is a copy that fell behind, or was not used by its owner; return what to say."""
    with shelf().parts.store.write() as tx:
        note_wrong_passkey(tx, key, owner, who)
    return InvalidInput(*_WRONG)


def _credential() -> dict[str, object]:
    try:
        found = json.loads(request.form.get("credential", ""))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InvalidInput(*_WRONG)
    return found


def _taken(credential: dict[str, object], purpose: str) -> bytes:
    """Return the challenge that the browser says it has signed, if it was given for this and is not used yet."""
    try:
        said = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))  # type: ignore[index]
        challenge = base64url_to_bytes(said["challenge"])
    except Exception:  # noqa: BLE001 - whatever a browser may send
        raise InvalidInput(*_WRONG) from None
    with shelf().parts.store.write() as tx:
        known = take_challenge(tx, challenge, purpose, deciding("sign-in"))
    if not known:
        raise InvalidInput(*_WRONG)
    return challenge


def _own() -> Account:
    here = visitor()
    if here.session is None:
        raise SignInFirst("nobody is signed in at this browser")
    if here.account is None:
        raise NotAllowed("a tablet has no passkey")
    return here.account


def _origin() -> str:
    return f"{request.scheme}://{request.host}"


def _to(answer: Response) -> Response:
    """Tell a script where to go on, with the cookie that it was given."""
    told = make_response(jsonify(to=answer.headers["Location"]))
    for cookie in answer.headers.getlist("Set-Cookie"):
        told.headers.add("Set-Cookie", cookie)
    return told
