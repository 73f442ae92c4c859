// One job: its life as lanes, its film, what was asked and kept, and what can be done to it.
import { html, useState } from "../dom.js";
import { get, one, post, remove } from "../api.js";
import { useAnswer, useTick } from "../hooks.js";
import { Act } from "../parts/acts.js";
import { Lanes } from "../parts/lanes.js";
import { Pairs } from "../parts/body.js";
import { Replay } from "../parts/replay.js";
import { useSteady } from "../parts/steady.js";
import { Tree } from "../parts/tree.js";
import { go, hash } from "../route.js";
import { clock, moment, plural, safe, span, tone } from "../words.js";
import { Pane } from "./exchange.js";
import { Gone } from "./gone.js";
import { Story } from "./story.js";

const CALLS = 300;

export function Job({ open: [space, provider, id], ...all }) {
  const where = { space, provider };
  const concerns = ({ kind, document }) => (["clock", "forgotten"].includes(kind) && document.space === space)
    || (kind === "space" && document.id === space)
    || (kind === "job" && document.id === id) || (kind === "delivery" && document.job === id)
    || (kind === "exchange" && document.jobs.includes(id));
  const answer = useAnswer(`jobs/${one(id)}`, { ...where, exchanges: CALLS }, concerns);
  const { said, error, isGone, open } = useSteady(answer, JSON.stringify([space, provider, id]));
  if (isGone) return html`<${Gone} title=${JSON.parse(open)[2]} what="This job" close=${all.close} error=${error}
    why="It was deleted, alone or with its space, its space was begun anew, newer jobs have taken its room, or the server was started anew." />`;
  return html`<${Shown} ...${all} key=${open} open=${JSON.parse(open)} job=${said} error=${error} again=${answer.again} />`;
}

function Shown({ open, job, error, again, query, providers, clocks, close }) {
  const [space, provider, id] = open;
  const where = { space, provider };
  const [ahead, setAhead] = useState(null);
  if (!job) return html`<${Pane} title=${id} close=${close}>${error && html`<p role="alert" class="trouble">${error}</p>`}<//>`;
  const known = providers.find((each) => each.slug === provider);
  const act = (verb, body) => async () => {
    await post(`jobs/${one(id)}/${verb}`, body, where);
    await again();
  };
  const move = async (seconds) => {
    const path = `spaces/${one(space)}/clock`;
    const { coming, more } = await get(`${path}/coming`, { by: `${seconds.toFixed(3)}s`, limit: 20 });
    setAhead({ seconds, coming, more });
  };
  return html`
    <${Pane} title=${id} close=${close} badge=${html`<span class=${`badge ${job.phase}`}>${job.state}</span>`}>
      ${error && html`<p role="alert" class="trouble">${error}</p>`}
      ${job.error && html`<p class="problem">${job.error}</p>`}
      <${Life} job=${job} rate=${rateOf(clocks.get(space))} move=${move} />
      ${ahead && html`<${Ahead} ahead=${ahead} space=${space} done=${async () => {
        setAhead(null);
        await again();
      }} />`}
      <${Acts} job=${job} known=${known} act=${act} drop=${async () => {
        await remove(`jobs/${one(id)}`, where);
        go("jobs", []);
      }} />
      <${Clip} job=${job} />
      <${Replay} key=${id} path=${`jobs/${one(id)}`} query=${where} names=${["pytest", "scenario", "curl", "httpx", "fetch"]} />
      <${Pairs} pairs=${factsOf(job)} />
      ${Object.keys(job.data).length > 0 && html`<h3>What is kept of the request</h3><${Tree} value=${job.data} />`}
      <h3>${job.exchanges.length < CALLS ? plural(job.exchanges.length, "call") : `The latest ${CALLS} calls`}</h3>
      <ol class="calls">${job.exchanges.map((each) => html`<li key=${each.number}>
        <a href=${hash("exchanges", [String(each.number)], query)}><span class="code">${clock(each.at || each.wall_at)}</span>
          <b class=${tone(each.status)}>${each.status}</b> ${each.operation || each.target}
          <span class="dim">${each.fault || each.state}</span></a></li>`)}</ol>
      ${job.deliveries.length > 0 && html`<h3>Webhooks and uploads</h3>
        <ol class="calls">${job.deliveries.map((each) => html`<li key=${each.id}>
          <a href=${hash("deliveries", [space, each.id], query)}><span class="code">${clock(each.planned_at)}</span>
            <b>${each.state}</b> ${each.label} <span class="dim">${plural(each.attempts.length, "attempt")}</span></a></li>`)}</ol>`}
      <${Story} id=${id} where=${where} />
    <//>`;
}

function Life({ job, rate, move }) {
  useTick(rate ? 250 : 60000);
  const [told] = useState({ job: null, at: 0 });
  if (told.job !== job) Object.assign(told, { job, at: performance.now() });
  const elapsed = job.elapsed_s + ((performance.now() - told.at) / 1000) * rate;
  return html`<${Lanes} job=${job} elapsed=${elapsed} onMove=${move} onOpen=${([view, open]) => go(view, open)} />`;
}

