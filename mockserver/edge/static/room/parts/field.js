// One field of a form, as its schema wants it.
import { html } from "../dom.js";

const branches = (schema) => schema.anyOf || [schema];

export function Field({ name, schema, value, needed = false, change }) {
  const words = branches(schema).flatMap((one) => one.enum || []);
  const isFlag = branches(schema).some((one) => one.type === "boolean");
  const example = schema.examples?.[0] ?? branches(schema).flatMap((one) => one.examples || [])[0] ?? (schema.type === "object" ? "{…}" : "");
  const input = isFlag || words.length
    ? html`<select value=${value ?? ""} onChange=${(event) => change(event.target.value)}>
        <option value="">${needed ? "choose" : ""}</option>
        ${(isFlag ? ["true", "false"] : words).map((word) => html`<option key=${word} value=${String(word)}>${String(word)}</option>`)}</select>`
    : html`<input type="text" value=${value ?? ""} placeholder=${String(example)} required=${needed} onInput=${(event) => change(event.target.value)} />`;
  return html`<label><span>${name}${needed ? " *" : ""}</span>${input}<small class="dim">${schema.description || ""}</small></label>`;
}

// What is typed becomes a number, yes or no, or JSON where it is that; else it is a text.
export function parsedField(text) {
  if (/^(-?\d+(\.\d+)?|true|false|null)$/.test(text) || /^[[{]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text;
}
