// A bad day of one's own: a form made from the schema of scenarios, the YAML beside it,
// and what the server says of it, as one types.
import { html, useEffect, useRef, useState } from "../dom.js";
import { post } from "../api.js";
import { useAnswer } from "../hooks.js";
import { Copy } from "../parts/acts.js";
import { Field, parsedField } from "../parts/field.js";
import { Marked } from "../parts/marked.js";
import { Apply, yamlOf } from "./scenarios.js";

const REST = 250;
const WHEN = ["provider", "operation", "nth", "state", "phase", "poll", "age", "status", "job", "probability", "event", "attempt"];
const OFTEN = ["times", "after", "every", "per", "ttl"];

export function Compose({ spaces, query }) {
  const { said: schema } = useAnswer("scenario-schema", {});
  const [form, setForm] = useState({ kind: "error", fault: { status: "503" }, on: { operation: "status", nth: "2..3" } });
  const [text, setText] = useState("");
  const [isOwn, setOwn] = useState(false);
  const [verdict, setVerdict] = useState({ said: null, errors: [] });
  const [told, setTold] = useState("");
  const timer = useRef(0);
  const shown = isOwn ? text : yamlOf(documentOf(form));
  useEffect(() => {
    clearTimeout(timer.current);
    let isLate = false;
    timer.current = setTimeout(async () => {
      try {
        const said = await post("scenarios/validate", { yaml: shown, file: "scenario" });
        if (!isLate) setVerdict({ said, errors: [] });
      } catch (error) {
        const told = await post("scenarios/mistakes", { yaml: shown, file: "scenario" }).catch(() => ({ mistakes: [] }));
        const errors = told.mistakes.length ? told.mistakes : [{ message: error.message, line: null }];
        if (!isLate) setVerdict({ said: null, errors });
      }
    }, REST);
    return () => {
      isLate = true;
    };
  }, [shown]);
  if (!schema) return html`<p class="dim">The form is made from the schema of scenarios…</p>`;
  const kinds = schema.$defs.fault.anyOf;
  const kind = kinds.find((each) => each.properties.kind.const === form.kind);
  const on = schema.properties.rules.items.properties.on.properties;
  const change = (part, name) => (value) => {
    setOwn(false);
    setForm({ ...form, [part]: { ...form[part], [name]: value } });
  };
  const condition = (name) => html`<${Field} key=${name} name=${name} schema=${on[name]} value=${form.on[name]} change=${change("on", name)} />`;
  return html`<div class="compose">
    <div class="fields">
      <label><span>what happens</span><select value=${form.kind} onChange=${(event) => {
        setOwn(false);
        setForm({ ...form, kind: event.target.value, fault: {} });
      }}>${kinds.map((each) => html`<option key=${each.properties.kind.const} value=${each.properties.kind.const}>${each.properties.kind.const}</option>`)}</select>
      <small class="dim">${kind.description}</small></label>
      ${Object.entries(kind.properties).filter(([name]) => name !== "kind").map(([name, one]) => html`
        <${Field} key=${`${form.kind} ${name}`} name=${name} schema=${one} value=${form.fault[name]} needed=${kind.required?.includes(name)} change=${change("fault", name)} />`)}
      <h4>when</h4>
      ${WHEN.map(condition)}
      <h4>how often</h4>
      ${OFTEN.map(condition)}
      <details><summary>more conditions</summary><div class="fields">
        ${Object.keys(on).filter((name) => !WHEN.includes(name) && !OFTEN.includes(name)).map(condition)}
      </div></details>
    </div>
    <div class="text">
      <div class="bar"><strong>scenario.yaml</strong><${Copy} text=${shown} /></div>
      <${Marked} label="The scenario as YAML" text=${shown} mistakes=${verdict.errors} change=${(typed) => {
        setOwn(true);
        setText(typed);
      }} />
      <div role="status" class="verdict">
        ${verdict.errors.map((each) => html`<p class="trouble">${each.message}</p>`)}
        ${verdict.said && !verdict.said.warnings.length && html`<p class="good">It can act${verdict.said.shows_at.length ? ` at ${verdict.said.shows_at.join(", ")}` : ""}.</p>`}
        ${verdict.said?.warnings.map((line) => html`<p class="warn">${line.message}</p>`)}
        ${told && html`<p class="good">${told}</p>`}
      </div>
      <${Apply} spaces=${spaces} query=${query} body=${{ yaml: shown, file: "scenario" }} told=${setTold} disabled=${!verdict.said} />
    </div>
  </div>`;
}

function documentOf(form) {
  const some = (part) => Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => [name, parsedField(value)]));
  const on = some(form.on);
  return {
    scenario: "of-my-own",
    rules: [{ ...(Object.keys(on).length && { on }), fault: { kind: form.kind, ...some(form.fault) } }],
  };
}