const rateOf = (clock) => (!clock || clock.time.is_frozen ? 0 : clock.time.rate);

// What would happen on the way is shown before time is moved.
export function Ahead({ ahead, space, done }) {
  return html`<div class="ahead" role="group" aria-label="Before time is moved">
    <p>Move the time of <b>${space}</b> by <b>${span(ahead.seconds)}</b>: ${ahead.coming.length
      ? `${plural(ahead.coming.length, "thing")}${ahead.more ? " and more" : ""} will happen.` : "nothing happens on the way."}</p>
    <${Coming} coming=${ahead.coming} />
    <${Act} text="Move" kind="main" act=${async () => {
      await post(`spaces/${one(space)}/clock/advance`, { by: ahead.seconds });
      await done();
    }} />
    <button type="button" onClick=${done}>Leave it</button>
  </div>`;
}

export const Coming = ({ coming }) => html`<ol class="coming">${coming.map((each) => html`
  <li><span class="code">${clock(each.at)}</span> ${each.kind === "job" ? html`<b>${each.said}</b>` : `${each.kind} ${each.said}`}
    <span class="dim">${each.provider} ${each.job}</span></li>`)}</ol>`;

function Acts({ job, known, act, drop }) {
  const [state, setState] = useState("");
  const [error, setError] = useState("");
  const isOver = !["waiting", "running"].includes(job.phase);
  const isEndless = ["waiting", "running"].includes(job.timeline.at(-1).phase);
  const states = Object.entries(known?.states || {});
  const ended = states.find(([, phase]) => phase === "cancelled");
  return html`<div class="acts" role="group" aria-label="What can be done to it">
    ${!isOver && html`
      ${!isEndless && html`<${Act} text="Finish" kind="main" title="Move time to its end" act=${act("finish")} />`}
      <${Act} text="Next state" disabled=${!job.changes_at} act=${() => post(`spaces/${one(job.space)}/clock/set`, { to: job.changes_at })} />
      <span class="pair"><select aria-label="How it fails" value=${error} onChange=${(event) => setError(event.target.value)}>
        <option value="">usual error</option>${(known?.failures || []).map((one) => html`<option key=${one.name} value=${one.name}>${meaning(one)}</option>`)}</select>
        <${Act} text="Fail" act=${act("fail", error ? { error } : {})} /></span>
      ${ended && html`<${Act} text="Cancel" act=${act("state", { state: ended[0] })} />`}`}
    <span class="pair"><select aria-label="State to force" value=${state} onChange=${(event) => setState(event.target.value)}>
      <option value="">state…</option>${states.map(([name]) => html`<option key=${name} value=${name}>${name}</option>`)}</select>
      <${Act} text="Force" disabled=${!state} act=${act("state", { state })} /></span>
    <${Act} text="Delete" kind="danger" act=${drop} />
  </div>`;
}

function meaning({ name, error, about }) {
  const told = [error === name ? "" : error, about].filter(Boolean).join(": ");
  return told ? `${name} (${told})` : name;
}

function Clip({ job }) {
  const [isBroken, setBroken] = useState("");
  const link = safe(job.preview.video || job.preview.thumbnail);
  if (!link || isBroken === link) return html`<p class="clip none">${isBroken ? html`This browser cannot play it here: <a href=${link}>open the file</a>.` : whyNone(job)}</p>`;
  if (!job.preview.video || /\.(gif|png|jpe?g|webp)$/i.test(link)) return html`<img class="clip" src=${link} alt=${`Picture of job ${job.id}`} />`;
  return html`<video key=${link} class="clip" controls preload="metadata" playsinline poster=${safe(job.preview.thumbnail) || undefined}
    src=${link} aria-label=${`Clip of job ${job.id}`} onError=${() => setBroken(link)} />`;
}

function whyNone(job) {
  if (job.phase === "failed") return `No film: it failed${job.error ? ` because of ${job.error}` : ""}.`;
  if (job.phase === "cancelled") return "No film: it was cancelled.";
  if (job.media === "purged") return "The film has expired.";
  if (job.media === "available") return "The film is there; nothing of it can be shown here.";
  return job.phase === "succeeded" ? "The film is not there yet." : "No film yet.";
}

function factsOf(job) {
  const { lag_s: lag, keep_s: keep, link_s: link } = job.media_life;
  return [
    ["provider", job.provider], ["operation", job.operation], ["space", job.space], ["created", moment(job.created_at)],
    ["age", span(job.elapsed_s)], ["next change", moment(job.changes_at)],
    ["film", [job.media, lag ? `${span(lag)} after its end` : "", keep ? `kept ${span(keep)}` : ""].filter(Boolean).join(", ")],
    ["link", [job.link, link ? `good for ${span(link)}` : ""].filter(Boolean).join(", ")],
  ].filter(([, value]) => value);
}
