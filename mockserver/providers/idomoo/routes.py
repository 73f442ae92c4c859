"""Idomoo's operations by path: three generations of one API, and its files."""

from collections.abc import Mapping
from typing import Final

from mockserver.providers.call import Call
from mockserver.providers.idomoo import (
    classic_routes,
    generate_routes,
    library_routes,
    media_routes,
    modern_routes,
    previews,
    scene_routes,
    subjects,
)
from mockserver.providers.idomoo.access import by_classic_token
from mockserver.providers.idomoo.wire import CORS
from mockserver.providers.routes import Handler, Routes, Traits

__all__ = ["table"]

V2: Final = "/api/v2"
V3: Final = "/api/v3"


# What needs credentials: method, path, operation and handler. No path ends with a
# slash, for `clean_path` has taken it away.
_LOCKED: Final[tuple[tuple[str, str, str, Handler[Call]], ...]] = (
    ("GET", f"{V2}/accounts", "get-account", library_routes.get_account),
    ("POST", f"{V2}/libraries", "create-library", library_routes.create_library),
    ("GET", f"{V2}/libraries", "list-libraries", library_routes.list_libraries),
    (
        "GET",
        f"{V2}/libraries/{{library_id}}",
        "get-library",
        library_routes.get_library,
    ),
    (
        "PUT",
        f"{V2}/libraries/{{library_id}}",
        "update-library",
        library_routes.update_library,
    ),
    (
        "DELETE",
        f"{V2}/libraries/{{library_id}}",
        "delete-library",
        library_routes.delete_library,
    ),
    (
        "GET",
        f"{V2}/libraries/{{library_id}}/scenes",
        "list-library-scenes",
        library_routes.list_library_scenes,
    ),
    (
        "DELETE",
        f"{V2}/libraries/{{library_id}}/scenes/{{scene_id}}",
        "delete-scene",
        scene_routes.delete_scene,
    ),
    (
        "POST",
        f"{V2}/scenes/generate",
        "generate-scenes",
        generate_routes.generate_scenes,
    ),
    ("POST", f"{V2}/scenes", "upload-scene", scene_routes.upload_scene),
    ("GET", f"{V2}/scenes", "list-scenes", scene_routes.list_scenes),
    ("GET", f"{V2}/scenes/{{scene_id}}", "get-scene", scene_routes.get_scene),
    ("PUT", f"{V2}/scenes/{{scene_id}}", "replace-scene", scene_routes.replace_scene),
    ("PATCH", f"{V2}/scenes/{{scene_id}}", "patch-scene", scene_routes.patch_scene),
    (
        "POST",
        f"{V2}/storyboards/generate",
        "generate-storyboard",
        generate_routes.generate_storyboard,
    ),
    ("GET", f"{V2}/storyboards", "list-storyboards", scene_routes.list_storyboards),
    (
        "GET",
        f"{V2}/storyboards/{{storyboard_id}}",
        "get-storyboard",
        scene_routes.get_storyboard,
    ),
    ("POST", f"{V3}/oauth/token", "v3-token", modern_routes.token),
    ("POST", f"{V3}/libraries", "v3-create-library", library_routes.create_library),
    ("GET", f"{V3}/libraries", "v3-list-libraries", library_routes.list_libraries),
    (
        "GET",
        f"{V3}/libraries/{{library_id}}",
        "v3-get-library",
        library_routes.get_library,
    ),
    (
        "POST",
        f"{V3}/scenes/generate",
        "v3-generate-scenes",
        modern_routes.generate_scenes,
    ),
    ("POST", f"{V3}/scenes", "v3-upload-scene", scene_routes.upload_scene),
    ("GET", f"{V3}/scenes", "v3-list-scenes", scene_routes.list_scenes),
    ("GET", f"{V3}/scenes/{{scene_id}}", "v3-get-scene", scene_routes.get_scene),
    (
        "PUT",
        f"{V3}/scenes/{{scene_id}}",
        "v3-replace-scene",
        scene_routes.replace_scene,
    ),
    (
        "POST",
        f"{V3}/storyboards/generate",
        "v3-generate-storyboard",
        modern_routes.generate_storyboard,
    ),
    ("GET", f"{V3}/storyboards", "v3-list-storyboards", scene_routes.list_storyboards),
    (
        "GET",
        f"{V3}/storyboards/{{storyboard_id}}",
        "v3-get-storyboard",
        scene_routes.get_storyboard,
    ),
)


_SCENE: Final = Traits(subject=subjects.of_export)
_TRAITS: Final[Mapping[str, Traits[Call]]] = {
    **dict.fromkeys(
        ("replace-scene", "v3-replace-scene", "patch-scene", "delete-scene"), _SCENE
    ),
    **dict.fromkeys(("get-scene", "v3-get-scene"), Traits(**_SCENE, polls=True)),
}


def _table() -> Routes[Call]:
    table = Routes[Call]()
    # Pollers ask for these most: they are looked for first.
    for version, prefix in ((V2, ""), (V3, "v3-")):
        path = f"{version}/check_status/{{unique_id:.+}}"
        table.get(
            path,
            f"{prefix}check-status",
            public="unique_id",
            subject=subjects.of_render,
            polls=True,
        )(generate_routes.check_status)
    table.get(
        "/media/{file:.+}",
        "media",
        public=media_routes.media_owner,
        subject=subjects.of_file,
        answers_head=True,
    )(media_routes.media)
    for method, path, operation, handler in _LOCKED:
        table.add(method, path, operation, **_TRAITS.get(operation, {}))(handler)
    _add_unlocked(table)
    CORS.cover(table)
    return table


def _add_unlocked(table: Routes[Call]) -> None:
    table.add(
        "POST", "/ext/cg", "v1-generate", public=by_classic_token, body_first=True
    )(classic_routes.generate)
    table.put("/upload/{token}", "put-upload", public=scene_routes.upload_owner)(
        scene_routes.put_upload
    )
    table.get(
        "/lp/{page_id}/{stem:.+}",
        "landing-page",
        public=media_routes.landing_owner,
        subject=subjects.of_page,
        is_page=True,
    )(media_routes.landing_page)
    table.get(
        "/preview/{file:.+}", "preview", public=previews.owner, answers_head=True
    )(media_routes.preview)


table: Final = _table()
