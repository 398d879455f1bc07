"""The small server behind `calfeed serve`: how it ends."""

import socket
import threading
import urllib.request

from flask import Flask, Response

from calfeed.web.server import listen


def test_answer_that_was_begun_is_finished_before_the_end() -> None:
    begun, goes_on = threading.Event(), threading.Event()
    app = Flask("slow")

    def answer() -> Response:
        begun.set()
        goes_on.wait(10)
        return Response("all of it")

    app.add_url_rule("/", "answer", answer)
    server = listen(app, "127.0.0.1", 0)
    got: list[bytes] = []

    def ask() -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=10) as found:
            got.append(found.read())

    serving, asking = threading.Thread(target=server.serve_forever), threading.Thread(target=ask)
    serving.start()
    with socket.create_connection(("127.0.0.1", server.port)):  # stays open, and is not waited for
        asking.start()
        assert begun.wait(10)
        server.shutdown()
        serving.join(0.5)
        assert (serving.is_alive(), got) == (True, [])
        goes_on.set()
        serving.join(5)
        assert not serving.is_alive()
    asking.join(10)
    assert got == [b"all of it"]
