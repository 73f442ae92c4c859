// What happens on the server, as it happens: one stream for the whole page. What comes alone
// is told with the next frame; what comes in crowds is gathered, because nobody reads sixty
// changes a second, and the frames between them stay free for scrolling.
import { get, headers } from "./api.js";

const KINDS = "exchange,job,clock,delivery,space,forgotten";
const GATHERED_MS = 60;
const UNSEEN_MS = 200;
const listeners = new Set();
let waiting = [];
let told = 0;
let state = "connecting";
let began = 0;

export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const connection = () => state;

function tell(kind, document) {
  if (!waiting.length) {
    const rest = told + GATHERED_MS - performance.now();
    // A page that nobody looks at has no frames, and still has to stay in step.
    if (globalThis.document.hidden) setTimeout(flush, UNSEEN_MS);
    else if (rest > 0) setTimeout(() => requestAnimationFrame(flush), rest);
    else requestAnimationFrame(flush);
  }
  waiting.push({ kind, document });
}

function flush() {
  const events = waiting;
  waiting = [];
  told = performance.now();
  for (const listener of [...listeners]) listener(events);
}

function change(now) {
  if (state === now) return;
  state = now;
  tell("connection", now);
}

// The server's own lines: `event: KIND`, `data: JSON`, and an empty one at the end.
function read(block) {
  let kind = "";
  let data = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) kind = line.slice(7);
    else if (line.startsWith("data: ")) data += line.slice(6);
  }
  if (kind && data) tell(kind, JSON.parse(data));
}

// Whether another server answers there than before: it may have another world.
async function isOther() {
  const { uptime_s: up } = await get("status");
  const before = began;
  began = Date.now() - up * 1000;
  return before > 0 && Math.abs(began - before) > 2000;
}

// EventSource cannot send a token, so the stream is read by hand.
export async function connect() {
  for (let wait = 500; ; wait = Math.min(wait * 2, 15000)) {
    try {
      const response = await fetch(`api/events?kinds=${KINDS}`, { headers: headers(), cache: "no-store" });
      if (response.status === 401) return;
      if (response.ok) {
        change("live");
        tell("again", { isOther: await isOther() });
        wait = 500;
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        let rest = "";
        for (;;) {
          const { value, done } = await reader.read();
          if (done) break;
          const blocks = (rest + value).split("\n\n");
          rest = blocks.pop();
          blocks.forEach(read);
        }
      }
    } catch {
      // The server has gone; it may come back.
    }
    change("gone");
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
