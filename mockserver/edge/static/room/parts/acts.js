// Buttons that do something on the server, and say so when it refuses.
import { html, useState } from "../dom.js";

export function Act({ text, act, kind = "", title = "", disabled = false }) {
  const [state, setState] = useState({ isBusy: false, trouble: "" });
  const click = async () => {
    setState({ isBusy: true, trouble: "" });
    try {
      await act();
      setState({ isBusy: false, trouble: "" });
    } catch (error) {
      setState({ isBusy: false, trouble: error.message });
    }
  };
  return html`<span class="act">
    <button type="button" class=${kind} title=${title} disabled=${disabled || state.isBusy} onClick=${click}>${text}</button>
    ${state.trouble && html`<span role="alert" class="trouble">${state.trouble}</span>`}
  </span>`;
}

export function Copy({ text, label = "Copy" }) {
  const [told, setTold] = useState("");
  const click = async () => {
    setTold((await copied(text)) ? "Copied" : "Press Ctrl-C");
    setTimeout(() => setTold(""), 1500);
  };
  return html`<button type="button" class="quiet" onClick=${click}>${told || label}</button>`;
}

export const Line = ({ text }) => html`<div class="line-of-code"><code>${text}</code><${Copy} text=${text} /></div>`;

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without https the clipboard is closed to pages; a selection still is not.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

export function Tabs({ label, names, chosen, choose }) {
  const step = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const next = names[(names.indexOf(chosen) + by + names.length) % names.length];
    choose(next);
    event.currentTarget.querySelector(`[data-name="${CSS.escape(next)}"]`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} onKeyDown=${step}>
    ${names.map((name) => html`<button key=${name} type="button" role="tab" data-name=${name}
      aria-selected=${name === chosen ? "true" : "false"} tabindex=${name === chosen || (!names.includes(chosen) && name === names[0]) ? 0 : -1}
      onClick=${() => choose(name)}>${name}</button>`)}
  </div>`;
}
