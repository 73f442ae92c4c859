// The bad days: those that ship, those that act, and one of your own, tried as it is typed.
import { html, useState } from "../dom.js";
import { get, one, post, remove } from "../api.js";
import { useAnswer } from "../hooks.js";
import { Act } from "../parts/acts.js";
import { useSteady } from "../parts/steady.js";
import { go } from "../route.js";
import { moment, plural } from "../words.js";
import { Compose } from "./compose.js";
import { Pane } from "./exchange.js";

export const ACTS = ({ kind }) => ["exchange", "delivery", "clock", "space", "job"].includes(kind);

export function Scenarios({ query, open, spaces }) {
  const library = useAnswer("scenarios", {});
  const acting = useAnswer("faults", { space: query.space }, ACTS, 500);
  const text = (query.text || "").toLowerCase();
  const [typed, setTyped] = useState("");
  const words = (typed || text).toLowerCase();
  const fits = (each) => (!words || `${each.name} ${each.about}`.toLowerCase().includes(words))
    && (!query.provider || each.shows_at.includes(query.provider));
  const found = (library.said?.scenarios || []).filter(fits);
  return html`
    <section class="middle scenarios" aria-label="Scenarios">
      <div class="filters" role="search"><input type="search" placeholder="find a bad day" aria-label="Find a scenario" value=${typed} onInput=${(event) => setTyped(event.target.value)} />
        <button type="button" class="main" onClick=${() => go("scenarios", ["new"])}>Write one</button>
        ${query.space && html`<span class="dim">in space ${query.space}</span>`}</div>
      <div class="scroll" tabindex="0" role="group" aria-label="Scenarios">
        <${Acting} acting=${acting} />
        <h3>Ready-made${library.said ? ` (${found.length})` : ""}</h3>
        ${library.isWaiting && html`<p class="dim">Each is tried before it is listed…</p>`}
        ${library.error && html`<p role="alert" class="trouble">${library.error}</p>`}
        <ul class="library">${found.map((each) => html`<li key=${each.name}>
          <button type="button" class=${`row-button${open[0] === each.name ? " chosen" : ""}`} onClick=${() => go("scenarios", [each.name])}>
            <b>${each.name}</b><span class="dim">${each.about}</span></button></li>`)}</ul>
        ${library.said?.broken.map((line) => html`<p class="trouble">${line}</p>`)}
      </div>
    </section>`;
}

function Acting({ acting }) {
  const faults = acting.said?.faults || [];
  if (!faults.length) return html`<p class="dim">No scenario acts.</p>`;
  const off = (fault) => async () => {
    await remove(`spaces/${one(fault.space)}/faults`, { scenario: fault.id });
    await acting.again();
  };
  return html`<h3>Acting</h3><ul class="acting">${faults.map((fault) => html`
    <li key=${`${fault.space} ${fault.id}`}>
      <div class="bar"><b>${fault.scenario}</b><span class=${`badge ${fault.state === "active" ? "failed" : "succeeded"}`}>${fault.state}</span>
        <span class="dim" title=${fault.space}>${fault.space}, since ${moment(fault.since)}${fault.until ? `, until ${moment(fault.until)}` : ""}</span>
        <${Act} text="Switch off" act=${off(fault)} /></div>
      <table><thead><tr><th scope="col">rule</th><th scope="col">seen</th><th scope="col">acted</th><th scope="col">still may</th><th scope="col">last</th></tr></thead>
        <tbody>${fault.rules.map((rule) => html`<tr key=${rule.name}><td class="code">${rule.name}</td><td>${rule.seen}</td><td>${rule.fired}</td><td>${stillMay(rule)}</td>
          <td class="dim">${rule.firings.length ? `${moment(rule.firings.at(-1).at)} ${rule.firings.at(-1).operation}` : ""}</td></tr>`)}</tbody></table>
    </li>`)}</ul>`;
}

function stillMay({ healed, left, times, per }) {
  if (healed || left === 0) return "no more";
  if (left !== null) return `${left} of ${times}`;
  return times === null ? "always" : `${times} for each ${per}`;
}

