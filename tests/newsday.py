"""Ten invented stories of one day, told by several outlets, and a line that films them at once."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.draft import Brief
from bot.ground import ground
from bot.story import Beat, Cite, Grounding, Script, Story
from bot.writers import Tell
from fakes import FakeLine

OUTLETS = ("The Ansel Post", "Coast Radio", "Daily Meridian", "Harbour Courier")

STORIES: tuple[tuple[str, ...], ...] = (  # a story: what each outlet says, as headline | sentence
    (
        "Ferry hits harbour bridge in Port Ansel | A ferry struck the harbour bridge in Port Ansel "
        "shortly after seven, the coast guard said.",
        "Port Ansel harbour bridge closed after ferry collision | Police closed the harbour bridge "
        "in Port Ansel to all traffic after a ferry hit it.",
        "Ferry collides with Port Ansel bridge, nobody hurt | Nobody was hurt when a ferry hit the "
        "harbour bridge in Port Ansel, the operator said.",
        "Divers check Port Ansel harbour bridge after ferry collision | Divers are looking at the "
        "piers of the harbour bridge in Port Ansel, the port said.",
    ),
    (
        "Oster Vale reservoir falls below a third | The Oster Vale reservoir stands at 31 per cent "
        "of its capacity, the water board said.",
        "Reservoir at Oster Vale down to 31 per cent | Water levels at Oster Vale are the lowest "
        "since records began in 1987, the water board said.",
        "Water board: Oster Vale reservoir at a third | The water board asked households around "
        "Oster Vale to save water.",
    ),
    (
        "Night train to Skarholm returns after eleven years | The night train to Skarholm will run "
        "again from June, the railway announced.",
        "Railway brings back the Skarholm night train | Tickets for the Skarholm night train go on "
        "sale on Monday, the railway said.",
        "Skarholm night train back on the timetable from June | The Skarholm night train was taken "
        "off the timetable eleven years ago.",
    ),
    (
        "Lighthouse museum in Brennick wins national prize | The lighthouse museum in Brennick won "
        "the national museum prize.",
        "National museum prize goes to Brennick lighthouse | The jury praised the Brennick "
        "lighthouse museum for its work with schools.",
        "Brennick lighthouse museum takes national museum prize | The prize for the Brennick "
        "lighthouse museum is worth 40,000 crowns.",
    ),
    (
        "Power cut leaves north of Tarn Hollow dark | A power cut left 4,000 homes in the north of "
        "Tarn Hollow without light, the grid operator said.",
        "Tarn Hollow power cut: 4,000 homes without electricity | Crews are repairing a substation "
        "in Tarn Hollow, the grid operator said.",
        "Substation fault causes power cut in Tarn Hollow | A fault in a substation caused the "
        "power cut in Tarn Hollow.",
    ),
    (
        "Wolf seen near primary school in Ellersby | A wolf was seen near the primary school in "
        "Ellersby on its way into the woods, rangers said.",
        "Rangers track wolf seen in Ellersby | Rangers are following the tracks of the wolf that "
        "was seen in Ellersby.",
        "Ellersby wolf sighting confirmed by rangers | The rangers confirmed the sighting of the "
        "wolf in Ellersby from photos.",
    ),
    (
        "Former treasurer of Varn Quay charged with fraud | Former treasurer Odo Hallam of Varn "
        "Quay was charged with fraud, prosecutors said.",
        "Fraud charge against former Varn Quay treasurer Odo Hallam | Odo Hallam denies the fraud "
        "charge, his lawyer said.",
        "Varn Quay: former treasurer Hallam charged with fraud | The trial of former treasurer "
        "Hallam on the fraud charge begins in autumn.",
    ),
    (
        "Storm Ilva reaches the western islands | Storm Ilva reached the western islands with "
        "gusts of 120 kilometres an hour, forecasters said.",
        "Ferries stay in port as storm Ilva hits western islands | All ferries to the western "
        "islands were cancelled because of storm Ilva.",
        "Storm Ilva: western islands shut schools | Schools on the western islands stay shut on "
        "account of storm Ilva.",
    ),
    (
        "Glassworks in Hollin to close after 140 years | The glassworks in Hollin will close at "
        "the end of the year, its owner said.",
        "Hollin glassworks closure: 210 jobs affected | 210 people work at the Hollin glassworks, "
        "the union said.",
        "Owner confirms end of Hollin glassworks | The owner of the Hollin glassworks named energy "
        "prices as the reason.",
    ),
    (
        "Marathon record falls in Port Ansel | Ilse Maron won the Port Ansel marathon in a course "
        "record of 2 hours and 24 minutes.",
        "Ilse Maron breaks Port Ansel marathon record | Ilse Maron was three minutes faster than "
        "the old record of the Port Ansel marathon.",
        "Port Ansel marathon: course record for Ilse Maron | 9,000 runners started in the Port "
        "Ansel marathon, the organisers said.",
    ),
)


class DayLine(FakeLine):
    """Says what the reports say, a sentence each; its clips are small files, made at once."""

    async def write(self, story: Story, brief: Brief, tell: Tell) -> tuple[Script, Grounding]:
        cited = {item.outlet: item for item in story.items}
        beats = tuple(
            Beat(item.summary, (Cite(item.id, item.outlet, item.url, item.summary),))
            for item in cited.values()
        )
        script = Script("news", story.items[0].title, "en", "neutral", beats, writer="extractive")
        return script, ground(script, story.items)


@dataclass(frozen=True, slots=True)
class Wire:
    """The file that the day's reports are written to as they come in."""

    path: Path

    def breaks(self, number: int) -> str:
        """The outlets tell story `number` (from 1) within minutes; answers its first headline."""
        now, lines = datetime.now(UTC), []
        for n, (outlet, told) in enumerate(zip(OUTLETS, STORIES[number - 1], strict=False)):
            title, summary = (part.strip() for part in told.split(" | "))
            at = (now - timedelta(minutes=6 - 2 * n)).isoformat()
            item = {"id": f"s{number}-{n}", "outlet": outlet, "title": title, "summary": summary}
            url = f"https://{outlet.split()[-1].lower()}.example/{number}"
            lines.append({**item, "first_seen": at, "published": at, "url": url, "lang": "en"})
        with self.path.open("a") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
        return STORIES[number - 1][0].split(" | ")[0]
