// Time: one control for each space, and one for all; what would fall due is shown before.
import { html, useState } from "../dom.js";
import { get, one, post } from "../api.js";
import { nowOf, useAnswer, useTick } from "../hooks.js";
import { Act } from "../parts/acts.js";
import { moment, ofSeconds } from "../words.js";
import { Ahead, Coming } from "./job.js";

const JUMPS = { "+1 min": 60, "+1 h": 3600, "+1 day": 86400 };
const PACES = ["real", "demo", "x60", "step", "manual"];

export function Time({ spaces, clocks, query, refresh }) {
  useTick(250);
  const shown = query.space ? spaces.filter((space) => space.id === query.space) : spaces;
  const all = (verb, body) => async () => {
    await post(`clock/${verb}`, body);
    await refresh();
  };
  return html`
    <section class="middle time" aria-label="Time">
      <div class="filters"><strong>All spaces</strong>
        <${Act} text="Freeze" act=${all("freeze")} /><${Act} text="Resume" act=${all("resume")} />
        <${Act} text="Next event" act=${all("next")} />
        ${Object.entries(JUMPS).map(([text, by]) => html`<${Act} key=${text} text=${text} act=${all("advance", { by })} />`)}
        <${Pace} change=${(pace) => post("clock/pace", { pace }).then(refresh)} />
      </div>
      <div class="scroll clocks" tabindex="0" role="group" aria-label="Spaces">
        ${!shown.length && html`<p class="empty">${query.space ? `There is no space ${query.space}, or no longer.` : "No space is open yet. A client's first call opens one."}</p>`}
        ${shown.map((space) => html`<${Clock} key=${space.id} space=${space} known=${clocks.get(space.id)} refresh=${refresh} />`)}
      </div>
    </section>`;
}

function Clock({ space, known, refresh }) {
  const [ahead, setAhead] = useState(null);
  const path = `spaces/${one(space.id)}/clock`;
  const { said } = useAnswer(`${path}/coming`, { limit: 5 }, ({ kind, document }) => ["job", "clock", "delivery"].includes(kind) && document.space === space.id, 400);
  const time = known?.time || space.clock;
  const act = (verb, body) => async () => {
    await post(`${path}/${verb}`, body);
    await refresh();
  };
  const look = (seconds) => async () => {
    const { coming, more } = await get(`${path}/coming`, { by: `${seconds}s`, limit: 20 });
    setAhead({ seconds, coming, more });
  };
  return html`<article class="clock">
    <header><h3>${space.name}</h3><span class="dim">${space.id}</span></header>
    <p class="big code">${moment(ofSeconds(nowOf(known) ?? time.now_s))}</p>
    <p class="dim">pace ${time.pace}${time.is_frozen ? ", stands still" : `, ×${time.rate}`}</p>
    <div class="acts" role="group" aria-label=${`Time of ${space.name}`}>
      ${time.is_frozen ? html`<${Act} text="Resume" act=${act("resume")} />` : html`<${Act} text="Freeze" act=${act("freeze")} />`}
      <${Act} text="Next event" kind="main" disabled=${!said?.coming.length} act=${act("next")} />
      ${Object.entries(JUMPS).map(([text, by]) => html`<${Act} key=${text} text=${text} act=${look(by)} />`)}
      <${Pace} change=${(pace) => post(`${path}/pace`, { pace }).then(refresh)} />
    </div>
    ${ahead && html`<${Ahead} ahead=${ahead} space=${space.id} done=${async () => {
      setAhead(null);
      await refresh();
    }} />`}
    ${!ahead && said?.coming.length > 0 && html`<p class="dim">To come:</p><${Coming} coming=${said.coming} />`}
  </article>`;
}

function Pace({ change }) {
  const [trouble, setTrouble] = useState("");
  return html`<select aria-label="Pace" value="" onChange=${async (event) => {
    const pace = event.target.value;
    event.target.value = "";
    try {
      await change(pace);
      setTrouble("");
    } catch (error) {
      setTrouble(error.message);
    }
  }}><option value="">pace…</option>${PACES.map((pace) => html`<option key=${pace} value=${pace}>${pace}</option>`)}</select>
  ${trouble && html`<span role="alert" class="trouble">${trouble}</span>`}`;
}