export function Scenario({ open, query, spaces, close }) {
  if (open[0] === "new") return html`<${Pane} title="A bad day of your own" close=${close}><${Compose} spaces=${spaces} query=${query} /><//>`;
  return html`<${Known} name=${open[0]} query=${query} spaces=${spaces} close=${close} />`;
}

function Known({ name, ...all }) {
  const { said, error, open } = useSteady(useAnswer(`scenarios/${one(name)}`, {}), name);
  return html`<${Shown} ...${all} key=${open} name=${open} said=${said} error=${error} />`;
}

function Shown({ name, said, error, query, spaces, close }) {
  const [given, setGiven] = useState({});
  const [told, setTold] = useState("");
  if (!said) return html`<${Pane} title=${name} close=${close}>${error && html`<p role="alert" class="trouble">${error}</p>`}<//>`;
  const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "").map(([key, value]) => [key, valueOf(value)]));
  return html`<${Pane} title=${name} close=${close}>
    <p>${said.about}</p>
    ${said.parameters.length > 0 && html`<div class="fields">${said.parameters.map((each) => html`<label key=${each.name}><span>${each.name}</span>
      ${each.of.length ? html`<select value=${given[each.name] ?? ""} onChange=${(event) => setGiven({ ...given, [each.name]: event.target.value })}>
        <option value="">${String(each.default)}</option>${each.of.map((word) => html`<option key=${word} value=${word}>${word}</option>`)}</select>`
      : html`<input type="text" placeholder=${String(each.default)} value=${given[each.name] ?? ""} onInput=${(event) => setGiven({ ...given, [each.name]: event.target.value })} />`}
      <small class="dim">${each.about || each.type}</small></label>`)}</div>`}
    <${Apply} spaces=${spaces} query=${query} body=${{ scenario: name, with: chosen }} told=${setTold} />
    ${told && html`<p role="status">${told}</p>`}
    ${said.warnings.map((line) => html`<p class="warn">${line.said ?? JSON.stringify(line)}</p>`)}
    <h3>${plural(said.rules, "rule")}</h3><pre tabindex="0">${yamlOf(said.document)}</pre>
  <//>`;
}

export function Apply({ spaces, query, body, told, disabled = false }) {
  const [space, setSpace] = useState(query.space || "");
  return html`<div class="acts">
    <select aria-label="Where it acts" value=${space} onChange=${(event) => setSpace(event.target.value)}>
      <option value="">in all spaces, also new ones</option>
      ${spaces.map((each) => html`<option key=${each.id} value=${each.id}>in ${each.name}</option>`)}</select>
    <${Act} text="Apply" kind="main" disabled=${disabled} act=${async () => {
      const { faults } = await post(space ? `spaces/${one(space)}/faults` : "faults", body);
      told(`It acts in ${faults.length ? faults.map((each) => each.space).join(", ") : "every space to come"}.`);
    }} />
  </div>`;
}

function valueOf(text) {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === "true" || text === "false" ? text === "true" : text;
}

// JSON as YAML, for reading: every text that could be something else is quoted.
export function yamlOf(value, depth = 0) {
  const indent = "  ".repeat(depth);
  if (Array.isArray(value)) {
    if (!value.length) return "[]";
    return value.map((each) => `${indent}- ${yamlOf(each, depth + 1).trimStart()}`).join("\n");
  }
  if (value !== null && typeof value === "object") {
    const pairs = Object.entries(value);
    if (!pairs.length) return "{}";
    return pairs.map(([name, each]) => {
      const inside = yamlOf(each, depth + 1);
      const isBlock = each !== null && typeof each === "object" && Object.keys(each).length;
      // As people write it, and it is read: `on` is a word here, and no truth.
      return `${indent}${name === "on" ? name : wordOf(name)}:${isBlock ? `\n${inside}` : ` ${inside}`}`;
    }).join("\n");
  }
  return typeof value === "string" ? wordOf(value) : JSON.stringify(value);
}

const wordOf = (text) => (/^[A-Za-z_./][\w ./+-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|~|y|n)$/i.test(text) && text.trim() === text ? text : JSON.stringify(text));
