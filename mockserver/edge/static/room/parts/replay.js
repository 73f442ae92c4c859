// What was seen as something that runs: the server writes it, secrets are not in it.
import { html, useState } from "../dom.js";
import { get } from "../api.js";
import { Copy, Tabs } from "./acts.js";

export function Replay({ path, query = {}, names }) {
  const [made, setMade] = useState(null);
  const [trouble, setTrouble] = useState("");
  const choose = async (as) => {
    setTrouble("");
    try {
      setMade(await get(`${path}/replay`, { ...query, as }));
    } catch (error) {
      setMade(null);
      setTrouble(error.message);
    }
  };
  return html`<div class="as replay">
    <div class="bar"><${Tabs} label="To run again" names=${names} chosen=${made?.as || ""} choose=${choose} />
      ${made ? html`<${Copy} text=${made.text} /><button type="button" class="quiet" onClick=${() => save(made)}>Save</button>
        <button type="button" class="quiet" onClick=${() => setMade(null)}>Hide</button>`
      : html`<span class="dim">to run again</span>`}</div>
    ${trouble && html`<p role="alert" class="trouble">${trouble}</p>`}
    ${made && html`${made.notes.map((note) => html`<p class="dim" key=${note}>${note}</p>`)}
      <pre tabindex="0" aria-label=${made.name}>${made.text}</pre>`}
  </div>`;
}

function save({ name, text }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
