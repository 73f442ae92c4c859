"""What was sent is seen: photos in order, names, logo, and the texts."""

from mockserver.media.cards.card import Card
from mockserver.providers.digitalcarbon import clips
from tests.providers.digitalcarbon.conftest import Api


async def cards_of(api: Api, **more: object) -> tuple[Card, ...]:
    job_id = await api.finished(**more)
    space = api.running.space("digitalcarbon", "main")
    job = space.jobs("digitalcarbon").get(job_id)
    return clips.video(api.running.instance.services, space, job).cards
