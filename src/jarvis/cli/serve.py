"""``jarvis serve``: the server in the foreground; with ``--background``, what other commands start."""

from __future__ import annotations

import click

from jarvis.texts import say


@click.command(help=say("cli.serve"))
@click.option("--host", help=say("cli.serve.option.host"))
@click.option("--port", help=say("cli.serve.option.port"))
@click.option("--tls", help=say("cli.serve.option.tls"), metavar="auto|off")
@click.option("--tls-cert", help=say("cli.serve.option.tls_cert"))
@click.option("--tls-key", help=say("cli.serve.option.tls_key"))
@click.option("--behind-proxy", is_flag=True, help=say("cli.serve.option.behind_proxy"))
@click.option("--hardware", help=say("cli.plan.option.hardware"))
@click.option("--background", is_flag=True, hidden=True)
def command(
    host: str | None,
    port: str | None,
    tls: str | None,
    tls_cert: str | None,
    tls_key: str | None,
    behind_proxy: bool,
    hardware: str | None,
    background: bool,
) -> None:
    import json
    import logging
    import os
    from collections.abc import Sequence

    from jarvis.cli.phone import welcome
    from jarvis.config.kept import keep
    from jarvis.config.load import load
    from jarvis.config.paths import paths
    from jarvis.daemon import refused
    from jarvis.errors import JarvisError
    from jarvis.providers.keys import guard
    from jarvis.server.logs import Ring
    from jarvis.serving import daemon

    given = {
        "hardware.file": hardware,
        "server.host": host,
        "server.port": port,
        "server.tls": tls,
        "server.tls_cert": tls_cert,
        "server.tls_key": tls_key,
        "server.behind_proxy": "true" if behind_proxy else None,
    }
    loaded = load({key: value for key, value in given.items() if value is not None})
    keep(loaded.path)
    if background:
        os.chdir("/")  # the settings are read, and made absolute, where the command was given
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger().addHandler(Ring())
    guard(logging.getLogger().handlers)

    def tell(url: str, places: Sequence[str]) -> None:
        click.echo(say("daemon.listening", url=url), err=True)
        if loaded.settings.server.tls == "auto" and not background:
            welcome(places, paths().authority)

    try:
        daemon(loaded.settings, paths(), tell, background=background)
    except (JarvisError, OSError) as error:
        failed = error if isinstance(error, JarvisError) else refused(error)
        if background:  # for the command that waits for it
            told = {"code": failed.code, "message": failed.message(), "hint": failed.hint()}
            click.echo(json.dumps(told))
        raise failed from error
