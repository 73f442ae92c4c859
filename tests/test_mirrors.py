"""Every module of the house is proven by a file of tests that can be named.

The mirror of `engine/clock.py` is `engine/test_clock.py`, that of `edge/api/jobs.py` is
`edge/api/test_jobs.py`. What a provider's folder holds is proven on the wire by the
folder of the same name, and each kind of fault by the room for faults.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOT = TESTS.parent / "mockserver"
ROOMS = (
    "scenarios/faults/*",
    "scenarios/faults/*/*",
    "providers/*/*",
    "providers/*/*/*",
    "verdict/rules/*",
)

# Module, and the file that proves it in place of a mirror.
COVERED: Mapping[str, str] = {
    # Where all rooms meet: whatever starts a server proves it.
    "__main__.py": "cli/test_start.py",
    "app.py": "test_server.py",
    "errors.py": "test_validation.py",
    "violations.py": "test_validation.py",
    # It is one half of a probe, in a process of its own.
    "media/look.py": "media/test_probe.py",
    # A verb is proven by what it says, beside its like.
    "cli/tools/arguments.py": "cli/test_command.py",
    "cli/tools/assertions.py": "cli/test_client_verbs.py",
    "cli/catalogue.py": "cli/test_offline_verbs.py",
    "cli/check.py": "cli/test_offline_verbs.py",
    "cli/tools/client.py": "cli/test_client_verbs.py",
    "cli/deliveries.py": "cli/test_watching.py",
    "cli/credentials.py": "cli/test_world_verbs.py",
    "cli/init.py": "cli/test_world_verbs.py",
    "cli/tools/deadline.py": "cli/test_stopping.py",
    "cli/doctor.py": "cli/test_offline_verbs.py",
    "cli/tools/worker.py": "cli/tools/test_workers.py",
    "cli/exchanges.py": "cli/test_watching.py",
    "cli/fault.py": "cli/test_scenarios.py",
    "cli/firings.py": "cli/test_scenarios.py",
    "cli/ca.py": "cli/test_run.py",
    "cli/env.py": "cli/test_run.py",
    "cli/tools/surroundings.py": "clients/test_doors.py",
    "server/sockets/trust.py": "clients/test_doors.py",
    # Two workers are proven by a request that goes from one to the other.
    "edge/replay/literals.py": "edge/replay/test_trials.py",
    "edge/routing/hops.py": "server/fleet/test_handover.py",
    "server/fleet/inner.py": "server/fleet/test_handover.py",
    # Several workers are proven by what all of them answer together.
    "server/fleet/asking.py": "edge/api/test_fleet.py",
    "edge/api/relaying.py": "edge/api/test_fleet.py",
    "edge/staging/starts.py": "edge/api/test_fleet.py",
    "engine/store/scribe.py": "engine/test_scribe.py",
    "engine/store/archive.py": "engine/test_archives.py",
    "engine/store/sqlite_archive.py": "engine/test_archives.py",
    "engine/store/redis/archive.py": "engine/test_archives.py",
    "server/fleet/joining.py": "server/fleet/test_handover.py",
    "server/fleet/lines.py": "server/fleet/test_handover.py",
    "server/fleet/relays.py": "server/fleet/test_relaying.py",
    "server/handles.py": "server/test_jobs.py",
    "cli/jobs.py": "cli/test_client_verbs.py",
    "cli/tools/lines.py": "cli/tools/test_logs.py",
    "cli/listen.py": "cli/test_watching.py",
    "cli/openapi.py": "cli/test_offline_verbs.py",
    "cli/tools/output.py": "cli/test_client_verbs.py",
    "cli/spaces.py": "cli/test_client_verbs.py",
    "cli/tail.py": "cli/test_watching.py",
    "cli/time.py": "cli/test_client_verbs.py",
    # A delivery's parts are proven by deliveries that really go out.
    "delivery/body.py": "delivery/test_parcel.py",
    "delivery/delivery.py": "delivery/test_outbox.py",
    "delivery/files.py": "delivery/test_send.py",
    "delivery/framing.py": "delivery/test_send.py",
    "delivery/lanes.py": "delivery/test_outbox.py",
    "delivery/message.py": "delivery/test_send.py",
    "delivery/post.py": "delivery/test_outbox.py",
    "delivery/target.py": "delivery/test_s3.py",
    # What a connection becomes is proven by the bytes of one.
    "edge/routing/destinations.py": "server/sockets/test_entrance.py",
    "edge/routing/proxying.py": "server/sockets/test_entrance.py",
    "server/sockets/authority.py": "server/sockets/test_entrance.py",
    "server/sockets/hello.py": "server/sockets/test_entrance.py",
    "server/sockets/relay.py": "server/sockets/test_entrance.py",
    # The layers are proven by the bytes that a client gets.
    "edge/answering/answers.py": "providers/test_contract.py",
    "edge/api/credentials.py": "cli/test_world_verbs.py",
    "edge/answering/early.py": "scenarios/test_early.py",
    "providers/asked.py": "providers/test_incoming.py",
    "providers/expiry.py": "scenarios/test_links.py",
    "providers/facts.py": "providers/test_provider.py",
    "providers/plugin.py": "providers/test_provider.py",
    "scenarios/book/arming.py": "scenarios/book/test_budgets.py",
    "scenarios/written/asked.py": "scenarios/written/test_load.py",
    "scenarios/book/skew.py": "scenarios/faults/test_skew.py",
    "scenarios/book/rewrite.py": "scenarios/book/test_rules.py",
    "scenarios/book/vanishing.py": "scenarios/test_told.py",
    "edge/answering/altered.py": "scenarios/faults/test_files.py",
    "edge/api/endpoints.py": "edge/api/test_document.py",
    "edge/api/openapi.py": "edge/api/test_document.py",
    "edge/api/desk.py": "edge/api/test_requests.py",
    "edge/api/server.py": "edge/api/test_requests.py",
    "edge/api/shapes.py": "edge/api/test_document.py",
    "edge/api/streams.py": "edge/api/test_events.py",
    "edge/api/views.py": "edge/api/test_document.py",
    "edge/answering/dates.py": "scenarios/faults/test_dates.py",
    "edge/layers/envelope.py": "providers/test_contract.py",
    "edge/events.py": "edge/api/test_events.py",
    "edge/layers/faults.py": "scenarios/faults/test_answers.py",
    "edge/instance.py": "edge/api/test_metrics.py",
    "edge/routing/hinting.py": "providers/test_hints.py",
    "edge/layers/front.py": "providers/test_contract.py",
    "edge/answering/lines.py": "edge/answering/test_explain.py",
    "edge/layers/occasions.py": "scenarios/faults/test_answers.py",
    "edge/own.py": "edge/api/test_requests.py",
    "edge/layers/recorder.py": "edge/api/test_exchanges.py",
    "edge/redactors.py": "edge/test_secrets.py",
    "edge/routing/refusals.py": "server/sockets/test_connection.py",
    "edge/answering/respond.py": "scenarios/faults/test_answers.py",
    "edge/staging/sayable.py": "scenarios/test_shipped.py",
    "edge/staging/stage.py": "scenarios/book/test_rules.py",
    "edge/tally.py": "edge/api/test_metrics.py",
    "edge/staging/renewal.py": "providers/declared/test_renewal.py",
    "edge/storing/upkeep.py": "edge/layers/test_keeping.py",
    "edge/staging/watching.py": "scenarios/test_watching.py",
    "edge/answering/sending.py": "scenarios/faults/test_answers.py",
    # Halves of one machine, proven together.
    "engine/alarms.py": "engine/test_scheduler.py",
    "engine/jobengine.py": "engine/test_jobs.py",
    "engine/round.py": "engine/test_scheduler.py",
    "engine/beginning.py": "engine/test_spaces.py",
    "engine/kept.py": "edge/layers/test_keeping.py",
    "engine/marks.py": "engine/test_clock.py",
    "engine/space.py": "engine/test_spaces.py",
    "engine/store/codec.py": "engine/test_codec.py",
    "engine/store/folding.py": "engine/test_folding.py",
    "engine/store/groups.py": "engine/test_log.py",
    "engine/store/log.py": "engine/test_log.py",
    "engine/store/notes.py": "engine/test_notes.py",
    "engine/store/moving.py": "engine/test_moving.py",
    "engine/store/reading.py": "engine/test_reading.py",
    "engine/store/shelf.py": "engine/test_log.py",
    "engine/store/slices.py": "engine/test_redis_taking.py",
    "engine/store/watched.py": "engine/test_log.py",
    "engine/store/sqlite.py": "engine/test_sqlite.py",
    "edge/storing/stores.py": "engine/test_codec.py",
    "scenarios/book/keeping.py": "edge/layers/test_keeping.py",
    "scenarios/book/scopes.py": "scenarios/book/test_rules.py",
    "engine/store/memory.py": "engine/test_store.py",
    "engine/store/directory.py": "edge/routing/test_turns.py",
    "engine/store/redis/directory.py": "engine/test_redis.py",
    "engine/store/redis/fetched.py": "engine/test_redis.py",
    "engine/store/redis/line.py": "engine/test_redis.py",
    "engine/store/redis/nobodys.py": "engine/test_redis.py",
    "engine/store/redis/register.py": "engine/test_redis.py",
    "engine/store/redis/taking.py": "engine/test_redis_taking.py",
    "engine/store/redis/scripts.py": "engine/test_redis.py",
    "engine/store/redis/shelf.py": "engine/test_redis.py",
    "engine/store/redis/writing.py": "engine/test_redis.py",
    "engine/store/redis/addresses.py": "engine/test_redis_addresses.py",
    "engine/sharing.py": "edge/test_shared.py",
    "engine/store/protocol.py": "engine/test_store.py",
    # A clip's parts are proven by clips that ffprobe reads.
    "media/files.py": "media/test_cache.py",
    "media/cards/art.py": "media/cards/test_painter.py",
    "media/cards/prompts.py": "media/cards/test_painter.py",
    "media/gallery.py": "cli/test_gallery.py",
    "media/cards/boxes.py": "media/cards/test_painter.py",
    "media/cards/card.py": "media/test_spec.py",
    "media/cards/colors.py": "media/cards/test_painter.py",
    "media/cards/layouts.py": "media/cards/test_painter.py",
    "media/cards/reel.py": "media/cards/test_stills.py",
    "media/cards/scene.py": "media/cards/test_painter.py",
    "media/cards/shapes.py": "media/cards/test_painter.py",
    "media/graphs.py": "media/test_render.py",
    "media/parts.py": "media/test_render.py",
    "media/pieces.py": "media/test_playlists.py",
    "media/renderer.py": "media/test_cache.py",
    "media/shelf.py": "media/test_cache.py",
    "media/sound/wav.py": "media/cards/test_stills.py",
    # What is heard is proven by decoding it.
    "media/sound/bank.py": "media/sound/test_heard.py",
    "media/sound/cells.py": "media/sound/test_heard.py",
    "media/sound/codecs.py": "media/sound/test_heard.py",
    "media/sound/waves.py": "media/sound/test_heard.py",
    "media/cards/typeset.py": "media/cards/test_painter.py",
    # What a provider is made of is proven by all providers.
    "providers/call.py": "providers/test_subjects.py",
    "providers/door.py": "providers/impossible/test_doors.py",
    "providers/kinds.py": "providers/test_world.py",
    "providers/opening.py": "providers/test_contract.py",
    "providers/things.py": "providers/idomoo/test_world.py",
    "providers/takeover.py": "cli/test_world_verbs.py",
    "providers/worldfile.py": "providers/test_world.py",
    "providers/worlds.py": "providers/test_world.py",
    "providers/worldschema.py": "providers/test_world.py",
    "providers/handover.py": "providers/test_contract.py",
    "providers/people.py": "providers/hourone/test_small_operations.py",
    "providers/reply.py": "providers/test_contract.py",
    "providers/services.py": "providers/test_subjects.py",
    "providers/signing.py": "server/test_webhooks.py",
    "providers/uploads.py": "scenarios/test_uploads.py",
    # What a text hides is proven by what is hidden.
    "verdict/cookies.py": "verdict/test_har.py",
    "verdict/secrets.py": "verdict/test_redact.py",
    # What clients did is proven by clients.
    "server/summary.py": "test_pytest_plugin.py",
    "server/verdicts.py": "test_pytest_plugin.py",
    "verdict/case.py": "verdict/test_rules.py",
    "verdict/exchange.py": "verdict/test_journal.py",
    "verdict/finding.py": "verdict/test_rules.py",
    # The parts of a rule are proven by rules that act.
    "scenarios/checks/known.py": "scenarios/written/test_language.py",
    "scenarios/book/facts.py": "scenarios/book/test_rules.py",
    "scenarios/written/mistakes.py": "scenarios/checks/test_sense.py",
    "scenarios/book/deeds.py": "scenarios/book/test_rules.py",
    "scenarios/book/firings.py": "server/test_faults.py",
    "scenarios/book/index.py": "scenarios/book/test_rules.py",
    "scenarios/written/library.py": "scenarios/test_shipped.py",
    "scenarios/written/model.py": "scenarios/book/test_rules.py",
    "scenarios/problems.py": "scenarios/test_refusals.py",
    "scenarios/written/shapes.py": "scenarios/written/test_load.py",
    "scenarios/written/source.py": "scenarios/written/test_load.py",
    "scenarios/written/steps.py": "scenarios/book/test_effects.py",
    # The server of a test is proven by tests that use it.
    "server/credentials.py": "test_server.py",
    "server/face.py": "test_server.py",
    "server/inboxes.py": "server/test_webhooks.py",
    "server/durations.py": "server/test_jobs.py",
    "server/sockets/listener.py": "cli/test_serve.py",
    "server/sockets/loops.py": "test_server.py",
    "server/mock.py": "test_server.py",
    "server/receiver.py": "server/test_webhooks.py",
    "server/signatures.py": "server/test_webhooks.py",
    "server/spaces.py": "test_server.py",
    "server/travelling.py": "server/test_sleeping.py",
    # What can happen at a provider is proven by what is drawn of it.
    "strategies/sayings.py": "strategies/test_tales.py",
}


def mirror_of(module: str) -> str:
    """Return the file of tests that mirrors a module."""
    *rooms, name = module.split("/")
    return "/".join([*rooms, f"test_{name}"])


def without_a_mirror(
    modules: Iterable[str], tests: Iterable[str], covered: Mapping[str, str]
) -> Iterator[str]:
    """Say of each module that no file of tests is named for how to mend that."""
    there = frozenset(tests)
    for module in modules:
        mirror = covered.get(module, mirror_of(module))
        if mirror not in there:
            yield f"{module}: write tests/{mirror}, or name in COVERED what proves it"


def covered_in_vain(
    modules: Iterable[str], tests: Iterable[str], covered: Mapping[str, str]
) -> Iterator[str]:
    """Say what is named though the module is gone, or has a mirror by now."""
    there, known = frozenset(tests), frozenset(modules)
    for module in covered:
        if module not in known:
            yield f"{module}: there is no such module"
        elif mirror_of(module) in there:
            yield f"{module}: has a mirror, take it out of COVERED"


def _modules() -> list[str]:
    found = (path.relative_to(ROOT) for path in sorted(ROOT.rglob("*.py")))
    named = (p for p in found if p.name not in {"__init__.py", "version.py"})
    return [p.as_posix() for p in named if not any(p.match(room) for room in ROOMS)]


MODULES = _modules()
FILES = [path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py")]


def test_every_module_is_proven_by_a_file_that_can_be_named() -> None:
    assert list(without_a_mirror(MODULES, FILES, COVERED)) == []


def test_nothing_is_named_in_vain() -> None:
    assert list(covered_in_vain(MODULES, FILES, COVERED)) == []


def test_the_modules_are_seen_at_all() -> None:
    assert {"app.py", "engine/clock.py", "edge/api/jobs.py"} <= {*MODULES}
    assert not [one for one in MODULES if "idomoo" in one or "garbage" in one]


def test_every_provider_and_the_faults_have_a_folder_of_tests() -> None:
    inits = [*ROOT.glob("providers/*/__init__.py"), ROOT / "scenarios/faults/any"]
    folders = [TESTS / init.parent.relative_to(ROOT) for init in inits]

    assert [one for one in folders if not [*one.glob("test_*.py")]] == []


@pytest.mark.parametrize(
    ("module", "mirror"),
    [
        ("app.py", "test_app.py"),
        ("engine/clock.py", "engine/test_clock.py"),
        ("edge/api/jobs.py", "edge/api/test_jobs.py"),
    ],
)
def test_a_mirror_has_the_name_of_its_module(module: str, mirror: str) -> None:
    assert mirror_of(module) == mirror


def test_a_module_that_nobody_proves_is_found() -> None:
    modules, tests = ["a/b.py", "a/c.py", "a/d.py"], ["a/test_b.py", "x/test_c.py"]

    found = without_a_mirror(modules, tests, {"a/c.py": "x/test_c.py"})

    assert list(found) == [
        "a/d.py: write tests/a/test_d.py, or name in COVERED what proves it"
    ]


def test_a_name_in_vain_is_found() -> None:
    covered = {"a/b.py": "x/test_c.py", "a/gone.py": "x/test_c.py"}

    found = covered_in_vain(["a/b.py"], ["a/test_b.py", "x/test_c.py"], covered)

    assert list(found) == [
        "a/b.py: has a mirror, take it out of COVERED",
        "a/gone.py: there is no such module",
    ]
