"""Where the browser's keeper hands over a picture of the screen that was wished for (kiosk/screenshots.py)."""

from flask import Flask, Response, abort, request

from kiosk.screenshots import MOST_BYTES, Screenshots


def add_pictures(app: Flask, pictures: Screenshots) -> None:
    """Take a picture as the body of ``POST /picture?token=…``; an empty one says that none could be taken."""

    @app.post("/picture")
    def picture() -> Response:
        request.max_content_length = MOST_BYTES
        if not pictures.take(request.args.get("token", ""), request.get_data()):
            abort(409)
        return Response(status=204)
