// One exchange: what was asked, what was answered, and what we thought of it.
import { html } from "../dom.js";
import { useAnswer } from "../hooks.js";
import { Body, Pairs } from "../parts/body.js";
import { Replay } from "../parts/replay.js";
import { useSteady } from "../parts/steady.js";
import { marksOf } from "../parts/tree.js";
import { hash } from "../route.js";
import { moment, span, tone } from "../words.js";
import { Gone } from "./gone.js";

const concerns = ({ kind }) => kind === "forgotten";

export function Exchange({ number, query, close }) {
  const { said, error, isGone, open } = useSteady(useAnswer(`exchanges/${encodeURIComponent(number)}`, { base64: true }, concerns), number);
  if (isGone) return html`<${Gone} title="Exchange ${open}" what="This exchange" close=${close} error=${error}
    why="The exchanges were cleared, its space was deleted, newer ones have taken its room, or the server was started anew." />`;
  if (error) return html`<${Pane} title="Exchange ${open}" close=${close}><p role="alert" class="trouble">${error}</p><//>`;
  if (!said) return html`<${Pane} title="Exchange ${open}" close=${close} />`;
  return html`<${Shown} key=${open} said=${said} number=${open} query=${query} close=${close} />`;
}

function Shown({ said, number, query, close }) {
  const { path, search } = parted(said.target);
  const thoughts = [said.hint, ...said.notes].filter(Boolean);
  const facts = [
    ["provider", said.provider], ["operation", said.operation || "none"], ["space", said.space],
    ["time there", moment(said.at)], ["time here", moment(said.wall_at)], ["took", span(said.elapsed_s)],
    ["counts as", [said.is_poll && "poll", said.role].filter(Boolean).join(", ")], ["job was", said.state],
    ["fault", said.fault],
  ].filter(([, value]) => value);
  return html`
    <${Pane} title=${`${said.method} ${path}`} close=${close}
      badge=${html`<b class=${`status ${tone(said.status)}`}>${said.status || "no answer"}</b>`}>
      ${thoughts.length > 0 && html`<ul class="thoughts" aria-label="What we thought of it">${thoughts.map((one) => html`<li>${one}</li>`)}</ul>`}
      <${Pairs} pairs=${facts} />
      ${said.jobs.length > 0 && html`<p>About ${said.jobs.slice(0, 5).map((id) => html`<a class="code" href=${hash("jobs", [said.space, said.provider, id], query)}>${id}</a> `)}</p>`}
      <${Replay} key=${`r${number}`} path=${`exchanges/${encodeURIComponent(number)}`}
        names=${["curl", "httpx", "fetch", ...(said.space && said.provider ? ["pytest"] : []), ...(said.fault ? ["scenario"] : [])]} />
      <h3>Request</h3>
      ${search.length > 0 && html`<${Pairs} pairs=${search} />`}
      <${Headers} pairs=${said.request.headers} />
      <${Body} key=${`q${number}`} label="Request" side=${said.request} marks=${marksOf(thoughts)} />
      <h3>Response</h3>
      <${Headers} pairs=${said.response.headers} />
      <${Body} key=${`a${number}`} label="Response" side=${said.response} />
    <//>`;
}

export const Headers = ({ pairs }) => pairs.length > 0 && html`
  <details class="headers"><summary>${pairs.length} headers</summary><${Pairs} pairs=${pairs} /></details>`;

export function Pane({ title, badge = "", close, children }) {
  return html`
    <section class="detail" aria-label="Detail">
      <header><h2 class="code">${title}</h2>${badge}
        <button type="button" class="quiet close" aria-label="Close" title="Close (Esc)" onClick=${close}>×</button></header>
      <div class="scroll" tabindex="0" role="group" aria-label=${title}>${children}</div>
    </section>`;
}

function parted(target) {
  const at = target.indexOf("?");
  if (at < 0) return { path: target, search: [] };
  return { path: target.slice(0, at), search: [...new URLSearchParams(target.slice(at + 1))] };
}
