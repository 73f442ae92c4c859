// Above a list: what it is narrowed to, and how to widen it again.
import { html, useEffect, useRef, useState } from "../dom.js";
import { useKeys } from "../keys.js";
import { filter } from "../route.js";

const REST = 200;

export function Filters({ query, states = [], statuses = false, children }) {
  const [text, setText] = useState(query.text || "");
  const field = useRef();
  const timer = useRef(0);
  useEffect(() => setText(query.text || ""), [query.text]);
  useKeys({
    "/": () => field.current.focus(),
    Escape: () => (document.activeElement === field.current ? field.current.blur() : false),
  });
  const type = (event) => {
    const typed = event.target.value;
    setText(typed);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => filter({ text: typed }), REST);
  };
  const chosen = ["space", "provider"].filter((name) => query[name]);
  return html`
    <div class="filters" role="search">
      <input ref=${field} type="search" placeholder="text, id, address  /" aria-label="Filter by text" value=${text} onInput=${type} />
      ${states.length > 0 && html`<select aria-label="State" value=${query.state || ""} onChange=${(event) => filter({ state: event.target.value })}>
        <option value="">any state</option>
        ${states.map((state) => html`<option key=${state} value=${state}>${state}</option>`)}</select>`}
      ${statuses && html`<select aria-label="Status" value=${query.status || ""} onChange=${(event) => filter({ status: event.target.value })}>
        <option value="">any status</option>
        ${["2xx", "3xx", "4xx", "5xx"].map((status) => html`<option key=${status} value=${status}>${status}</option>`)}</select>`}
      <label class="check"><input type="checkbox" checked=${query.errors === "true"}
        onChange=${(event) => filter({ errors: event.target.checked ? "true" : "" })} /> errors only</label>
      ${chosen.map((name) => html`<button key=${name} type="button" class="chip" title=${`Any ${name}`}
        onClick=${() => filter({ [name]: "" })}>${query[name]} ×</button>`)}
      <span class="rest">${children}</span>
    </div>`;
}
