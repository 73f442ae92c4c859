// A body as it was sent: as a tree, pretty, raw, or byte by byte; long ones are cut by the server.
import { html, useMemo, useState } from "../dom.js";
import { bytes } from "../words.js";
import { Copy, Tabs } from "./acts.js";
import { Tree } from "./tree.js";

const HEX_MOST = 4096;

export function Body({ label, side, marks = [] }) {
  const { body, headers } = side;
  const kind = (headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] || "").toLowerCase();
  const ways = useMemo(() => waysOf(body, kind), [body, kind]);
  const [way, setWay] = useState("");
  if (!body || !body.size_bytes) return html`<p class="dim">No body.</p>`;
  const names = Object.keys(ways);
  const chosen = ways[way] ? way : names[0];
  return html`<div class="body">
    <div class="bar">
      <${Tabs} label=${`${label}, as`} names=${names} chosen=${chosen} choose=${setWay} />
      <span class="dim">${bytes(body.size_bytes)}${body.is_cut ? ", cut" : ""}</span>
      ${body.text !== null && html`<${Copy} text=${body.text} />`}
    </div>
    ${ways[chosen](marks)}
  </div>`;
}

function waysOf(body, kind) {
  if (!body) return {};
  if (body.text === null) return { bytes: () => html`<pre tabindex="0">${hex(body)}</pre>` };
  const raw = { raw: () => html`<pre tabindex="0">${body.text}</pre>`, bytes: () => html`<pre tabindex="0">${hex(body)}</pre>` };
  const json = parsed(body.text);
  if (json !== undefined && typeof json === "object" && json !== null) {
    return {
      tree: (marks) => html`<${Tree} value=${json} marks=${marks} />`,
      pretty: () => html`<pre tabindex="0">${JSON.stringify(json, null, 2)}</pre>`, ...raw,
    };
  }
  if (/xml/.test(kind) || /^\s*<\?xml/.test(body.text)) {
    return { pretty: () => html`<pre tabindex="0">${indented(body.text)}</pre>`, ...raw };
  }
  if (/x-www-form-urlencoded/.test(kind)) {
    const pairs = [...new URLSearchParams(body.text)];
    return { form: () => html`<${Pairs} pairs=${pairs} />`, ...raw };
  }
  return raw;
}

export const Pairs = ({ pairs }) => html`<dl class="pairs">${pairs.map(([name, value]) => html`
  <div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function indented(xml) {
  let depth = 0;
  return xml.replace(/>\s*</g, ">\n<").split("\n").map((line) => {
    if (/^<\//.test(line)) depth = Math.max(0, depth - 1);
    const shown = "  ".repeat(depth) + line;
    if (/^<[^!?/][^>]*[^/]>$/.test(line) && !/<\//.test(line)) depth += 1;
    return shown;
  }).join("\n");
}

function hex(body) {
  const data = body.base64 ? Uint8Array.from(atob(body.base64), (c) => c.charCodeAt(0))
    : new TextEncoder().encode(body.text || "");
  if (!data.length) return `${bytes(body.size_bytes)} that are no text`;
  const lines = [];
  for (let at = 0; at < Math.min(data.length, HEX_MOST); at += 16) {
    const part = [...data.slice(at, at + 16)];
    const codes = part.map((one) => one.toString(16).padStart(2, "0")).join(" ");
    const signs = part.map((one) => (one > 31 && one < 127 ? String.fromCharCode(one) : ".")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${codes.padEnd(47)}  ${signs}`);
  }
  if (data.length > HEX_MOST) lines.push(`... and ${bytes(data.length - HEX_MOST)} more`);
  return lines.join("\n");
}
