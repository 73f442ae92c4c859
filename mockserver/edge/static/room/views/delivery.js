// One delivery: what was sent, each attempt, how it is signed, and sending it again.
import { html, useState } from "../dom.js";
import { one, post } from "../api.js";
import { useAnswer } from "../hooks.js";
import { Act } from "../parts/acts.js";
import { Body, Pairs } from "../parts/body.js";
import { useSteady } from "../parts/steady.js";
import { hash } from "../route.js";
import { bytes, moment, span, tone } from "../words.js";
import { PHASES } from "./deliveries.js";
import { Headers, Pane } from "./exchange.js";
import { Gone } from "./gone.js";

const FAULTS = { "": "as it is", twice: "twice", "wrong-signature": "with a wrong signature", late: "late" };

export function Delivery({ open: [space, id], query, close }) {
  const concerns = ({ kind, document }) => (kind === "delivery" && document.id === id && document.space === space)
    || (kind === "forgotten" && document.space === space) || (kind === "space" && document.id === space);
  const answer = useAnswer(`deliveries/${one(id)}`, { space }, concerns);
  const { said, error, isGone, open } = useSteady(answer, JSON.stringify([space, id]));
  if (isGone) return html`<${Gone} title=${JSON.parse(open)[1]} what="This delivery" close=${close} error=${error}
    why="Its space was deleted or begun anew, newer ones have taken its room, or the server was started anew." />`;
  return html`<${Shown} key=${open} open=${JSON.parse(open)} said=${said} error=${error} again=${answer.again} query=${query} close=${close} />`;
}

function Shown({ open: [space, id], said, error, again, query, close }) {
  const [fault, setFault] = useState("");
  const [delay, setDelay] = useState("10s");
  if (!said) return html`<${Pane} title=${id} close=${close}>${error && html`<p role="alert" class="trouble">${error}</p>`}<//>`;
  const facts = [
    ["to", said.url], ["tells", said.label], ["provider", said.provider], ["space", said.space],
    ["planned", moment(said.planned_at)], ["next try", moment(said.next_at)], ["size", bytes(said.size_bytes)],
    ...Object.entries(said.place), ["signed", said.signature && `${said.signature.header}: ${said.signature.about}`],
    ["dated by", said.signature?.timestamp],
  ].filter(([, value]) => value);
  return html`
    <${Pane} title=${`${said.method} ${said.label}`} close=${close}
      badge=${html`<span class=${`badge ${PHASES[said.state] || "waiting"}`}>${said.state}</span>`}>
      <div class="acts">
        <select aria-label="How to send it again" value=${fault} onChange=${(event) => setFault(event.target.value)}>
          ${Object.entries(FAULTS).map(([name, title]) => html`<option key=${name} value=${name}>${title}</option>`)}</select>
        ${fault === "late" && html`<input type="text" size="6" aria-label="How late" value=${delay} onInput=${(event) => setDelay(event.target.value)} />`}
        <${Act} text="Send again" kind="main" act=${async () => {
          await post(`deliveries/${one(id)}/resend`, { ...(fault && { fault }), ...(fault === "late" && { delay }) }, { space });
          await again();
        }} />
      </div>
      <${Pairs} pairs=${facts} />
      ${said.job && html`<p>About <a class="code" href=${hash("jobs", [said.space, said.provider, said.job], query)}>${said.job}</a></p>`}
      <h3>Attempts</h3>
      ${said.attempts.length ? html`<ol class="attempts">${said.attempts.map((attempt, at) => html`<li key=${at}>
        <p><span class="code">${moment(attempt.at)}</span> <b class=${attempt.status ? tone(attempt.status) : "bad"}>${attempt.status || attempt.error || attempt.passage}</b>${" "}
          <span class="dim">try ${attempt.number}, ${span(attempt.elapsed_s)}${attempt.is_copy ? ", a copy by a fault" : ""}${attempt.is_tampered ? ", changed by a fault" : ""}${attempt.is_repeat ? ", made again after a restart" : ""}</span></p>
        ${attempt.reason && html`<p>${attempt.reason}</p>`}
        ${attempt.answer && html`<pre tabindex="0">${attempt.answer}</pre>`}</li>`)}</ol>` : html`<p class="dim">None yet.</p>`}
      <h3>What is sent</h3>
      <${Headers} pairs=${said.headers} />
      <${Body} label="What is sent" side=${{ headers: said.headers, body: said.body }} />
    <//>`;
}
